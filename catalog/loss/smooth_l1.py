"""Smooth L1: the Huber loss divided by its threshold."""

from derive.entry import D, Dim, Entry, Limit, Variable, calc, call, eq, maximum, minimum, positive, real, refute, where

N = Dim("N", index="i", doc="examples")


def smooth_l1(r, beta):
    """The loss of a residual."""
    return where(abs(r) < beta, r**2 / (2 * beta), abs(r) - beta / 2)


class SmoothL1(Entry):
    """Its slope is at most 1 whatever the threshold; as that goes to 0 it becomes the absolute error."""

    title = "Smooth L1 loss"
    states = ("C13",)
    mu = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")
    beta = positive(role="hyperparameter", default=1, doc="threshold")

    r = mu - y
    loss = smooth_l1(r, beta)
    reduction = "mean"

    from_huber = calc(beta * loss, eq(where(abs(r) <= beta, r**2 / 2, beta * (abs(r) - beta / 2))), note="Huber's loss")
    slope = calc(D(loss, r), eq(maximum(-1, minimum(1, r / beta))))

    u = real()
    h = Variable()
    to_absolute = calc(Limit(smooth_l1(u, h), h, 0), eq(abs(u)))
    value_below = calc(Limit(smooth_l1(beta - h, beta), h, 0), eq(beta / 2))
    value_above = calc(Limit(smooth_l1(beta + h, beta), h, 0), eq(beta / 2))

    is_huber = refute(loss, eq(where(abs(r) <= beta, r**2 / 2, beta * (abs(r) - beta / 2))))

    oracle = call("torch.nn.functional.smooth_l1_loss", mu, y, beta=beta, reduction="none")
    cites = ("Girshick 2015, Fast R-CNN, arXiv:1504.08083, eq. 3",)
    emits = ("loss",)
