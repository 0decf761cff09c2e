// ψ″(x) for x > 0: ψ″(x) = ψ″(x + 1) - 2/x³ up to x ≥ 10, then the second derivative of the series of DLMF 5.11.2.
template <class Real>
DERIVE_HD Real tetragamma(Real x) {
  Real shifted = Real(0);
  for (int n = 0; n < 10; ++n) {
    const bool low = x < Real(10);
    shifted += low ? Real(2) / (x * x * x) : Real(0);
    x += low ? Real(1) : Real(0);
  }
  const Real v = Real(1) / x, w = v * v;
  const Real series = w * (Real(1) / Real(2) - w * (Real(1) / Real(6) - w * (Real(1) / Real(6) - w * (Real(3) /
      Real(10) - w * (Real(5) / Real(6) - w * (Real(691) / Real(210) - w * (Real(35) / Real(2))))))));
  return -(w * (Real(1) + v + series) + shifted);
}
