"""Fano's inequality H(X|Y) ≤ h(e) + e·log(K − 1), e = P(X ≠ Y), by the auxiliary variable E that says whether X ≠ Y.

E is a function of X and Y with entropy h(e), and given Y and E = 1 there are K − 1 values left for X, so that
H(X|Y,E) ≤ e·log(K − 1) (Cover, Thomas 2006, theorem 2.10.1). The rest is the cone of entropies. P(X ≠ Y) compares
values: X and Y take theirs in one set, which has K elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.expr.dependence import Unequal
from derive.expr.divergence import Divergence
from derive.expr.domains import DISCRETE
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, walk
from derive.prove.information.problem import Free, Logarithm, Opaque, Unit
from derive.prove.information.reading.linear import Reader
from derive.prove.information.reading.premises import Fact, Premises
from derive.prove.information.reading.structure import DEFINITION
from derive.prove.information.reading.terms import Linear, Mean, joint, total

ONE = Fraction(1)
FANO = "Cover, Thomas 2006, theorem 2.10.1"
PROBABILITY = "0 <= P(X != Y) <= 1", "Kolmogorov's axioms"
BINARY = "0 <= h(e) <= log 2", "Cover, Thomas 2006, example 2.1.1"


def facts(reader: Reader, premises: Premises) -> tuple[list[Fact], list[Fact]]:
    """The auxiliary variable of every P(X != Y) that occurs, and what is known of h(e) and e·log(K − 1)."""
    defined: list[Fact] = []
    lemmas = list(_binary(reader))
    unequal = dict.fromkeys(n for m in list(reader.meanings.values()) for n in walk(m) if isinstance(n, Unequal))
    for probability in unequal:
        column = Opaque(_text(probability))
        if column.text in reader.meanings:
            lemmas.append(Fact({column: ONE}, False, *PROBABILITY))
            lemmas.append(Fact({Unit(): ONE, column: -ONE}, False, *PROBABILITY))
        names = {_text(probability), *_equal_to(column, premises)}
        mean = Mean(probability.under)
        x, y = (reader.name(v) for v in (probability.left, probability.right))
        index = _fresh(reader)
        defined.append(_zero(f"{index} says whether {x} != {y}", joint(mean, [x, y, index]), joint(mean, [x, y])))
        two = total([(1, {Logarithm("2"): ONE}), (-1, joint(mean, [index]))])
        lemmas.append(Fact(two, False, f"H({index}) <= log 2, since {index} has two values", "H(X) <= log |X|"))
        for name in names:
            entropy = Opaque(f"h({name})")
            if entropy.text in reader.meanings:
                defined.append(_zero(f"{index} says whether {x} != {y}", joint(mean, [index]), {entropy: ONE}))
        for of, given in ((x, y), (y, x)):
            left = total([(1, joint(mean, [x, y, index])), (-1, joint(mean, [given, index]))])
            for bound, less_one in _sizes(premises, of):
                for name in names:
                    for spoken in (f"{name} * log({less_one})", f"log({less_one}) * {name}"):
                        if spoken in reader.meanings:
                            text = f"H({of}|{given},{index}) <= P({x} != {y})*log({less_one}), {index} = 1 where "
                            text += f"{x} != {y}, with {x} and {y} in one set of {bound} values"
                            lemmas.append(Fact(total([(1, {Opaque(spoken): ONE}), (-1, left)]), False, text, FANO))
    return defined, lemmas


def _binary(reader: Reader) -> Iterator[Fact]:
    for text, meaning in list(reader.meanings.items()):
        if isinstance(meaning, Divergence) and meaning.kind == "h":
            column = Opaque(text)
            yield Fact({column: ONE}, False, *BINARY)
            yield Fact({Logarithm("2"): ONE, column: -ONE}, False, *BINARY)


def _equal_to(column: Opaque, premises: Premises) -> Iterator[str]:
    """The symbols that a premise says are this probability."""
    for fact in premises.facts:
        if fact.equation and len(fact.form) == 2 and fact.form.get(column):
            other = next(a for a in fact.form if a != column)
            if isinstance(other, Free) and fact.form[other] == -fact.form[column]:
                yield other.text


def _sizes(premises: Premises, variable: str) -> Iterator[tuple[str, str]]:
    """How many values a variable has at most, and that less one, as they are written."""
    for name, bound in premises.supports:
        if name == variable:
            yield bound, str(int(bound) - 1) if bound.isdigit() else f"{bound} - 1"


def _fresh(reader: Reader) -> str:
    name = next(c for c in ("E", "F", *(f"E{i}" for i in range(1, 99))) if c not in reader.symbols)
    reader.symbols[name] = Symbol(name, domain=DISCRETE, sort=Sort.VARIABLE)
    return name


def _zero(text: str, left: Linear, right: Linear) -> Fact:
    return Fact(total([(1, left), (-1, right)]), True, text, DEFINITION)


def _text(e: Expr) -> str:
    from derive.prove.information.reading.products import text_of

    return text_of(e)
