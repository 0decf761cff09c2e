"""Mutual information from its definition to entropies."""

from derive import rules as r
from derive.entry import Dim, Entry, Expect, Sum, calc, eq, log, outer, refute, simplex

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
    forgot_joint = refute(value, eq(H_x + H_y))

    cites = ("Shannon 1948, A mathematical theory of communication, section 12",)
