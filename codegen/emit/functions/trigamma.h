// ψ′(x) for x > 0: ψ′(x) = ψ′(x + 1) + 1/x² up to x ≥ 10, then the derivative of the series of DLMF 5.11.2.
template <class Real>
DERIVE_HD Real trigamma(Real x) {
  Real shifted = Real(0);
  for (int n = 0; n < 10; ++n) {
    const bool low = x < Real(10);
    shifted += low ? Real(1) / (x * x) : Real(0);
    x += low ? Real(1) : Real(0);
  }
  const Real v = Real(1) / x, w = v * v;
  const Real series = w * (Real(1) / Real(6) - w * (Real(1) / Real(30) - w * (Real(1) / Real(42) - w * (Real(1) /
      Real(30) - w * (Real(5) / Real(66) - w * (Real(691) / Real(2730) - w * (Real(7) / Real(6))))))));
  return v + Real(0.5) * w + v * series + shifted;
}
