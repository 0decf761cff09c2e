"""Data processing: nothing that is computed from Z knows more of Y than Z does."""

from derive import rules as r
from derive.entry import Entry, I, calc, eq, ge, le, markov, refute, variable


class DataProcessing(Entry):
    """Label Y, input X, representation Z and prediction Ŷ form a chain: information about Y is only lost on the way."""

    title = "Data processing"
    states = ("I6",)
    Y, X = variable(doc="label"), variable(doc="input")
    Z, Y_hat = variable(doc="representation"), variable(doc="prediction")
    A, B, C = variable(doc="any variable"), variable(doc="any other"), variable(doc="any third")
    given = (markov(Y, X, Z, Y_hat),)

    separated = calc(I(Y, Z, given=X), eq(0, by=r.markov_property), note="given X, Z says nothing of Y")
    two_ways = calc(
        I(Y, (X, Z)),
        eq(I(Y, X) + I(Y, Z, given=X), by=r.entropy_chain_rule),
        eq(I(Y, X), by=r.markov_property),
        note="and the same information the other way round:",
    )
    other_way = calc(
        I(Y, (X, Z)),
        eq(I(Y, Z) + I(Y, X, given=Z), by=r.entropy_chain_rule),
        ge(I(Y, Z), by=r.information_is_nonnegative),
    )
    encoder = calc(I(Y, Z), le(I(Y, X), by=r.data_processing), note="no representation knows more than the input")
    decoder = calc(I(Y, Y_hat), le(I(Y, Z), by=r.data_processing), note="no prediction knows more than what it is from")
    whole = calc(I(Y, Y_hat), le(I(Y, X), by=r.data_processing))
    past = calc(I((Y, X), Y_hat, given=Z), eq(0, by=r.markov_property))
    lost = calc(I(Y, X) - I(Y, Z), eq(I(Y, X, given=Z), by=r.markov_property), note="what the representation loses")

    no_chain = refute(I(A, C), le(I(A, B)), note="without a chain")
    conditioned = refute(I(A, C, given=B), le(I(A, C)), note="without a chain, as for C = A + B")
    reversed_bound = refute(I(Y, X), le(I(Y, Z)))
    no_loss = refute(I(Y, Z), eq(I(Y, X)))
    separated_by_less = refute(I(Y, Y_hat, given=Z), eq(I(Y, Y_hat)))

    cites = ("Cover and Thomas 2006, Elements of Information Theory, theorem 2.8.1",)
