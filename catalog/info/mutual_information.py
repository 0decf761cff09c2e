"""Mutual information from its definition to entropies."""

from derive import rules as r
from derive.entry import KL, Dim, E, Entry, Expect, H, I, Sum, calc, eq, ge, law, log, outer, refute, simplex, variable

X, Y = Dim("X", index="x", doc="outcomes of X"), Dim("Y", index="y", doc="outcomes of Y")


class MutualInformation(Entry):
    """Information shared by two variables: what their entropies count twice."""

    title = "Mutual information is what two entropies count twice"
    states = ("I4",)
    p = simplex(X, Y, doc="joint distribution")
    p_x, p_y = Sum(p, Y), Sum(p, X)
    H_x, H_y, H_xy = -Expect(p_x, log(p_x)), -Expect(p_y, log(p_y)), -Expect(p, log(p))

    value = Expect(p, log(p / outer(p_x, p_y)))
    by_entropies = calc(
        value,
        eq(Expect(p, log(p) - log(p_x) - log(p_y)), by=(r.log_quotient, r.log_product)),
        eq(Expect(p, log(p)) - Expect(p, log(p_x)) - Expect(p, log(p_y)), by=r.linearity),
        eq(Expect(p, log(p)) - Expect(p_x, log(p_x)) - Expect(p_y, log(p_y)), by=r.marginalisation),
        eq(H_x + H_y - H_xy, by=r.definition),
    )
    A, B = variable(doc="a variable"), variable(doc="another one")
    m = law()
    conditional = calc(H(A, given=B), eq(H(A, B) - H(B), by=r.measure_definition))
    shared = calc(
        I(A, B),
        eq(H(A) - H(A, given=B), by=r.measure_definition),
        eq(H(A) + H(B) - H(A, B), by=r.entropy_chain_rule),
        eq(H(B) - H(B, given=A), by=r.entropy_chain_rule),
        eq(I(B, A), by=r.measure_definition, note="as much as B tells of A"),
    )
    divergence = calc(
        I(A, B, under=m),
        eq(E(m(A, B), log(m(A, B) / (m(A) * m(B)))), by=r.measure_definition),
        eq(KL(m(A, B), m(A) * m(B)), by=r.measure_definition, note="how far the pair is from independence"),
        ge(0, by=r.information_is_nonnegative),
    )

    forgot_joint = refute(value, eq(H_x + H_y))
    wrong_conditional = refute(I(A, B), eq(H(A) - H(B, given=A)))
    swapped = refute(I(A, B, under=m), eq(KL(m(A) * m(B), m(A, B))))
    as_large_as_entropy = refute(I(A, B), eq(H(A)), note="true where A is a function of B")

    cites = ("Shannon 1948, A mathematical theory of communication, section 12",)
