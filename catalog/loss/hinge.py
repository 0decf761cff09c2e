"""Hinge loss: no loss beyond the margin, a constant pull inside."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Variable,
    calc,
    eq,
    exp,
    ge,
    half,
    log,
    maximum,
    oo,
    real,
    refute,
    relu,
    sign,
    softplus,
    where,
)

N = Dim("N", index="i", doc="examples")


class Hinge(Entry):
    """The loss of a support vector machine, on labels -1 and 1."""

    title = "Hinge loss"
    states = ("C13",)
    z = real(N, role="input", doc="score")
    y = real(N, role="target", doc="label, -1 or 1")

    loss = relu(1 - y * z)
    reduction = "mean"

    as_maximum = calc(loss, eq(maximum(0, 1 - y * z)))
    slope = calc(D(loss, z), eq(where(y * z < 1, -y, 0)))
    least = calc(loss, ge(0))
    above_margin = calc(loss, ge(1 - y * z))

    m = real(doc="margin")
    b = Variable()
    counts_errors = calc(relu(1 - m), ge(half * (1 - sign(m))), note="an upper bound of the number of errors")
    smoothed = calc(Limit(softplus(b * (1 - m)) / b, b, oo), eq(relu(1 - m)), note="the limit of logistic losses")

    wrong_margin = refute(D(loss, z), eq(where(y * z < 0, -y, 0)))
    logistic = refute(Limit(log(1 + exp(b * (1 - m))) / b, b, oo), eq(relu(-m)))

    cites = ("Cortes and Vapnik 1995, Support-vector networks",)
    emits = ("loss",)
