// p · f, and 0 where p = 0 even if f is infinite or undefined there: one term of an expectation.
template <class Real>
DERIVE_HD Real weighted(Real p, Real f) {
  return p == Real(0) ? Real(0) : p * f;
}
