#include "exp.h"
#include "log1p.h"
// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), where nothing overflows.
template <class Real>
DERIVE_HD Real softplus(Real x) {
  return (x > Real(0) ? x : Real(0)) + log1p(exp(-std::abs(x)));
}
