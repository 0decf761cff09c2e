"""A lower bound of information that can be trained: any decoder q(y|z) gives one."""

from derive import rules as r
from derive.entry import KL, E, Entry, H, I, calc, eq, ge, law, le, log, markov, refute, variable


class BarberAgakov(Entry):
    """Maximising the information in the representation is minimising a cross-entropy."""

    title = "The bound of Barber and Agakov"
    states = ("I8",)
    Y, X, Z = variable(doc="label"), variable(doc="input"), variable(doc="representation")
    p, q = law(), law()
    given = (markov(Y, X, Z),)

    fit = E(p(Y, Z), log(q(Y, given=Z)))
    bound = calc(
        I(Y, Z),
        eq(E(p(Y, Z), log(p(Y, Z) / (p(Y) * p(Z)))), by=r.measure_definition),
        eq(E(p(Y, Z), log(p(Y, given=Z) / p(Y))), by=r.density_chain_rule),
        eq(E(p(Y, Z), log(p(Y, given=Z))) + H(Y), by=r.measure_definition),
        eq(
            E(p(Y, Z), log(q(Y, given=Z))) + E(p(Y, Z), log(p(Y, given=Z) / q(Y, given=Z))) + H(Y),
            by=r.multiply_and_divide,
        ),
        eq(fit + E(p(Z), KL(p(Y, given=Z), q(Y, given=Z))) + H(Y), by=r.measure_definition),
        ge(fit + H(Y), by=r.drop_divergence),
    )
    gap = calc(I(Y, Z) - fit - H(Y), eq(E(p(Z), KL(p(Y, given=Z), q(Y, given=Z)))))
    through_the_encoder = calc(
        fit,
        eq(E(p(X, Y) * p(Z, given=X), log(q(Y, given=Z))), by=r.markov_property),
        note="so it is estimated from pairs x, y and the encoder p(z|x)",
    )

    wrong_entropy = refute(I(Y, Z), ge(fit + H(Z)))
    reversed_bound = refute(I(Y, Z), le(fit + H(Y)))
    swapped = refute(I(Y, Z) - fit - H(Y), eq(E(p(Z), KL(q(Y, given=Z), p(Y, given=Z)))))
    forgot_entropy = refute(I(Y, Z), eq(fit))

    cites = ("Barber and Agakov 2003, The IM algorithm",)
