"""Tukey's biweight: beyond a threshold an observation no longer pulls at all."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Rational,
    Variable,
    calc,
    eq,
    ge,
    le,
    oo,
    positive,
    real,
    refute,
    where,
)

N = Dim("N", index="i", doc="examples")


def biweight(r, delta):
    """The loss of a residual."""
    return where(abs(r) > delta, delta**2 / 6, delta**2 / 6 * (1 - (1 - (r / delta) ** 2) ** 3))


class TukeyBiweight(Entry):
    """A redescending loss: bounded, so that gross outliers are ignored."""

    title = "Tukey's biweight"
    states = ("C10",)
    mu = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")
    delta = positive(role="hyperparameter", default=Rational(4685, 1000), doc="threshold")

    r = mu - y
    loss = biweight(r, delta)
    reduction = "mean"

    slope = calc(D(loss, r), eq(where(abs(r) <= delta, r * (1 - (r / delta) ** 2) ** 2, 0)))
    least = calc(loss, ge(0))
    most = calc(loss, le(delta**2 / 6), note="bounded")

    u = real()
    h = Variable()
    below_square = calc(biweight(u, delta), le(u**2 / 2), note="never above the squared error")
    value_above = calc(Limit(biweight(delta + h, delta), h, 0), eq(delta**2 / 6), note="continuous at the threshold")
    value_below = calc(Limit(biweight(delta - h, delta), h, 0), eq(delta**2 / 6))
    slope_above = calc(Limit(D(biweight(u, delta), u).at(u=delta + h), h, 0), eq(0), note="and so is its slope")
    slope_below = calc(Limit(D(biweight(u, delta), u).at(u=delta - h), h, 0), eq(0))
    curve_above = calc(Limit(D(D(biweight(u, delta), u), u).at(u=delta + h), h, 0), eq(0), note="and its curvature")
    curve_below = calc(Limit(D(D(biweight(u, delta), u), u).at(u=delta - h), h, 0), eq(0))
    to_squared = calc(Limit(biweight(u, h), h, oo), eq(u**2 / 2))

    square = refute(D(loss, r), eq(where(abs(r) <= delta, r * (1 - (r / delta) ** 2), 0)))
    grows = refute(Limit(biweight(h, delta), h, oo), eq(delta**2 / 2))

    cites = ("Beaton and Tukey 1974, The fitting of power series, Technometrics 16",)
    emits = ("loss",)
