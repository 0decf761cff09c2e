#include "reduced_exp.h"
// exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1), exact to the last digits for small x.
template <class Real>
DERIVE_HD Real expm1(Real x) {
#ifdef __CUDA_ARCH__
  return ::expm1(x);
#else
  const ReducedExp<Real> e = reduced_exp(x < Real(-50) ? Real(-50) : x);  // -1 to the last digit from there on
  const Real large = times_power_of_two(Real(1) + e.exp_r_minus_1, e.n) - Real(1);
  const Real power = power_of_two(e.n);  // may overflow where it is not used
  return e.n > Real(Format<Real>::fraction_bits) ? large : power * e.exp_r_minus_1 + (power - Real(1));
#endif
}
