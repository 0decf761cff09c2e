"""Divergence of Kullback and Leibler: its two forms, its sign, and that it is no distance."""

from derive import rules as r
from derive.entry import KL, TV, Dim, Entry, Expect, H, Sum, calc, eq, ge, le, log, refute, simplex

N = Dim("N", index="j", doc="outcomes")


class KullbackLeibler(Entry):
    """The mean of log(p/q) under p: not negative, and 0 only where p = q."""

    title = "The divergence of Kullback and Leibler"
    states = ("I2",)
    p, q = simplex(N, doc="distribution"), simplex(N, doc="another one")

    value = KL(p, q)
    difference = calc(
        value,
        eq(Expect(p, log(p / q)), by=r.definition),
        eq(Expect(p, log(p) - log(q)), by=r.log_quotient),
        eq(Expect(p, log(p)) - Expect(p, log(q))),
    )
    gibbs = calc(
        -value,
        eq(Expect(p, log(q / p))),
        le(Expect(p, q / p - 1), note="log t ≤ t - 1"),
        le(0, note="as q sums to 1, and over the support of p to no more"),
    )
    sign = calc(value, ge(0))
    only_at_itself = calc(value, ge(2 * TV(p, q) ** 2), note="so it is 0 only where p = q (Pinsker)")
    at_itself = calc(KL(p, p), eq(0))

    swapped = refute(value, eq(KL(q, p)), note="it is not symmetric")
    entropies = refute(value, eq(H(q) - H(p)), note="the mean is under p in both terms")
    reversed_bound = refute(value, le(0))
    too_strong = refute(value, ge(Sum((p - q) ** 2 / q, N)), note="chi-square is an upper bound")

    cites = ("Kullback and Leibler 1951, doi:10.1214/aoms/1177729694", "Csiszár 1967, Pinsker's inequality")
