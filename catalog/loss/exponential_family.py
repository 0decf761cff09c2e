"""Exponential families: the slope of the loss in the natural parameter is what is expected less what was seen."""

from derive import rules as r
from derive.entry import D, Dim, Entry, Sum, calc, eq, exp, log, logsumexp, onehot, positive, real, refute, softmax

Y = Dim("Y", index="y", doc="outcomes")
K = Dim("K", index="k", doc="sufficient statistics")


class ExponentialFamily(Entry):
    """log p(y) = log h(y) + η·T(y) - A(η): the gradient of the loss in η is E[T] - T(y)."""

    title = "Exponential families: expected less observed statistics"
    states = ("L7",)
    eta = real(K, role="input", doc="natural parameter")
    o = onehot(Y, role="target", doc="the outcome that was seen, one-hot")
    h = positive(Y, doc="base measure")
    T = real(Y, K, doc="sufficient statistics of every outcome")

    z = log(h) + T @ eta
    A = logsumexp(z)
    p = exp(z - A)
    loss = -Sum(o * log(p), Y)

    normalised = calc(Sum(p, Y), eq(1))
    as_softmax = calc(p, eq(softmax(z)))
    natural = calc(
        loss,
        eq(-Sum(o * (z - A), Y), by=r.log_exp),
        eq(A - Sum(o * z, Y)),
    )
    mean = calc(D(A, eta), eq(T.T @ p), note="the slope of the log-partition function is the mean of T")
    slope = calc(D(loss, eta), eq(T.T @ p - T.T @ o), note="expected less observed")

    wrong_sign = refute(D(loss, eta), eq(T.T @ o - T.T @ p))
    forgot_partition = refute(D(loss, eta), eq(-(T.T @ o)))

    cites = ("Wainwright and Jordan 2008, doi:10.1561/2200000001, proposition 3.1",)
    emits = ("loss",)
