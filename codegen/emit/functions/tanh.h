#include "expm1.h"
// tanh |x| = -e / (2 + e) with e = exp(-2|x|) - 1, then the sign of x.
template <class Real>
DERIVE_HD Real tanh(Real x) {
#ifdef __CUDA_ARCH__
  return ::tanh(x);
#else
  const Real e = expm1(Real(-2) * std::abs(x));
  return std::copysign(-e / (Real(2) + e), x);
#endif
}
