// The larger number; not a number if either is none.
template <class Real>
DERIVE_HD Real maximum(Real a, Real b) {
  return a != a ? a : a > b ? a : b;
}
