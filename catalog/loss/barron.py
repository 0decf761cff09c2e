"""Barron's loss: one shape parameter leads from squared error through Cauchy's loss to Welsch's."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Rational,
    Variable,
    calc,
    eq,
    exp,
    half,
    le,
    log,
    oo,
    positive,
    real,
    refute,
    sqrt,
)

N = Dim("N", index="i", doc="examples")


def robust(x, alpha, c):
    """The loss of a residual, where the shape is neither 0 nor 2."""
    return abs(alpha - 2) / alpha * (((x / c) ** 2 / abs(alpha - 2) + 1) ** (alpha / 2) - 1)


class Barron(Entry):
    """The general form has no value at the shapes 0 and 2, nor at -∞; the losses named there are its limits."""

    title = "General robust loss"
    states = ("C12",)
    x = real(N, role="input", doc="residual")
    alpha = real(role="hyperparameter", default=1, doc="shape")
    c = positive(role="hyperparameter", default=1, doc="scale")
    charbonnier = sqrt((x / c) ** 2 + 1) - 1
    reduction = "mean"

    square = (x / c) ** 2
    stable = calc(charbonnier, eq(square / (sqrt(square + 1) + 1)), note="without cancellation")
    u = real()
    h = Variable()
    two = calc(Limit(robust(u, 2 + h, c), h, 0), eq((u / c) ** 2 / 2), note="squared error, from above")
    two_below = calc(Limit(robust(u, 2 - h, c), h, 0), eq((u / c) ** 2 / 2), note="and from below")
    one = calc(robust(x, Rational(1), c), eq(charbonnier), note="Charbonnier, or pseudo-Huber")
    zero = calc(Limit(robust(u, h, c), h, 0), eq(log((u / c) ** 2 / 2 + 1)), note="Cauchy, from above")
    zero_below = calc(Limit(robust(u, -h, c), h, 0), eq(log((u / c) ** 2 / 2 + 1)), note="and from below")
    minus_two = calc(robust(x, Rational(-2), c), eq(2 * (x / c) ** 2 / ((x / c) ** 2 + 4)), note="Geman–McClure")
    minus_infinity = calc(Limit(robust(u, h, c), h, -oo), eq(1 - exp(-half * (u / c) ** 2)), note="Welsch")

    slope = calc(
        D(robust(x, alpha, c), x),
        eq(x / c**2 * ((x / c) ** 2 / abs(alpha - 2) + 1) ** (alpha / 2 - 1)),
    )
    slope_two = calc(Limit(u / c**2 * ((u / c) ** 2 / abs(h) + 1) ** (h / 2), h, 0), eq(u / c**2))
    slope_zero = calc(D(log((x / c) ** 2 / 2 + 1), x), eq(2 * x / (x**2 + 2 * c**2)))
    slope_welsch = calc(D(1 - exp(-half * (x / c) ** 2), x), eq(x / c**2 * exp(-half * (x / c) ** 2)))
    slope_charbonnier = calc(D(charbonnier, x), eq(x / c**2 / sqrt((x / c) ** 2 + 1)))
    bounded_slope = calc(abs(x) / sqrt(x**2 + c**2), le(1), note="an outlier pulls with a bounded force")

    cauchy_without_half = refute(Limit(robust(u, h, c), h, 0), eq(log((u / c) ** 2 + 1)))
    welsch_without_half = refute(Limit(robust(u, h, c), h, -oo), eq(1 - exp(-((u / c) ** 2))))

    cites = ("Barron 2019, A general and adaptive robust loss function, arXiv:1701.03077, eq. 8 and 9",)
    emits = ("stable",)
