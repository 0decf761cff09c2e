"""Squared hinge loss: like the hinge loss, but once differentiable."""

from derive.entry import D, Dim, Entry, Limit, Variable, calc, eq, ge, real, refute, relu

N = Dim("N", index="i", doc="examples")


class SquaredHinge(Entry):
    """The pull fades in at the margin instead of jumping."""

    title = "Squared hinge loss"
    states = ("C13",)
    z = real(N, role="input", doc="score")
    y = real(N, role="target", doc="label, -1 or 1")

    loss = relu(1 - y * z) ** 2
    reduction = "mean"

    slope = calc(D(loss, z), eq(-2 * y * relu(1 - y * z)))
    least = calc(loss, ge(0))

    m = real(doc="margin")
    h = Variable()
    slope_outside = calc(
        Limit(D(relu(1 - m) ** 2, m).at(m=1 + h), h, 0), eq(0), note="its slope is continuous at the margin"
    )
    slope_inside = calc(Limit(D(relu(1 - m) ** 2, m).at(m=1 - h), h, 0), eq(0))

    forgot_two = refute(D(loss, z), eq(-y * relu(1 - y * z)))

    cites = ("Lee and Mangasarian 2001, SSVM: a smooth support vector machine",)
    emits = ("loss",)
