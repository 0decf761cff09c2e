#include "reduced_exp.h"
// exp(x) = 2^n exp(r). No branch and no call, so that the compiler vectorises it.
template <class Real>
DERIVE_HD Real exp(Real x) {
#ifdef __CUDA_ARCH__
  return ::exp(x);
#else
  const ReducedExp<Real> e = reduced_exp(x);
  return times_power_of_two(Real(1) + e.exp_r_minus_1, e.n);
#endif
}
