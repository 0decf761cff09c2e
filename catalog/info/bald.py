"""Active learning: ask for the label that is expected to say most about the parameters."""

from derive import rules as r
from derive.entry import KL, E, Entry, H, I, calc, entropy, eq, ge, law, refute, variable


class Bald(Entry):
    """Bayesian active learning by disagreement: uncertain as a whole, while every parameter is certain."""

    title = "Bayesian active learning by disagreement"
    states = ("I16",)
    Y, Theta, X = variable(doc="label"), variable(doc="parameters"), variable(doc="question")
    p = law()

    score = I(Y, Theta, given=X)
    by_labels = calc(
        score,
        eq(H(Y, given=X) - H(Y, given=(X, Theta)), by=r.measure_definition, note="read in labels, not in parameters"),
        ge(0, by=r.information_is_nonnegative),
    )
    by_parameters = calc(
        score, eq(H(Theta, given=X) - H(Theta, given=(X, Y)), by=r.measure_definition), note="the same, in parameters"
    )
    disagreement = calc(
        score,
        eq(E(p(X, Theta), KL(p(Y, given=(X, Theta)), p(Y, given=X))), by=r.measure_definition),
        note="how far single predictions are from the mean prediction",
    )
    at_one_question = calc(
        entropy(p(Y, given=X)) - E(p(Theta, given=X), entropy(p(Y, given=(X, Theta)))),
        eq(E(p(Theta, given=X), KL(p(Y, given=(X, Theta)), p(Y, given=X)))),
        note="at every question x",
    )

    only_uncertain = refute(score, eq(H(Y, given=X)), note="noise of the labels counts there too")
    lost_question = refute(score, eq(H(Y) - H(Y, given=Theta)), note="conditioning on the question is lost")
    swapped = refute(score, eq(E(p(X, Theta), KL(p(Y, given=X), p(Y, given=(X, Theta))))))

    cites = ("Houlsby et al. 2011, arXiv:1112.5745, equation 2",)
