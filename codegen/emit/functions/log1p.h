#include "log.h"
// log(1 + x) = log u + (x - (u - 1)) / u with u = 1 + x rounded: the second term gives back what rounding lost.
template <class Real>
DERIVE_HD Real log1p(Real x) {
#ifdef __CUDA_ARCH__
  return ::log1p(x);
#else
  const Real u = Real(1) + x;
  const Real lost = u < std::numeric_limits<Real>::infinity() ? x - (u - Real(1)) : Real(0);
  return log(u) + lost / (u > Real(0) ? u : Real(1));
#endif
}
