"""Swish, or SiLU: the argument times its own sigmoid."""

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
    exp,
    ge,
    oo,
    positive,
    real,
    refute,
    relu,
    sigmoid,
)

N = Dim("N", index="i", doc="units")


class Swish(Entry):
    """From half the identity to ReLU, by one sharpness; at sharpness 1 it is called SiLU."""

    title = "Swish and SiLU"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")
    beta = positive(role="hyperparameter", default=1, doc="sharpness")

    a = z * sigmoid(beta * z)
    reduction = "none"

    slope = calc(D(a, z), eq(beta * a + sigmoid(beta * z) * (1 - beta * a)))
    silu = calc(a.at(beta=1), eq(z / (1 + exp(-z))))
    scaling = calc(beta * a, eq((beta * z) * sigmoid(beta * z)))
    mirror = calc(-z * sigmoid(-beta * z), eq(a - z))

    b, x, u = Variable(), Variable(), real()
    to_relu = calc(Limit(u * sigmoid(b * u), b, oo), eq(relu(u)))
    to_half = calc(Limit(u * sigmoid(b * u), b, 0), eq(u / 2))
    right = calc(Limit(x * sigmoid(x) - x, x, oo), eq(0))
    left = calc(Limit(x * sigmoid(x), x, -oo), eq(0))
    slope_right = calc(Limit(D(x * sigmoid(x), x), x, oo), eq(1))
    lowest = calc(u * sigmoid(u), ge(Rational(-279, 1000)))

    wrong_slope = refute(D(a, z), eq(a + sigmoid(beta * z) * (1 - a)))
    to_absolute = refute(Limit(u * sigmoid(b * u), b, oo), eq(abs(u)))

    oracle = call("torch.nn.functional.silu", z).when(beta=1)
    cites = ("Ramachandran et al. 2017, arXiv:1710.05941", "Elfwing et al. 2017, arXiv:1702.03118")
    emits = ("a",)
