"""Adam: its step, the form that torch computes, and why the moments are corrected."""

from derive import rules as r
from derive.entry import (
    Dim,
    Entry,
    Index,
    Rational,
    calc,
    call,
    counting,
    eq,
    nonneg,
    positive,
    real,
    recurrence,
    refute,
    sqrt,
    unit,
    update,
)

N = Dim("N", index="i", doc="parameters")


class Adam(Entry):
    """Gradient descent on bias-corrected running moments of the gradient."""

    title = "Adam: bias correction, and the form that torch computes"
    states = ("U5",)
    theta = real(N, role="state", doc="parameters")
    g = real(N, role="input", doc="gradient")
    m, v = real(N, role="state", doc="first moment"), nonneg(N, role="state", doc="second moment")
    t = counting(doc="step, from 1")
    alpha = positive(role="hyperparameter", default=Rational(1, 1000), doc="step size")
    beta1 = unit(role="hyperparameter", default=Rational(9, 10), doc="decay of the first moment")
    beta2 = unit(role="hyperparameter", default=Rational(999, 1000), doc="decay of the second moment")
    epsilon = positive(role="hyperparameter", default=Rational(1, 10**8), doc="added outside the root")

    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m_new / (1 - beta1**t), v_new / (1 - beta2**t)
    theta_new = theta - alpha * m_hat / (sqrt(v_hat) + epsilon)
    step = update(m=m_new, v=v_new, theta=theta_new, start={"m": 0, "v": 0}, first_step=1)

    n = Index()
    g_bar = real(doc="expected gradient, the same at every step")
    m_bar = real(family=n, doc="expected first moment after n steps")
    expected_moment = recurrence(m_bar, n, start=0, step=beta1 * m_bar[n - 1] + (1 - beta1) * g_bar)

    bias = calc(m_bar[n], eq((1 - beta1**n) * g_bar, by=r.induction(n)), note="the running mean starts at 0")
    unbiased = calc(m_bar[t] / (1 - beta1**t), eq(g_bar, by=bias), note="the correction removes the bias")

    as_in_torch = calc(
        theta_new,
        eq(
            theta - alpha / (1 - beta1**t) * m_new / (sqrt(v_new) / sqrt(1 - beta2**t) + epsilon),
            by=(r.definition, r.sqrt_quotient),
        ),
    )
    epsilon_inside = refute(theta_new, eq(theta - alpha * m_hat / sqrt(v_hat + epsilon)))

    oracle = call("torch.optim.Adam", theta, lr=alpha, betas=(beta1, beta2), eps=epsilon)
    cites = ("Kingma and Ba 2015, arXiv:1412.6980, algorithm 1",)
    emits = ("step",)
