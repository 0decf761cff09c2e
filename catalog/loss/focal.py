"""Focal loss: from its definition to a form that does not overflow, with its slope."""

from derive import rules as r
from derive.entry import (
    D,
    Dim,
    Entry,
    Rational,
    binary,
    calc,
    call,
    eq,
    exp,
    half,
    log,
    nonneg,
    real,
    refute,
    sigmoid,
    softplus,
    unit_closed,
)

N = Dim("N", index="i", doc="examples")


class Focal(Entry):
    """Cross-entropy, scaled down on the examples that are already classified well."""

    title = "Focal loss"
    states = ("C7",)
    z = real(N, role="input", doc="logit of the positive class")
    y = binary(N, role="target", doc="label")
    alpha = unit_closed(role="hyperparameter", default=Rational(1, 4), doc="weight of the positive class")
    gamma = nonneg(role="hyperparameter", default=2, doc="focusing strength")

    p = sigmoid(z)
    p_t = y * p + (1 - y) * (1 - p)
    alpha_t = y * alpha + (1 - y) * (1 - alpha)
    loss = -alpha_t * (1 - p_t) ** gamma * log(p_t)
    reduction = "mean"

    s = (2 * y - 1) * z
    stable = calc(
        loss,
        eq(-alpha_t * (1 - sigmoid(s)) ** gamma * log(sigmoid(s)), by=(r.cases(y), r.sigmoid_mirror)),
        eq(-alpha_t * sigmoid(-s) ** gamma * -softplus(-s), by=(r.sigmoid_mirror, r.log_sigmoid)),
        eq(alpha_t * exp(-gamma * softplus(s)) * softplus(-s), by=r.sigmoid_power),
    )
    slope = calc(  # a claim, checked against the gradient that the chain derives
        D(loss, z),
        eq(alpha_t * (2 * y - 1) * (1 - p_t) ** gamma * (gamma * p_t * log(p_t) + p_t - 1), by=(r.chain, r.cases(y))),
    )
    without_focus = calc(loss.at(gamma=0), eq(-alpha_t * log(p_t), by=r.power_zero), note="weighted cross-entropy")
    wrong_sign = refute(D(loss, z), eq(alpha_t * (1 - 2 * y) * (1 - p_t) ** gamma * (gamma * p_t * log(p_t) + p_t - 1)))

    oracle = (
        call("torch.nn.functional.binary_cross_entropy_with_logits", z, y, reduction="none")
        .when(alpha=half, gamma=0)
        .scaled(half)
    )
    cites = ("Lin et al. 2017, arXiv:1708.02002, eq. 5",)
    emits = ("stable",)
