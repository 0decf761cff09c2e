"""Equalities of matrices with inverses of sums: what follows from M M⁻¹ = I = M⁻¹ M.

The inverse of a sum is one letter to the normal form. Three things are equivalent to a claim L = R, and may be plain
where the claim is not: M R = I, if L is M⁻¹; P L Q = P R Q for invertible P and Q; and L = R + Σ a (M M⁻¹ − I) b, for
any a and b. The search below multiplies out words of letters and looks for the longest word of M next to M⁻¹; what it
proposes is an equality that the normal form has to prove. (Petersen and Pedersen, The Matrix Cookbook (2012), 3.2)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.leaves import Number
from derive.expr.node import Expr, as_expr, walk
from derive.expr.structure import Weighted, Where
from derive.expr.tensor import Linear, MatMul, Transpose
from derive.meaning.index_form import entry
from derive.prove.claim import Claim
from derive.prove.goal import Goal

MOST_STEPS, MOST_WORDS, MOST_INVERSES = 60, 120, 4
Word = tuple[Expr, ...]  # a product of letters; the empty word is the identity
Words = dict[Word, Fraction]


class _NoWords(Exception):  # noqa: N818 -- the reason, in words
    """The expression is no sum of products of matrices, or the search is at its end."""


def by_inverses(claim: Claim) -> Iterator[dict[str, Goal]]:
    """Equalities, each of which proves the claim."""
    left, right = claim.relation.left, claim.relation.right
    if len(left.axes) != 2 or left.axes != right.axes or claim.relation.kind != "=":
        return
    inverses = [n for n in walk(left, right) if isinstance(n, Linear) and n.name == "inv"]
    composite: list[Expr] = [n for n in dict.fromkeys(inverses) if n.args[0].args]
    partly = any(isinstance(n, Where | Weighted) for n in walk(left, right))  # an inverse that is not always there
    if not composite or len(composite) > MOST_INVERSES or partly:
        return
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Linear) and one.name == "inv":
            identity = Linear.of("eye", (), one.axes[:1])
            yield {"the product is the identity": _goal(claim, MatMul.of(one.args[0], other), identity)}
            yield from _related(claim, (MatMul.of(one.args[0], other), identity), composite, "the identity, ")
    square = [n for n in composite if isinstance(n, Linear)]
    before = [None, *(n.args[0] for n in square if n.axes[0] is left.axes[0])]
    after = [None, *(n.args[0] for n in square if n.axes[0] is left.axes[1])]
    for p in before:
        for q in after:
            sides = (_between(p, left, q), _between(p, right, q))
            names = [str(f) for f in (p, q) if f is not None]
            yield from _related(claim, sides, composite, f"times {' and '.join(names)}, " if names else "")


def _between(p: Expr | None, e: Expr, q: Expr | None) -> Expr:
    e = e if p is None else MatMul.of(p, e)
    return e if q is None else MatMul.of(e, q)


def _goal(claim: Claim, left: Expr, right: Expr) -> Goal:
    return Goal(entry(left, claim.indices), entry(right, claim.indices))


def _related(claim: Claim, sides: tuple[Expr, Expr], inverses: list[Expr], label: str) -> Iterator[dict[str, Goal]]:
    """The goal with multiples of M M⁻¹ − I added, if these make both sides the same sum of words."""
    try:
        terms = _multiples(Add.of(sides[0], Neg.of(sides[1])), inverses)
    except _NoWords:
        return
    if terms is not None and (terms or label):
        yield {f"{label}{len(terms)} multiples of M inv(M) - I": _goal(claim, sides[0], Add.of(sides[1], *terms))}


@dataclass(frozen=True)
class _Rule:
    """The longest word of M beside M⁻¹, and what M M⁻¹ − I (or M⁻¹ M − I) says about it."""

    pattern: Word
    value: Words
    relation: Expr


def _multiples(e: Expr, inverses: list[Expr]) -> list[Expr] | None:
    """Multiples of relations that add up to `e`; None if the words do not cancel."""
    rules = [rule for inverse in inverses for rule in _rules(inverse)]
    left, out = _words(e), list[Expr]()
    for _ in range(MOST_STEPS):
        found = next(((w, r, k) for w in left for r in rules for k in _occurrences(w, r.pattern)), None)
        if found is None:
            return None if left else out
        word, rule, at = found
        c, ahead, behind = left[word], word[:at], word[at + len(rule.pattern) :]
        replaced = _times(_times({ahead: c}, rule.value), {behind: Fraction(1)})
        left = _plus({w: x for w, x in left.items() if w != word}, replaced)
        out.append(_multiple(c, ahead, rule.relation, behind))
    raise _NoWords("too many steps")


def _multiple(c: Fraction, ahead: Word, relation: Expr, behind: Word) -> Expr:
    product = relation
    for letter in reversed(ahead):
        product = MatMul.of(letter, product)
    for letter in behind:
        product = MatMul.of(product, letter)
    return product if c == 1 else Mul.of(as_expr(c), product)


def _rules(inverse: Expr) -> Iterator[_Rule]:
    (matrix,) = inverse.args
    words = _words(matrix)
    lead = max(words, key=lambda w: (len(w), str(w)))
    c, rest = words[lead], {w: x for w, x in words.items() if w != lead}
    identity = Linear.of("eye", (), inverse.axes[:1])
    for after in (True, False):
        side = {(inverse,): Fraction(1)}
        left_over = _times(rest, side) if after else _times(side, rest)
        value = {w: x / c for w, x in _plus({(): Fraction(1)}, left_over, -1).items()}
        product = MatMul.of(matrix, inverse) if after else MatMul.of(inverse, matrix)
        relation = Mul.of(as_expr(1 / c), Add.of(product, Neg.of(identity)))
        yield _Rule((*lead, inverse) if after else (inverse, *lead), value, relation)


def _occurrences(word: Word, pattern: Word) -> Iterator[int]:
    return (k for k in range(len(word) - len(pattern) + 1) if word[k : k + len(pattern)] == pattern)


# -- sums of words


def _words(e: Expr) -> Words:
    """`e` as a sum of products of letters. Raises `_NoWords`."""
    match e:
        case Add():
            out: Words = {}
            for a in e.args:
                out = _plus(out, _words(a))
            return out
        case Neg():
            return _plus({}, _words(e.args[0]), -1)
        case MatMul():
            return _times(_words(e.args[0]), _words(e.args[1]))
        case Mul() if sum(bool(a.axes) for a in e.args) == 1:
            c = Fraction(1)
            for a in e.args:
                bare = a.args[0] if isinstance(a, Neg) else a
                if isinstance(bare, Number):
                    c *= -bare.value if bare is not a else bare.value
                elif not a.axes:
                    raise _NoWords(f"the factor {a} is no number")
            return _plus({}, _words(next(a for a in e.args if a.axes)), c)
        case Div() if isinstance(e.args[1], Number) and e.args[1].value:
            return _plus({}, _words(e.args[0]), 1 / e.args[1].value)
        case Linear(name="eye"):
            return {(): Fraction(1)}
        case Transpose() if isinstance(e.args[0], MatMul):
            a, b = e.args[0].args
            return _times(_words(Transpose.of(b)), _words(Transpose.of(a)))
    if len(e.axes) != 2:
        raise _NoWords(f"{e} is no matrix")
    return {(e,): Fraction(1)}


def _plus(p: Words, q: Words, factor: Fraction | int = 1) -> Words:
    out = dict(p)
    for word, c in q.items():
        out[word] = out.get(word, Fraction(0)) + factor * c
    return {word: c for word, c in out.items() if c}


def _times(p: Words, q: Words) -> Words:
    if len(p) * len(q) > MOST_WORDS:
        raise _NoWords("too many words")
    out: Words = {}
    for a, c in p.items():
        for b, d in q.items():
            word = _cancelled((*a, *b))
            out[word] = out.get(word, Fraction(0)) + c * d
    return {word: c for word, c in out.items() if c}


def _cancelled(word: Word) -> Word:
    """A letter next to its inverse is the identity."""
    for k in range(len(word) - 1):
        a, b = word[k : k + 2]
        if any(isinstance(x, Linear) and x.name == "inv" and x.args[0] is y for x, y in ((a, b), (b, a))):
            return _cancelled((*word[:k], *word[k + 2 :]))
    return word
