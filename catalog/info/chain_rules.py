"""Chain rules, and the inequalities of several variables that follow from I ≥ 0."""

from derive import rules as r
from derive.entry import Entry, H, I, calc, eq, ge, half, le, refute, variable


class ChainRules(Entry):
    """Entropies add up variable by variable; conditioning reduces entropy; Han's and Shearer's inequalities."""

    title = "Chain rules and what follows from them"
    states = ("I7",)
    A, B = variable(), variable()
    C, D = variable(), variable()

    entropy = calc(
        H(A, B, C, D),
        eq(H(A) + H(B, C, D, given=A), by=r.entropy_chain_rule),
        eq(H(A) + H(B, given=A) + H(C, D, given=(A, B)), by=r.entropy_chain_rule),
        eq(H(A) + H(B, given=A) + H(C, given=(A, B)) + H(D, given=(A, B, C)), by=r.entropy_chain_rule),
        le(H(A) + H(B) + H(C) + H(D), by=r.conditioning, note="conditioning reduces entropy"),
    )
    information = calc(
        I((A, B, C), D),
        eq(I(A, D) + I((B, C), D, given=A), by=r.entropy_chain_rule),
        eq(I(A, D) + I(B, D, given=A) + I(C, D, given=(A, B)), by=r.entropy_chain_rule),
    )
    conditioning = calc(
        H(A) - H(A, given=B),
        eq(I(A, B), by=r.measure_definition),
        ge(0, by=r.information_is_nonnegative),
        note="conditioning reduces entropy",
    )
    more_conditions = calc(H(A, given=(B, C)), le(H(A, given=B), by=r.conditioning))
    submodularity = calc(
        H(A, B) + H(B, C) - H(A, B, C) - H(B),
        eq(I(A, C, given=B), by=r.measure_definition),
        ge(0, by=r.information_is_nonnegative),
        note="entropy is submodular",
    )
    monotone = calc(H(A, B), ge(H(A), by=r.entropy_is_nonnegative))
    han = calc(
        3 * H(A, B, C, D),
        le(H(B, C, D) + H(A, C, D) + H(A, B, D) + H(A, B, C), by=r.submodularity),
        note="Han's inequality",
    )
    shearer = calc(
        2 * H(A, B, C),
        le(H(A, B) + H(B, C) + H(A, C), by=r.submodularity),
        note="Shearer's inequality: every variable is covered twice",
    )
    covered = calc(
        H(A, B, C, D),
        le(half * (H(A, B) + H(B, C) + H(C, D) + H(D, A)), by=r.submodularity),
    )

    lost_condition = refute(H(A, B, C), eq(H(A) + H(B, given=A) + H(C, given=B)), note="true of a chain A, B, C")
    information_of_three = refute(I((A, B), C), eq(I(A, C) + I(B, C)), note="a condition is lost")
    conditioned_information = refute(I(A, C, given=B), le(I(A, C)), note="conditioning may raise information")
    han_too_strong = refute(4 * H(A, B, C, D), le(H(B, C, D) + H(A, C, D) + H(A, B, D) + H(A, B, C)))
    shearer_once = refute(2 * H(A, B, C), le(H(A, B) + H(B, C)), note="A and C are covered once")
    reversed_bound = refute(H(A, given=B), ge(H(A)))

    cites = (
        "Shannon 1948, A mathematical theory of communication, section 6",
        "Han 1978, doi:10.1016/S0019-9958(78)90275-9",
        "Chung, Graham, Frankl, Shearer 1986, doi:10.1016/0097-3165(86)90019-1",
    )
