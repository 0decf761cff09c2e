"""The evidence lower bound: what a variational autoencoder maximises, and by how much it falls short."""

from derive import rules as r
from derive.entry import (
    KL,
    D,
    Dim,
    E,
    Entry,
    Integral,
    Mean,
    Sum,
    Variable,
    calc,
    eq,
    exp,
    function,
    ge,
    half,
    law,
    le,
    log,
    oo,
    pi,
    positive,
    real,
    refute,
    variable,
)

N = Dim("N", index="i", doc="latent coordinates")
M = Dim("M", index="k", doc="draws")


class Elbo(Entry):
    """log p(x) is the bound and the divergence of the approximate posterior from the true one."""

    title = "The evidence lower bound"
    states = ("I11",)
    X, Z = variable(doc="observation"), variable(doc="latent variable")
    p, q = law(), law()

    elbo = E(q(Z, given=X), log(p(X, given=Z))) - KL(q(Z, given=X), p(Z))
    bound = calc(
        log(p(X)),
        eq(E(q(Z, given=X), log(p(X, Z) / p(Z, given=X))), by=r.density_chain_rule),
        eq(
            E(q(Z, given=X), log(p(X, Z) / q(Z, given=X))) + E(q(Z, given=X), log(q(Z, given=X) / p(Z, given=X))),
            by=r.multiply_and_divide,
        ),
        eq(
            E(q(Z, given=X), log(p(X, Z) / q(Z, given=X))) + KL(q(Z, given=X), p(Z, given=X)),
            by=r.measure_definition,
        ),
        eq(elbo + KL(q(Z, given=X), p(Z, given=X)), by=r.density_chain_rule),
        ge(elbo, by=r.drop_divergence),
    )
    gap = calc(log(p(X)) - elbo, eq(KL(q(Z, given=X), p(Z, given=X))))
    over_data = calc(
        E(p(X), elbo),
        eq(E(p(X) * q(Z, given=X), log(p(X, given=Z))) - E(p(X), KL(q(Z, given=X), p(Z)))),
        note="reconstruction and rate, averaged over the observations",
    )

    mu, sigma = real(N, doc="mean of the encoder"), positive(N, doc="its standard deviation")
    gaussian = Sum(mu**2 + sigma**2 - 1 - log(sigma**2), N) / 2
    m, s = real(doc="one mean"), positive(doc="one standard deviation")
    t = Variable()
    density = exp(-((t - m) ** 2) / (2 * s**2)) / (s * (2 * pi) ** half)
    standard = exp(-(t**2) / 2) / (2 * pi) ** half
    one_coordinate = calc(
        Integral(density * log(density / standard), t, -oo, oo),
        eq(Integral(density * (t**2 / 2 - (t - m) ** 2 / (2 * s**2) - log(s)), t, -oo, oo)),
        eq((m**2 + s**2 - 1 - log(s**2)) / 2),
        ge(0),
        note="KL of N(m, s²) from N(0, 1); independent coordinates add up",
    )
    slope_in_mean = calc(D(gaussian, mu), eq(mu))
    slope_in_scale = calc(D(gaussian, sigma), eq(sigma - 1 / sigma))

    h = function(doc="what is averaged over the latent variable")
    e = real(M, doc="draws from N(0, 1)")
    reparametrised = calc(
        Integral(t**2 * density, t, -oo, oo),
        eq(Integral((m + s * t) ** 2 * standard, t, -oo, oo), note="z = m + s·t, where t does not depend on m and s"),
        eq(m**2 + s**2),
    )
    slope_through_draws = calc(
        D(Integral((m + s * t) ** 2 * standard, t, -oo, oo), s),
        eq(Integral(2 * t * (m + s * t) * standard, t, -oo, oo), note="the slope is taken at every draw"),
        eq(2 * s),
    )
    estimate_in_mean = calc(D(Mean(h(m + s * e), M), m), eq(Mean(D(h)(m + s * e), M)), note="Monte Carlo, for any h")
    estimate_in_scale = calc(D(Mean(h(m + s * e), M), s), eq(Mean(e * D(h)(m + s * e), M)))

    swapped = refute(log(p(X)) - elbo, eq(KL(p(Z, given=X), q(Z, given=X))))
    reversed_bound = refute(log(p(X)), le(elbo))
    wrong_prior = refute(
        log(p(X)), ge(E(q(Z, given=X), log(p(X, given=Z))) - KL(p(Z), q(Z, given=X))), note="the divergence is swapped"
    )
    no_rate = refute(log(p(X)), ge(E(q(Z, given=X), log(p(X, given=Z))) + KL(q(Z, given=X), p(Z))))
    wrong_scale = refute((m**2 + s**2 - 1 - log(s**2)) / 2, eq((m**2 + s**2 - 1 - log(s)) / 2))

    forgot_draw = refute(D(Mean(h(m + s * e), M), s), eq(Mean(D(h)(m + s * e), M)), note="the slope in s has the draw")

    cites = ("Kingma and Welling 2014, arXiv:1312.6114, equations 2 and 3, appendix B",)
