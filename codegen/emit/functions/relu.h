// max(x, 0); not a number stays not a number.
template <class Real>
DERIVE_HD Real relu(Real x) {
  return x < Real(0) ? Real(0) : x;
}
