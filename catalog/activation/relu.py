"""The rectified linear unit."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Variable,
    calc,
    call,
    eq,
    ge,
    maximum,
    oo,
    positive,
    real,
    refute,
    relu,
    softplus,
    where,
)

N = Dim("N", index="i", doc="units")


class Relu(Entry):
    """It passes what is positive and nothing else."""

    title = "ReLU"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")

    a = relu(z)
    reduction = "none"

    as_maximum = calc(a, eq(maximum(z, 0)))
    by_cases = calc(a, eq(where(z > 0, z, 0)))
    by_absolute = calc(a, eq((z + abs(z)) / 2))
    slope = calc(D(a, z), eq(where(z > 0, 1, 0)), note="undefined at 0, where code takes 0")
    two_sides = calc(z, eq(relu(z) - relu(-z)))
    magnitude = calc(abs(z), eq(relu(z) + relu(-z)))
    least = calc(a, ge(0))
    above = calc(a, ge(z))

    c, u = positive(), real()
    homogeneous = calc(relu(c * u), eq(c * relu(u)))
    h, b = Variable(), Variable()
    from_right = calc(Limit(relu(h) / h, h, 0), eq(1), note="the slopes to both sides of the kink")
    from_left = calc(Limit(relu(-h) / -h, h, 0), eq(0))
    smoothed = calc(Limit(softplus(b * u) / b, b, oo), eq(relu(u)))

    additive = refute(relu(u + c), eq(relu(u) + relu(c)))

    oracle = call("torch.relu", z)
    cites = ("Nair and Hinton 2010, Rectified linear units improve restricted Boltzmann machines",)
    emits = ("a",)
