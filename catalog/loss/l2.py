"""The squared distance between prediction and target."""

from derive.entry import D, Dim, Entry, Mean, Sum, calc, call, eq, ge, norm, real, refute, same_argmin

N = Dim("N", index="i", doc="components")


class L2(Entry):
    """The sum of squares; its mean, the mean squared error, has the same minimisers."""

    title = "l2 loss"
    states = ("C13",)
    mu = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")

    r = mu - y
    loss = r**2
    reduction = "sum"

    total = Sum(loss, N)
    as_norm = calc(total, eq(norm(r) ** 2))
    mse = Mean(loss, N)
    to_mean = calc(total, eq(N.size * mse), same_argmin(mse, wrt=mu))
    slope = calc(D(total, mu), eq(2 * (mu - y)))
    least = calc(total, ge(0))

    forgot_two = refute(D(total, mu), eq(mu - y))

    oracle = call("torch.nn.functional.mse_loss", mu, y, reduction="none")
    cites = ("Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes",)
    emits = ("loss",)
