"""What premises about a law say of it at a fixed outcome: H(Y|X) = 0 makes H(Y|x) = 0, and |Y| ≤ n bounds H(Y|x)."""

from __future__ import annotations

from collections.abc import Sequence

from derive.expr.dependence import relations_of
from derive.expr.information import Information
from derive.expr.leaves import Number
from derive.expr.node import Expr
from derive.prove.information.reading.premises import Fact
from derive.prove.information.reading.products import text_of
from derive.prove.information.reading.structure import ONE, means_of
from derive.prove.information.reading.terms import Joint, Linear, Mean, joint, total

SUPPORT = "H(X) <= log |X|"  # what a fact cites that a number of values is bounded


def at_fixed(premises: Sequence[Expr], facts: Sequence[Fact], forms: Sequence[Linear]) -> list[Fact]:
    """Facts about the laws p(s|t) of the forms, at fixed t of positive probability.

    H(A|C) = 0 says at every t that A ∩ S is a function of C ∩ S, if S and T have all of C. The support of p has that
    of p(·|t) in it. `facts` are those of all premises.
    """
    out: list[Fact] = []
    for mean in means_of(forms):
        if len(mean.factors) != 1 or mean.times:
            continue
        (f,) = mean.factors
        for premise in premises:
            for measure in _vanishing(premise):
                of, given = ({v.name for v in vs} for vs in (measure.groups[0], measure.given))
                if measure.under == f.law and given <= {*f.of, *f.given}:
                    known = [v for v in f.of if v in given]
                    own = [v for v in f.of if v in of or v in given]
                    form = total([(1, joint(mean, own)), (-1, joint(mean, known))])
                    out.append(Fact(form, True, text_of(premise)))
        for fact in facts:
            for v in f.of:
                whole = Joint(Mean(f.law), (v,))
                if fact.cites == SUPPORT and whole in fact.form:
                    moved = total(
                        [(1, fact.form), (-fact.form[whole], {whole: ONE}), (fact.form[whole], joint(mean, [v]))]
                    )
                    out.append(Fact(moved, False, fact.text, SUPPORT))
    return [fact for fact in out if fact.form]


def _vanishing(premise: Expr) -> list[Information]:
    """The conditional entropies that a premise says are 0."""
    out: list[Information] = []
    for relation in relations_of(premise):
        for side, other in (relation.args, relation.args[::-1]):
            if not isinstance(side, Information) or not isinstance(other, Number):
                continue
            if relation.kind == "=" and len(side.groups) == 1 and other.value == 0:
                out.append(side)
    return out
