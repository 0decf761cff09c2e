"""The logistic sigmoid: any number to a probability."""

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
    gt,
    le,
    log,
    lt,
    oo,
    real,
    refute,
    sigmoid,
    sign,
    tanh,
)

N = Dim("N", index="i", doc="units")


class Sigmoid(Entry):
    """It rises from 0 to 1, steepest at 0, and its slope is made of its value."""

    title = "Sigmoid"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")

    s = sigmoid(z)
    reduction = "none"

    definition = calc(s, eq(1 / (1 + exp(-z))))
    slope = calc(D(s, z), eq(s * (1 - s)))
    mirror = calc(sigmoid(-z), eq(1 - s))
    by_tanh = calc(s, eq((1 + tanh(z / 2)) / 2))
    above = calc(s, gt(0))
    below = calc(s, lt(1))
    steepest = calc(D(s, z), le(Rational(1, 4)))
    curvature = calc(D(D(s, z), z), eq(s * (1 - s) * (1 - 2 * s)))
    inverse = calc(log(s / (1 - s)), eq(z), note="its inverse is the logit")

    x = Variable()
    b, u = Variable(), real()
    right = calc(Limit(sigmoid(x), x, oo), eq(1))
    left = calc(Limit(sigmoid(x), x, -oo), eq(0))
    flat_right = calc(Limit(D(sigmoid(x), x), x, oo), eq(0), note="it saturates on both sides")
    flat_left = calc(Limit(D(sigmoid(x), x), x, -oo), eq(0))
    sharpened = calc(Limit(sigmoid(b * u), b, oo), eq((1 + sign(u)) / 2), note="sharpened, it becomes a step")

    wrong_slope = refute(D(s, z), eq(s * (1 + s)))
    too_flat = refute(D(s, z), le(Rational(24, 100)))

    oracle = call("torch.sigmoid", z)
    cites = ("Verhulst 1845, Recherches mathématiques sur la loi d'accroissement de la population",)
    emits = ("s",)
