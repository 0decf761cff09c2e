"""Class-balanced weights: the inverse of the effective number of examples of a class."""

from derive.entry import (
    Dim,
    Entry,
    Index,
    Limit,
    Rational,
    Sum,
    Variable,
    calc,
    counting,
    eq,
    log,
    logsumexp,
    onehot,
    positive,
    real,
    refute,
    softmax,
    unit,
)

N, K = Dim("N", index="i", doc="examples"), Dim("K", index="k", doc="classes")


class ClassBalanced(Entry):
    """A weight between no weighting (β = 0) and inverse class frequency (β → 1)."""

    title = "Class-balanced weight"
    states = ("C8",)
    n = counting(doc="examples of the class")
    beta = unit(role="hyperparameter", default=Rational(999, 1000), doc="share of an example that is new")

    Z = real(N, K, role="input", doc="scores, one example a row")
    T = onehot(N, K, role="target", doc="class of each example, one-hot")
    m = positive(K, role="hyperparameter", doc="examples of each class")
    w = (1 - beta) / (1 - beta**m)
    loss = -Sum(w * T * log(softmax(Z, over=K)), K)
    reduction = "mean"

    k = Index()
    weight = (1 - beta) / (1 - beta**n)
    effective_number = calc(Sum(beta**k, (k, 0, n - 1)), eq((1 - beta**n) / (1 - beta)), note="a geometric sum")
    inverse = calc(weight, eq(1 / Sum(beta**k, (k, 0, n - 1)), by=effective_number))

    stable = calc(loss, eq(Sum(w * T, K) * logsumexp(Z, over=K) - Sum(w * T * Z, K)))

    h = Variable()
    unweighted = calc(weight.at(beta=0), eq(1), note="no weighting")
    from_above = calc(Limit((1 - h) / (1 - h**n), h, 1), eq(1 / n), note="inverse class frequency")
    from_below = calc(Limit(h / (1 - (1 - h) ** n), h, 0), eq(1 / n))

    one_too_many = refute(weight, eq(1 / Sum(beta**k, (k, 0, n))))
    plain_inverse = refute(weight, eq(1 / n), note="only in the limit")

    emits = ("loss",)
    cites = ("Cui et al. 2019, arXiv:1901.05555, eq. 3",)
