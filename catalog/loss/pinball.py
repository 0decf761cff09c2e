"""Pinball loss: the asymmetric absolute error whose minimiser is a quantile."""

from derive.entry import D, Dim, Entry, Rational, calc, eq, ge, half, maximum, real, refute, relu, unit, where

N = Dim("N", index="i", doc="examples")


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

    swapped = refute(loss, eq(maximum((1 - tau) * e, -tau * e)))
    wrong_side = refute(D(loss, f), eq(where(y > f, tau, tau - 1)))

    cites = ("Koenker and Bassett 1978, Regression quantiles",)
    emits = ("by_sides",)
