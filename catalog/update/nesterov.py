"""Nesterov momentum: the gradient ahead, and the equivalent form without look-ahead."""

from derive import rules as r
from derive.entry import (
    Dim,
    Entry,
    Index,
    Rational,
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


class Nesterov(Entry):
    """The gradient is taken where the momentum is about to carry the parameters."""

    title = "Nesterov momentum, with and without look-ahead"
    states = ("U3",)
    theta = real(N, role="state", doc="parameters, those that look ahead")
    g = real(N, role="input", doc="gradient at theta")
    b = real(N, role="state", doc="momentum buffer")
    alpha = positive(role="hyperparameter", default=Rational(1, 100), doc="step size")
    beta = unit(role="hyperparameter", default=Rational(9, 10), doc="momentum")

    b_new = beta * b + g
    theta_new = theta - alpha * (g + beta * b_new)
    step = update(b=b_new, theta=theta_new, start={"b": 0}, first_step=1)

    # One coordinate over the steps t; L′ is the slope of the loss.
    t = Index()
    slope = function(tex=r"L'")
    x_0 = real(doc="where both begin")
    m = real(family=t, doc="momentum")
    phi = real(family=t, doc="parameters that do not look ahead")
    momentum = recurrence(m, t, start=0, step=beta * m[t - 1] + slope(phi[t - 1] - alpha * beta * m[t - 1]))
    position = recurrence(phi, t, start=x_0, step=phi[t - 1] - alpha * m[t])

    v = real(family=t, doc="momentum of the form without look-ahead")
    x = real(family=t, doc="its parameters")
    buffer = recurrence(v, t, start=0, step=beta * v[t - 1] + slope(x[t - 1]))
    moved = recurrence(x, t, start=x_0, step=x[t - 1] - alpha * (slope(x[t - 1]) + beta * v[t]))

    same = calc(x[t], eq(phi[t] - alpha * beta * m[t], by=r.induction(t)), note="the parameters one look ahead")
    not_the_same_point = refute(x[t], eq(phi[t]))

    oracle = call("torch.optim.SGD", theta, lr=alpha, momentum=beta, nesterov=True)
    cites = ("Nesterov 1983, Soviet Mathematics Doklady 27", "Sutskever et al. 2013, PMLR 28(3), eq. 3")
    emits = ("step",)
