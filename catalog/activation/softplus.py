"""Softplus: the smooth ReLU whose slope is the sigmoid."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Variable,
    calc,
    call,
    eq,
    exp,
    gt,
    half,
    log,
    oo,
    real,
    refute,
    relu,
    sigmoid,
    softplus,
)

N = Dim("N", index="i", doc="units")


class Softplus(Entry):
    """It lies above ReLU by at most log 2, and its slope is the sigmoid."""

    title = "Softplus"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")

    a = softplus(z)
    reduction = "none"

    definition = calc(a, eq(log(1 + exp(z))))
    slope = calc(D(a, z), eq(sigmoid(z)))
    mirror = calc(softplus(-z), eq(a - z))
    by_sigmoid = calc(a, eq(-log(sigmoid(-z))))
    stable = calc(a, eq(relu(z) + log(1 + exp(-abs(z)))))
    least = calc(a, gt(0))
    above = calc(a, gt(z))

    x, b, u = Variable(), Variable(), real()
    right = calc(Limit(softplus(x) - x, x, oo), eq(0))
    left = calc(Limit(softplus(x), x, -oo), eq(0))
    left_tail = calc(Limit(softplus(x) * exp(-x), x, -oo), eq(1))
    at_zero = calc(softplus(u).at(u=0), eq(log(2)))
    sharpened = calc(Limit(softplus(b * u) / b, b, oo), eq(relu(u)))

    wrong_slope = refute(D(a, z), eq(sigmoid(z) * (1 - sigmoid(z))))
    too_low = refute(Limit(softplus(x) * exp(-x), x, -oo), eq(half))

    oracle = call("torch.nn.functional.softplus", z)
    cites = ("Dugas et al. 2001, Incorporating second-order functional knowledge for better option pricing",)
    emits = ("a",)
