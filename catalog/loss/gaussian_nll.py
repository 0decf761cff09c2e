"""Gaussian negative log-likelihood, and why it leads to the mean squared error."""

from derive import rules as r
from derive.entry import (
    Dim,
    Entry,
    Mean,
    Sum,
    calc,
    call,
    eq,
    exp,
    half,
    log,
    pi,
    positive,
    real,
    refute,
    same_argmin,
)

N = Dim("N", index="i", doc="examples")


class GaussianNll(Entry):
    """With the variance fixed, the Gaussian likelihood is maximal where the squared error is minimal."""

    title = "Gaussian maximum likelihood is mean squared error"
    states = ("L2", "L3")
    mu = real(N, role="input", doc="prediction")
    y = real(N, role="target", doc="observation")
    sigma = positive(role="input", doc="standard deviation")

    density = (2 * pi * sigma**2) ** -half * exp(-((y - mu) ** 2) / (2 * sigma**2))
    nll = -log(density)
    reduction = "sum"

    total = Sum(nll, N)
    mse = Mean((y - mu) ** 2, N)
    to_mse = calc(
        total,
        eq(
            -Sum(log((2 * pi * sigma**2) ** -half) + log(exp(-((y - mu) ** 2) / (2 * sigma**2))), N),
            by=(r.definition, r.log_product, r.linearity),
        ),
        eq(
            Sum(log(2 * pi * sigma**2) / 2 + (y - mu) ** 2 / (2 * sigma**2), N),
            by=(r.log_power, r.log_exp, r.linearity),
        ),
        eq(N.size / 2 * log(2 * pi * sigma**2) + N.size / (2 * sigma**2) * mse, by=(r.definition, r.linearity)),
        same_argmin(mse, wrt=mu, by=r.increasing_map),
    )
    forgot_half = refute(nll, eq(log(2 * pi * sigma**2) + (y - mu) ** 2 / (2 * sigma**2)))

    oracle = call("torch.nn.functional.gaussian_nll_loss", mu, y, sigma**2, full=True, reduction="sum")
    cites = ("Nix and Weigend 1994, Estimating the mean and variance of the target probability distribution, eq. 4",)
    emits = ("nll",)
