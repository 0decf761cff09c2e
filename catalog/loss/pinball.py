"""Pinball loss: the asymmetric absolute error whose minimiser is a quantile."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Expect,
    Rational,
    calc,
    eq,
    ge,
    half,
    maximum,
    real,
    refute,
    relu,
    simplex,
    unit,
    unit_closed,
    where,
)

N = Dim("N", index="i", doc="examples")
K = Dim("K", index="k", doc="values of the target")


class Pinball(Entry):
    """Errors above the prediction cost τ, errors below it 1 - τ."""

    title = "Pinball (quantile) loss"
    states = ("C11",)
    f = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")
    tau = unit(role="hyperparameter", default=Rational(9, 10), doc="quantile level")

    e = y - f
    loss = maximum(tau * e, (tau - 1) * e)
    reduction = "mean"

    by_sides = calc(loss, eq(tau * relu(e) + (1 - tau) * relu(-e)))
    by_cases = calc(loss, eq(where(e > 0, tau * e, (tau - 1) * e)))
    slope = calc(D(loss, f), eq(where(y > f, -tau, 1 - tau)))
    median = calc(loss.at(tau=half), eq(abs(e) / 2), note="at one half, half the absolute error")
    least = calc(loss, ge(0))

    p = simplex(K, doc="distribution of the target")
    v = real(K, doc="its values")
    c, q = real(doc="any prediction"), real(doc="a τ-quantile")
    F = unit_closed(doc="a probability")
    risk = Expect(p, maximum(tau * (v - c), (tau - 1) * (v - c)))
    best = Expect(p, maximum(tau * (v - q), (tau - 1) * (v - q)))
    below, up_to = Expect(p, where(v < q, 1, 0)), Expect(p, where(v <= q, 1, 0))

    slope_of_risk = calc(
        Expect(p, where(v > c, -tau, 1 - tau)),
        eq(Expect(p, where(v > c, 0, 1) - tau)),
        eq(Expect(p, where(v > c, 0, 1)) - tau),
        note="the probability up to the prediction, less τ: it changes sign at the quantile",
    )
    above_quantile = calc(
        risk,
        ge(Expect(p, maximum(tau * (v - q), (tau - 1) * (v - q)) + (c - q) * (where(v <= q, 1, 0) - tau))),
        eq(best + (c - q) * (up_to - tau)),
    )
    below_quantile = calc(
        risk,
        ge(Expect(p, maximum(tau * (v - q), (tau - 1) * (v - q)) + (c - q) * (where(v < q, 1, 0) - tau))),
        eq(best + (c - q) * (below - tau)),
    )
    for_larger = calc((c - q) * (F - tau), ge(0), given=(c >= q, tau <= F), note="F is the probability up to q")
    for_smaller = calc(
        (c - q) * (F - tau),
        ge(0),
        given=(c <= q, tau >= F),
        note="F is the probability below q: in both cases a τ-quantile q has the least expected loss",
    )

    swapped = refute(loss, eq(maximum((1 - tau) * e, -tau * e)))
    mean_is_best = refute(risk, ge(Expect(p, maximum(tau * (v - Expect(p, v)), (tau - 1) * (v - Expect(p, v))))))
    any_is_best = refute(risk, ge(best), note="only a quantile")
    wrong_side = refute(D(loss, f), eq(where(y > f, tau, tau - 1)))

    cites = ("Koenker and Bassett 1978, Regression quantiles",)
    emits = ("by_sides",)
