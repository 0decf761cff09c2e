"""ReLU with a slope on the left: leaky where it is fixed, parametric where it is learned."""

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
    ge,
    maximum,
    minimum,
    real,
    refute,
    relu,
    unit,
    where,
)

N = Dim("N", index="i", doc="units")


class LeakyRelu(Entry):
    """The slope on the left keeps every unit alive; learned, it is a parameter with a gradient of its own."""

    title = "Leaky and parametric ReLU"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")
    alpha = unit(role="hyperparameter", default=Rational(1, 100), doc="slope on the left")

    a = where(z > 0, z, alpha * z)
    reduction = "none"

    as_maximum = calc(a, eq(maximum(z, alpha * z)))
    by_relu = calc(a, eq(relu(z) - alpha * relu(-z)))
    slope = calc(D(a, z), eq(where(z > 0, 1, alpha)))
    slope_of_slope = calc(D(a, alpha), eq(minimum(z, 0)), note="what the parametric unit learns by")
    above = calc(a, ge(z))

    u, c = real(), unit()
    e = Variable()
    to_relu = calc(Limit(where(u > 0, u, e * u), e, 0), eq(relu(u)))
    to_identity = calc(Limit(where(u > 0, u, (1 - e) * u), e, 0), eq(u))

    dead = refute(D(a, z), eq(where(z > 0, 1, 0)))

    oracle = call("torch.nn.functional.leaky_relu", z, negative_slope=alpha)
    cites = (
        "Maas et al. 2013, Rectifier nonlinearities improve neural network acoustic models",
        "He et al. 2015, arXiv:1502.01852",
    )
    emits = ("a",)
