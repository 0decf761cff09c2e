"""Absolute error, and its mean."""

from derive.entry import D, Dim, Entry, Mean, Sum, calc, call, eq, ge, le, maximum, real, refute, sign, sqrt

N = Dim("N", index="i", doc="examples")


class L1(Entry):
    """Its slope is the sign of the residual: every example pulls with the same force."""

    title = "L1 loss and mean absolute error"
    states = ("C13",)
    mu = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")

    r = mu - y
    loss = abs(r)
    reduction = "mean"

    mae = Mean(loss, N)
    as_maximum = calc(loss, eq(maximum(r, -r)))
    as_root = calc(loss, eq(sqrt(r**2)))
    slope = calc(D(loss, r), eq(sign(r)), note="undefined at 0, where code takes 0")
    mean_absolute_error = calc(mae, eq(Sum(loss, N) / N.size))
    least = calc(loss, ge(0))

    u, v = real(), real()
    triangle = calc(abs(u + v), le(abs(u) + abs(v)))

    squared = refute(D(loss, r), eq(r))

    oracle = call("torch.nn.functional.l1_loss", mu, y, reduction="none")
    cites = ("Laplace 1774, Mémoire sur la probabilité des causes par les évènements",)
    emits = ("loss",)
