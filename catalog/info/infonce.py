"""InfoNCE: telling one true partner from n - 1 others bounds the information that partners share."""

from derive import rules as r
from derive.entry import (
    JS,
    D,
    Dim,
    E,
    Entry,
    H,
    I,
    Mean,
    calc,
    diag,
    eq,
    equals,
    eye,
    ge,
    law,
    le,
    log,
    logsumexp,
    positive,
    real,
    refute,
    softmax,
    unit,
    variable,
)

N = Dim("N", index="i", doc="pairs of a batch")


class InfoNce(Entry):
    """A classifier that finds the partner of y among n candidates has a loss of at least log n - I(S; Y)."""

    title = "The InfoNCE bound"
    states = ("I13",)
    Y, S = variable(doc="what is seen"), variable(doc="its partner")
    X, J = variable(doc="the candidates"), variable(doc="where the partner is among them")
    n = positive(doc="number of candidates")
    p, q = law(), law()
    loss = -E(p(J, X, Y), log(q(J, given=(X, Y))))
    bound = calc(
        I(S, Y),
        eq(I((S, X, J), Y), by=r.premise, note="the partner is one of the candidates, and the others say nothing of y"),
        ge(I(J, Y, given=X), by=r.information_is_nonnegative),
        eq(H(J, given=X) - H(J, given=(X, Y)), by=r.measure_definition),
        eq(log(n) - H(J, given=(X, Y)), by=r.premise, note="the place is drawn without looking at the candidates"),
        ge(log(n) - loss, by=r.drop_divergence),
        given=(
            equals(H(S, given=(X, J)), 0),
            equals(I(Y, (X, J), given=S), 0),
            equals(I(J, X), 0),
            equals(H(J), log(n)),
        ),
    )

    scores = real(N, N, role="input", doc="similarity of every y, in rows, to every candidate")
    nce = Mean(logsumexp(scores) - diag(scores), N)
    as_cross_entropy = calc(nce, eq(-Mean(diag(log(softmax(scores))), N)), note="cross-entropy of a similarity matrix")
    slope = calc(D(nce, scores), eq((softmax(scores) - eye(N)) / N.size))

    U, V = variable(doc="any variable"), variable(doc="any other")
    A, B = variable(doc="an action"), variable(doc="a state")
    code = calc(I(U, V), ge(H(U) + E(p(U, V), log(q(U, given=V))), by=r.drop_divergence), note="InfoGAN, for a code u")
    empowerment = calc(
        I(A, V, given=B),
        ge(H(A, given=B) + E(p(A, B, V), log(q(A, given=(B, V)))), by=r.drop_divergence),
        note="empowerment, for an action a in state b with outcome v",
    )

    c, s = positive(doc="density of true and corrupted pairs together"), unit(doc="the share of true pairs in it")
    d = unit(doc="probability that the pair is true, σ of its score")
    infomax = calc(
        c * (s * log(d) + (1 - s) * log(1 - d)),
        le(c * (s * log(s) + (1 - s) * log(1 - s))),
        note="InfoMax: binary cross-entropy at every pair; summed over the pairs, with p(u,v) and p(u)p(v):",
    )
    infomax_total = calc(
        E(p(U, V), log(p(U, V) / (p(U, V) + p(U) * p(V)))) + E(p(U) * p(V), log(p(U) * p(V) / (p(U, V) + p(U) * p(V)))),
        eq(2 * JS(p(U, V), p(U) * p(V)) - log(4)),
    )

    depends_on_place = refute(
        I(S, Y),
        ge(H(J) - loss),
        given=(equals(H(S, given=(X, J)), 0), equals(I(Y, (X, J), given=S), 0)),
        note="the place must be independent of the candidates",
    )
    reversed_bound = refute(
        I(S, Y),
        le(H(J) - loss),
        given=(equals(H(S, given=(X, J)), 0), equals(I(Y, (X, J), given=S), 0), equals(I(J, X), 0)),
    )
    wrong_code = refute(I(U, V), ge(H(V) + E(p(U, V), log(q(U, given=V)))))
    wrong_slope = refute(D(nce, scores), eq(softmax(scores) - eye(N)))

    cites = ("van den Oord et al. 2018, arXiv:1807.03748, section 2.3", "Poole et al. 2019, arXiv:1905.06922")
