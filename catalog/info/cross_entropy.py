"""Cross-entropy: entropy and divergence together."""

from derive import rules as r
from derive.entry import (
    KL,
    Dim,
    Entry,
    Expect,
    H,
    calc,
    cross_entropy,
    eq,
    ge,
    log,
    real,
    refute,
    same_argmin,
    simplex,
    softmax,
)

N = Dim("N", index="j", doc="outcomes")


class CrossEntropy(Entry):
    """The mean of -log q under p; what it exceeds the entropy by is the divergence."""

    title = "Cross-entropy is entropy and divergence"
    states = ("I3",)
    p, q = simplex(N, doc="distribution of the data"), simplex(N, doc="model")

    z = real(N, doc="logits")

    model = softmax(z)
    value = cross_entropy(p, q)
    parts = calc(
        value,
        eq(-Expect(p, log(q)), by=r.definition),
        eq(-Expect(p, log(p)) + Expect(p, log(p) - log(q))),
        eq(-Expect(p, log(p)) + Expect(p, log(p / q)), by=r.log_quotient),
        eq(H(p) + KL(p, q)),
        ge(H(p), note="as the divergence is not negative"),
    )
    training = calc(
        cross_entropy(p, model),
        eq(H(p) + KL(p, model)),
        same_argmin(KL(p, model), wrt=z, by=r.increasing_map),
        note="the entropy of the data does not depend on the model",
    )

    wrong_entropy = refute(value, eq(H(q) + KL(p, q)))
    swapped = refute(value, eq(H(p) + KL(q, p)))
    swapped_means = refute(value, eq(cross_entropy(q, p)))

    cites = ("Cover and Thomas 2006, Elements of Information Theory, section 2.3",)
