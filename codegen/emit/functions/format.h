// How a number is stored, and how far the series of exp and log must go for its precision.
template <class Real>
struct Format;
template <>
struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int fraction_bits = 23, bias = 127, exp_terms = 7, log_terms = 4;
  static constexpr float log2_high = 0.693359375f, log2_low = -2.12194440e-4f;
  static constexpr float exp_zero = -105.0f, exp_infinite = 90.0f;  // beyond these exp is 0 or infinite
};
template <>
struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int fraction_bits = 52, bias = 1023, exp_terms = 13, log_terms = 10;
  static constexpr double log2_high = 6.93147180369123816490e-01, log2_low = 1.90821492927058770002e-10;
  static constexpr double exp_zero = -747.0, exp_infinite = 711.0;
};

template <class Real>
DERIVE_HD typename Format<Real>::Bits bits_of(Real x) {
  typename Format<Real>::Bits bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

template <class Real>
DERIVE_HD Real from_bits(typename Format<Real>::Bits bits) {
  Real x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// 1.5 · 2^fraction_bits: adding it rounds to an integer, which then stands in the lowest bits.
template <class Real>
DERIVE_HD Real rounder() {
  return Real(typename Format<Real>::Bits(3) << (Format<Real>::fraction_bits - 1));
}

// 2^n for an integer n within the range of normal numbers.
template <class Real>
DERIVE_HD Real power_of_two(Real n) {
  using F = Format<Real>;
  const typename F::Bits exponent = bits_of(n + rounder<Real>()) - bits_of(rounder<Real>()) + F::bias;
  return from_bits<Real>(exponent << F::fraction_bits);
}
