#include "format.h"
// x = n log 2 + r with an integer n and |r| ≤ log 2 / 2, and exp(r) - 1 = r + r²/2! + r³/3! + ...
template <class Real>
struct ReducedExp {
  Real n, exp_r_minus_1;
};

template <class Real>
DERIVE_HD ReducedExp<Real> reduced_exp(Real x) {
  using F = Format<Real>;
  x = x < F::exp_zero ? F::exp_zero : x > F::exp_infinite ? F::exp_infinite : x;
  const Real n = (x * Real(1.4426950408889634) + rounder<Real>()) - rounder<Real>();
  const Real r = (x - n * F::log2_high) - n * F::log2_low;
  Real series = Real(1);  // 1 + r/2 (1 + r/3 (1 + ...)), from the inside
  DERIVE_UNROLL
  for (int k = F::exp_terms; k > 1; --k) series = Real(1) + r * (Real(1) / Real(k)) * series;
  return {n, r * series};
}

// e · 2^n in two steps: neither factor overflows before the product does.
template <class Real>
DERIVE_HD Real times_power_of_two(Real e, Real n) {
  const Real half = (n * Real(0.5) + rounder<Real>()) - rounder<Real>();
  return e * power_of_two(half) * power_of_two(n - half);
}
