"""An upper bound of information that can be trained: any reference law r(z) gives one."""

from derive import rules as r
from derive.entry import KL, E, Entry, I, calc, eq, ge, law, le, log, refute, variable


class RateBound(Entry):
    """The rate of a code: the divergence of the encoder from a reference that does not see the input."""

    title = "The rate of a representation bounds its information"
    states = ("I9",)
    X, Z = variable(doc="input"), variable(doc="representation")
    p, ref = law(), law()

    rate = E(p(X, Z), log(p(Z, given=X) / ref(Z)))
    bound = calc(
        I(Z, X),
        eq(E(p(X, Z), log(p(Z, given=X) / p(Z))), by=r.measure_definition),
        eq(E(p(X, Z), log(p(Z, given=X) / ref(Z))) - E(p(X, Z), log(p(Z) / ref(Z))), by=r.multiply_and_divide),
        eq(rate - KL(p(Z), ref(Z)), by=r.measure_definition),
        le(rate, by=r.drop_divergence),
    )
    gap = calc(rate - I(Z, X), eq(KL(p(Z), ref(Z))))
    per_input = calc(
        rate,
        eq(E(p(X) * p(Z, given=X), log(p(Z, given=X) / ref(Z))), by=r.density_chain_rule),
        eq(E(p(X), KL(p(Z, given=X), ref(Z))), by=r.measure_definition),
        note="with inputs from the data for p(x), the mean over them: the estimate that is trained",
    )

    swapped = refute(rate - I(Z, X), eq(KL(ref(Z), p(Z))))
    reversed_bound = refute(I(Z, X), ge(rate))
    wrong_marginal = refute(
        I(Z, X), le(E(p(X) * p(Z), log(p(Z, given=X) / ref(Z)))), note="the pairs are not independent"
    )
    wrong_reference = refute(rate - I(Z, X), eq(KL(p(X, Z), p(X) * ref(Z))))

    cites = ("Alemi et al. 2017, arXiv:1612.00410, equation 14",)
