"""Gradient descent and heavy ball on a quadratic: which step sizes converge, and which converge fastest."""

from derive import rules as r
from derive.entry import Entry, Index, calc, eq, ge, le, lt, positive, real, recurrence, refute, sqrt


class Quadratic(Entry):
    """Along an eigenvector of A ≻ 0 with eigenvalue λ, a step of gradient descent multiplies the error by 1 − ηλ."""

    title = "Stability of gradient descent on a quadratic: 0 < η < 2/λ"
    states = ("U6",)
    eta = positive(doc="step size")
    lam = positive(tex=r"\lambda", doc="an eigenvalue")
    top = positive(tex=r"\lambda_{\max}", doc="the largest eigenvalue")
    t = Index()
    e_0 = real(doc="error at the start")
    e = real(family=t, doc="error along the eigenvector")
    descent = recurrence(e, t, start=e_0, step=e[t - 1] - eta * lam * e[t - 1])

    factor = 1 - eta * lam
    unrolled = calc(e[t], eq(factor**t * e_0, by=(r.induction(t), r.definition)))
    margin = calc(1 - factor**2, eq(eta * lam * (2 - eta * lam)), note="positive just when ηλ < 2")
    stable = calc(factor**2, lt(1), given=(eta < 2 / top, lam <= top), note="every error shrinks")
    unstable = calc(factor**2, ge(1), given=(eta >= 2 / lam,), note="this error does not shrink")
    at_the_edge = calc((factor**2).at(eta=2 / lam), eq(1), note="the edge of stability")
    too_long = refute(factor**2, lt(1), given=(eta < 3 / lam,))

    low = positive(tex=r"\mu", doc="the least eigenvalue")
    kappa = top / low
    alpha = 4 / (sqrt(top) + sqrt(low)) ** 2
    beta = ((sqrt(kappa) - 1) / (sqrt(kappa) + 1)) ** 2
    half_trace = 1 + beta - alpha * lam
    fastest_above = calc(half_trace.at(lam=top) ** 2, eq(4 * beta), note="heavy ball: a double root at the largest")
    fastest_below = calc(half_trace.at(lam=low) ** 2, eq(4 * beta), note="and at the least eigenvalue")
    between = calc(half_trace**2, le(4 * beta), given=(low <= lam, lam <= top), note="in between all roots have √β")
    slower = refute(half_trace**2, le(2 * beta), given=(low <= lam, lam <= top))

    cites = (
        "Polyak 1964, doi:10.1016/0041-5553(64)90137-5",
        "Cohen et al. 2021, arXiv:2103.00065, on the edge of stability",
    )
