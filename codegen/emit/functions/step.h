// 1 for x > 0, else 0, also at the kink.
template <class Real>
DERIVE_HD Real step(Real x) {
  return x > Real(0) ? Real(1) : x <= Real(0) ? Real(0) : x;
}
