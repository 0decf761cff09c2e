"""GELU: the argument times the probability that a normal variable lies below it."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Rational,
    Variable,
    calc,
    call,
    eq,
    erf,
    ge,
    normal_cdf,
    normal_pdf,
    oo,
    real,
    refute,
    sigmoid,
    sqrt,
)

N = Dim("N", index="i", doc="units")


class Gelu(Entry):
    """A gate that is open with the probability that a standard normal variable lies below the argument."""

    title = "GELU"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")

    a = z * normal_cdf(z)
    reduction = "none"

    by_erf = calc(a, eq(z / 2 * (1 + erf(z / sqrt(2)))))
    slope = calc(D(a, z), eq(normal_cdf(z) + z * normal_pdf(z)))
    curvature = calc(D(D(a, z), z), eq((2 - z**2) * normal_pdf(z)))
    mirror = calc(-z * normal_cdf(-z), eq(a - z))

    x = Variable()
    right = calc(Limit(x * normal_cdf(x) - x, x, oo), eq(0))
    left = calc(Limit(x * normal_cdf(x), x, -oo), eq(0))
    left_tail = calc(Limit(x * normal_cdf(x) / normal_pdf(x), x, -oo), eq(-1), note="it vanishes like the density")
    slope_right = calc(Limit(D(x * normal_cdf(x), x), x, oo), eq(1))
    slope_left = calc(Limit(D(x * normal_cdf(x), x), x, -oo), eq(0))
    lowest = calc(a, ge(Rational(-17, 100)))

    quick = refute(a, eq(z * sigmoid(Rational(1702, 1000) * z)), note="an approximation, not the function")
    no_density = refute(D(a, z), eq(normal_cdf(z)))

    oracle = call("torch.nn.functional.gelu", z)
    cites = ("Hendrycks and Gimpel 2016, arXiv:1606.08415",)
    emits = ("a",)
