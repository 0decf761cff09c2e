"""ELU: the identity on the right, an exponential on the left."""

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
    oo,
    positive,
    real,
    refute,
    relu,
    tanh,
    where,
)

N = Dim("N", index="i", doc="units")


class Elu(Entry):
    """On the left it saturates at -α; with α = 1 it is once differentiable."""

    title = "ELU"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")
    alpha = positive(role="hyperparameter", default=1, doc="where it saturates")

    a = where(z > 0, z, alpha * (exp(z) - 1))
    reduction = "none"

    slope = calc(D(a, z), eq(where(z > 0, 1, a + alpha)))
    by_relu = calc(a, eq(relu(z) - alpha * (1 - exp(-relu(-z)))))
    above = calc(a, gt(-alpha))
    stable = calc(a, eq(where(z > 0, z, alpha * tanh(z / 2) * (exp(z) + 1))), note="without cancellation next to 0")

    x, h, u = Variable(), Variable(), real()
    left = calc(Limit(alpha * (exp(x) - 1), x, -oo), eq(-alpha))
    value_left = calc(Limit(alpha * (exp(-h) - 1), h, 0), eq(0), note="continuous at 0")
    slope_left = calc(Limit(D(where(u > 0, u, alpha * (exp(u) - 1)), u).at(u=-h), h, 0), eq(alpha))
    slope_right = calc(Limit(D(where(u > 0, u, alpha * (exp(u) - 1)), u).at(u=h), h, 0), eq(1))

    always_smooth = refute(Limit(D(where(u > 0, u, alpha * (exp(u) - 1)), u).at(u=-h), h, 0), eq(1))
    to_zero = refute(Limit(alpha * (exp(x) - 1), x, -oo), eq(0))

    oracle = call("torch.nn.functional.elu", z, alpha=alpha)
    cites = ("Clevert et al. 2015, arXiv:1511.07289",)
    emits = ("a",)
