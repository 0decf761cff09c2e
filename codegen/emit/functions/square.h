// x · x.
template <class Real>
DERIVE_HD Real square(Real x) {
  return x * x;
}
