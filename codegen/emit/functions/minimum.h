// The smaller number; not a number if either is none.
template <class Real>
DERIVE_HD Real minimum(Real a, Real b) {
  return a != a ? a : a < b ? a : b;
}
