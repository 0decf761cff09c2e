"""The hyperbolic tangent: a sigmoid around 0."""

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
    lt,
    oo,
    real,
    refute,
    sigmoid,
    tanh,
)

N = Dim("N", index="i", doc="units")


class Tanh(Entry):
    """A sigmoid of twice the argument, stretched to the range from -1 to 1."""

    title = "Hyperbolic tangent"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")

    a = tanh(z)
    reduction = "none"

    definition = calc(a, eq((exp(z) - exp(-z)) / (exp(z) + exp(-z))))
    by_sigmoid = calc(a, eq(2 * sigmoid(2 * z) - 1))
    slope = calc(D(a, z), eq(1 - a**2))
    odd = calc(tanh(-z), eq(-a))
    above = calc(a, gt(-1))
    below = calc(a, lt(1))
    steepest = calc(D(a, z), le(1))
    flattest = calc(D(a, z), gt(0))

    x = Variable()
    right = calc(Limit(tanh(x), x, oo), eq(1))
    left = calc(Limit(tanh(x), x, -oo), eq(-1))
    tail = calc(Limit((1 - tanh(x)) * exp(2 * x), x, oo), eq(2), note="how fast it saturates")
    near_zero = calc(Limit((x - tanh(x)) / x**3, x, 0), eq(Rational(1, 3)))

    one_sigmoid = refute(a, eq(2 * sigmoid(z) - 1))

    oracle = call("torch.tanh", z)
    cites = ("LeCun et al. 1998, Efficient backprop, section 4.4",)
