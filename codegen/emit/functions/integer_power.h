// x^n for a small constant n, by repeated squaring.
template <int n, class Real>
DERIVE_HD Real integer_power(Real x) {
  if constexpr (n < 0) return Real(1) / integer_power<-n>(x);
  if constexpr (n == 0) return Real(1);
  if constexpr (n == 1) return x;
  if constexpr (n > 1 && n % 2 == 1) return x * integer_power<n - 1>(x);
  if constexpr (n > 1 && n % 2 == 0) {
    const Real root = integer_power<n / 2>(x);
    return root * root;
  }
}
