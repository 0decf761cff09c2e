// ψ(x) for x > 0: ψ(x) = ψ(x + 1) - 1/x up to x ≥ 10, then the asymptotic series of DLMF 5.11.2.
template <class Real>
DERIVE_HD Real digamma(Real x) {
  Real shifted = Real(0);
  for (int n = 0; n < 10; ++n) {
    const bool low = x < Real(10);
    shifted += low ? Real(1) / x : Real(0);
    x += low ? Real(1) : Real(0);
  }
  const Real w = Real(1) / (x * x);
  const Real series = w * (Real(1) / Real(12) - w * (Real(1) / Real(120) - w * (Real(1) / Real(252) - w * (Real(1) /
      Real(240) - w * (Real(1) / Real(132) - w * (Real(691) / Real(32760) - w * (Real(1) / Real(12))))))));
  return std::log(x) - Real(0.5) / x - series - shifted;
}
