#include "exp.h"
// φ(x) = exp(-x²/2) / √(2π).
template <class Real>
DERIVE_HD Real normal_pdf(Real x) {
  return Real(0.39894228040143267794) * exp(Real(-0.5) * x * x);
}
