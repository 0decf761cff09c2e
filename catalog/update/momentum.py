"""Momentum: as a velocity, as a running mean of gradients, and as torch computes it."""

from derive import rules as r
from derive.entry import (
    Dim,
    Entry,
    Index,
    Rational,
    Sum,
    calc,
    call,
    eq,
    function,
    positive,
    real,
    recurrence,
    refute,
    unit,
    update,
)

N = Dim("N", index="i", doc="parameters")


class Momentum(Entry):
    """Steps along a decaying sum of gradients; the velocity and the mean are one trajectory with α′ = α(1 − β)."""

    title = "Momentum: velocity, running mean, and torch's form"
    states = ("U2",)
    theta = real(N, role="state", doc="parameters")
    g = real(N, role="input", doc="gradient")
    b = real(N, role="state", doc="torch's momentum buffer")
    alpha = positive(role="hyperparameter", default=Rational(1, 100), doc="step size")
    beta = unit(role="hyperparameter", default=Rational(9, 10), doc="momentum")

    b_new = beta * b + g
    theta_new = theta - alpha * b_new
    step = update(b=b_new, theta=theta_new, start={"b": 0}, first_step=1)

    # One coordinate over the steps t; L′ is the slope of the loss, the same function on both trajectories.
    t, s = Index(), Index()
    slope = function(tex=r"L'")
    x_0 = real(doc="where both begin")
    v = real(family=t, doc="velocity")
    x = real(family=t, doc="position by velocity")
    velocity = recurrence(v, t, start=0, step=beta * v[t - 1] - alpha * slope(x[t - 1]))
    position = recurrence(x, t, start=x_0, step=x[t - 1] + v[t])

    m = real(family=t, doc="running mean of the gradients")
    phi = real(family=t, doc="position by the running mean")
    mean = recurrence(m, t, start=0, step=beta * m[t - 1] + (1 - beta) * slope(phi[t - 1]))
    by_mean = recurrence(phi, t, start=x_0, step=phi[t - 1] - alpha / (1 - beta) * m[t])

    same = calc(x[t], eq(phi[t], by=r.induction(t)), note="the mean takes the step size α / (1 - β)")
    scaled = calc(v[t], eq(-alpha / (1 - beta) * m[t], by=r.induction(t)))

    G = real(family=s, doc="a sequence of gradients")
    m_G = real(family=t, doc="their running mean")
    mean_of = recurrence(m_G, t, start=0, step=beta * m_G[t - 1] + (1 - beta) * G[t])
    unrolled = calc(
        m_G[t],
        eq((1 - beta) * Sum(beta ** (t - s) * G[s], (s, 1, t)), by=r.induction(t)),
        note="an exponentially weighted mean of all gradients so far",
    )
    not_damped = refute(m_G[t], eq(Sum(beta ** (t - s) * G[s], (s, 1, t))))

    oracle = call("torch.optim.SGD", theta, lr=alpha, momentum=beta)
    cites = ("Polyak 1964, doi:10.1016/0041-5553(64)90137-5",)
    emits = ("step",)
