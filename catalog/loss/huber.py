"""Huber loss: quadratic near 0, linear beyond a threshold, once differentiable in between."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Variable,
    calc,
    call,
    eq,
    le,
    maximum,
    minimum,
    oo,
    positive,
    real,
    refute,
    where,
)

N = Dim("N", index="i", doc="examples")


def huber(r, delta):
    """The loss of a residual."""
    return where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2))


def clip(r, delta):
    """The residual, cut off at the threshold."""
    return maximum(-delta, minimum(delta, r))


class Huber(Entry):
    """Squared error for small residuals, absolute error for large ones: outliers pull with a bounded force."""

    title = "Huber loss"
    states = ("C9",)
    mu = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")
    delta = positive(role="hyperparameter", default=1, doc="threshold")

    r = mu - y
    loss = huber(r, delta)
    reduction = "mean"

    slope = calc(D(loss, r), eq(clip(r, delta)), note="the gradient is the clipped residual")
    clipped = calc(loss, eq(clip(r, delta) * (r - clip(r, delta) / 2)))

    u, v = real(), real()
    h = Variable()
    value_above = calc(Limit(huber(delta + h, delta), h, 0), eq(delta**2 / 2), note="continuous at the threshold")
    value_below = calc(Limit(huber(delta - h, delta), h, 0), eq(delta**2 / 2))
    slope_above = calc(Limit(D(huber(u, delta), u).at(u=delta + h), h, 0), eq(delta), note="and so is its slope")
    slope_below = calc(Limit(D(huber(u, delta), u).at(u=delta - h), h, 0), eq(delta))
    even = calc(huber(-u, delta), eq(huber(u, delta)), note="so it is at the other threshold")

    below_envelope = calc(
        huber(u, delta), le(v**2 / 2 + delta * abs(u - v)), note="the infimal convolution of r²/2 and δ|r|"
    )
    attained = calc(
        huber(u, delta),
        eq(clip(u, delta) ** 2 / 2 + delta * abs(u - clip(u, delta))),
        note="attained at the clipped residual",
    )
    to_squared = calc(Limit(huber(u, h), h, oo), eq(u**2 / 2))
    to_absolute = calc(Limit(huber(u, h) / h, h, 0), eq(abs(u)))

    kink = refute(Limit(D(huber(u, delta), u).at(u=delta + h), h, 0), eq(delta / 2))
    unclipped = refute(D(loss, r), eq(r))
    not_envelope = refute(huber(u, delta), le(v**2 / 4 + delta * abs(u - v)))

    oracle = call("torch.nn.functional.huber_loss", mu, y, delta=delta, reduction="none")
    cites = ("Huber 1964, Robust estimation of a location parameter",)
    emits = ("loss",)
