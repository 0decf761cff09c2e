// Φ(x) = erfc(-x / √2) / 2, which keeps its digits in the left tail.
template <class Real>
DERIVE_HD Real normal_cdf(Real x) {
  return Real(0.5) * std::erfc(x * Real(-0.70710678118654752440));
}
