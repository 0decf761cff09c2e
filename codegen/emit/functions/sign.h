// -1, 0 or 1.
template <class Real>
DERIVE_HD Real sign(Real x) {
  return x > Real(0) ? Real(1) : x < Real(0) ? Real(-1) : x;
}
