"""Entropy: the mean surprise, and why the uniform distribution has the most of it."""

from derive.entry import KL, Dim, Entry, Expect, H, Rational, calc, eq, ge, half, le, log, ones, refute, simplex

N = Dim("N", index="j", doc="outcomes")


class Entropy(Entry):
    """The mean of the surprise -log p; at most log n, and that for the uniform distribution alone."""

    title = "Entropy is the mean surprise"
    states = ("I1",)
    p = simplex(N, doc="distribution")

    u = ones(N) / N.size
    value = calc(H(p), eq(-Expect(p, log(p))))
    of_uniform = calc(H(u), eq(log(N.size)))
    below_uniform = calc(
        log(N.size) - H(p),
        eq(Expect(p, log(N.size)) + Expect(p, log(p))),
        eq(Expect(p, log(p / u))),
        eq(KL(p, u)),
        ge(0, note="and 0 only where p = u"),
    )
    largest = calc(H(p), le(log(N.size)), note="so the uniform distribution has the largest entropy")
    least = calc(H(p), ge(0))

    first_surprise = calc(-log(Rational(1, 4)) / log(2), eq(2), note="bits, of an outcome with probability 1/4")
    example = calc(
        -(log(Rational(1, 4)) / 4 + log(Rational(1, 4)) / 4 + log(half) / 2) / log(2),
        eq(Rational(3, 2)),
        note="bits, of the distribution (1/4, 1/4, 1/2)",
    )

    not_the_largest = refute(H(p), eq(log(N.size)), note="of the uniform distribution alone")
    too_small = refute(H(p), le(log(N.size) / 2))

    cites = ("Shannon 1948, A mathematical theory of communication, section 6",)
