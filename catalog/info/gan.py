"""Generative adversarial networks: the best discriminator, and the divergence that the generator then minimises."""

from derive.entry import (
    JS,
    KL,
    D,
    E,
    Entry,
    calc,
    eq,
    function,
    ge,
    law,
    le,
    log,
    outcomes,
    positive,
    real,
    refute,
    sigmoid,
    softplus,
    unit,
    variable,
)


class Gan(Entry):
    """For a fixed generator the best discriminator is p/(p+g); the value is then 2 JS(p, g) - log 4."""

    title = "The adversarial game"
    states = ("I12",)
    X = variable(doc="an image")
    p, g = law(), law()

    c, s = positive(doc="density of data and generator together, at a point"), unit(doc="the share of the data in it")
    d, w = unit(doc="discriminator at the point"), real(doc="its logit")

    best = p(X) / (p(X) + g(X))
    other = calc(1 - best, eq(g(X) / (p(X) + g(X))), note="probability of the generator under the best discriminator")
    value = E(p(X), log(p(X) / (p(X) + g(X)))) + E(g(X), log(g(X) / (p(X) + g(X))))
    at_best = calc(
        value,
        eq(E(p(X), log(p(X) / ((p(X) + g(X)) / 2)) - log(2)) + E(g(X), log(g(X) / ((p(X) + g(X)) / 2)) - log(2))),
        eq(2 * JS(p(X), g(X)) - log(4)),
        ge(-log(4), note="least where the generator has the law of the data"),
    )
    largest = calc(value, le(0, note="as the divergence is at most log 2"))

    payoff = c * (s * log(d) + (1 - s) * log(1 - d))
    slope = calc(D(payoff, d), eq(c * (s / d - (1 - s) / (1 - d))), eq(c * (s - d) / (d * (1 - d))))
    best_at_a_point = calc(
        c * (s * log(d) + (1 - s) * log(1 - d)),
        le(c * (s * log(s) + (1 - s) * log(1 - s))),
        note="at every point the best discriminator is the share of the data, p/(p + g)",
    )
    non_saturating = calc(-log(sigmoid(w)), eq(softplus(-w)), note="the non-saturating loss of the generator")

    Y = variable(doc="a generated image")
    x, y = outcomes(X, Y)
    j = law()
    critic, answer, slack = (
        function(doc="critic"),
        function(doc="its counterpart"),
        function(doc="what the cost exceeds"),
    )
    wasserstein = calc(
        E(j(X), critic(x)) - E(j(Y), answer(y)),
        eq(E(j(X, Y), critic(x) - answer(y)), note="in any coupling of both laws"),
        le(
            E(j(X, Y), critic(x) - answer(y) + abs(slack(x, y))),
            note="so no critic exceeds the mean of a cost that is at least critic(x) - answer(y): Wasserstein, dual",
        ),
    )

    wrong_constant = refute(value, eq(2 * JS(p(X), g(X)) - log(2)))
    one_divergence = refute(value, eq(JS(p(X), g(X)) - log(4)))
    wrong_divergence = refute(value, eq(KL(p(X), g(X)) - log(4)))
    wrong_best = refute(payoff, le(c * (s * log(1 - s) + (1 - s) * log(s))), note="the share of the generator")

    cites = ("Goodfellow et al. 2014, arXiv:1406.2661, proposition 1, theorem 1",)
