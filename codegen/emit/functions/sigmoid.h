#include "exp.h"
// 1 / (1 + exp(-x)); for x < 0 as e / (1 + e) with e = exp(x), so that small values keep all their digits.
template <class Real>
DERIVE_HD Real sigmoid(Real x) {
  const Real e = exp(-std::abs(x));
  return (x < Real(0) ? e : Real(1)) / (Real(1) + e);
}
