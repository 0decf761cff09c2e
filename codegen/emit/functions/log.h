#include "format.h"
// x = 2^k m with √½ ≤ m < √2. With f = m - 1 and s = f / (2 + f): log m = 2 artanh s = f - f²/2 + s (f²/2 + R),
// R = 2 (s²/3 + s⁴/5 + ...). No branch and no call, so that the compiler vectorises it.
template <class Real>
DERIVE_HD Real log(Real x) {
#ifdef __CUDA_ARCH__
  return ::log(x);
#else
  using F = Format<Real>;
  using Bits = typename F::Bits;
  const Bits one = Bits(F::bias) << F::fraction_bits;
  const Bits root = bits_of(Real(0.70710678118654752440));
  const Bits fraction = (Bits(1) << F::fraction_bits) - 1;
  const Real two_to_fraction = Real(Bits(1) << F::fraction_bits);
  const bool subnormal = x < from_bits<Real>(Bits(1) << F::fraction_bits);
  const Bits bits = bits_of(subnormal ? x * two_to_fraction : x) + (one - root);
  // the exponent field as a number, without a conversion of integers: the low bits of 2^fraction_bits
  const Real field = from_bits<Real>((bits >> F::fraction_bits) | bits_of(two_to_fraction));
  const Real k = field - (two_to_fraction + Real(F::bias)) - (subnormal ? Real(F::fraction_bits) : Real(0));
  const Real f = from_bits<Real>((bits & fraction) + root) - Real(1);
  const Real s = f / (Real(2) + f), square = s * s, half = Real(0.5) * f * f;
  Real series = Real(0);
  DERIVE_UNROLL
  for (int j = F::log_terms; j > 0; --j) series = square * (Real(2) / Real(2 * j + 1) + series);
  const Real value = k * F::log2_high - ((half - (s * (half + series) + k * F::log2_low)) - f);
  const Real infinity = std::numeric_limits<Real>::infinity();
  const Real finite = x < infinity ? value : x;  // a choice of numbers, not of truth values: that would not vectorise
  return x > Real(0) ? finite : x == Real(0) ? -infinity : std::numeric_limits<Real>::quiet_NaN();
#endif
}
