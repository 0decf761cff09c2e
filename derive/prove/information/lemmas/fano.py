"""Fano's inequality H(X|Y) ≤ h(e) + e·log K for |X| ≤ K, e = P(X ≠ Y), by the variable E that says whether X ≠ Y.

E is a function of X and Y with entropy h(e). Given Y and E = 0, X is known, and given Y and E = 1 it has at most K
values, so that H(X|Y,E) ≤ e·log K (Cover, Thomas 2006, theorem 2.10.1). The rest is the cone of entropies. With K − 1
in the place of K the inequality also needs that the values of Y are among those of X, which no premise can say: of
X ∈ {1, 2} and Y = 3 it is false.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from derive.expr.arithmetic import Mul
from derive.expr.dependence import Cardinality, Unequal
from derive.expr.divergence import Divergence
from derive.expr.domains import DISCRETE
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.operations import Apply
from derive.prove.information.problem import Free, Logarithm, Opaque, Unit
from derive.prove.information.reading.linear import Reader, rational
from derive.prove.information.reading.premises import Fact, Premises
from derive.prove.information.reading.structure import DEFINITION
from derive.prove.information.reading.terms import Linear, Mean, joint, total

ONE = Fraction(1)
MOST_TIMES = 40  # log 2 by which the logarithm of a number of values is bounded
FANO = "Cover, Thomas 2006, theorem 2.10.1"
PROBABILITY = "0 <= P(X != Y) <= 1", "Kolmogorov's axioms"
BINARY = "0 <= h(e) <= log 2", "Cover, Thomas 2006, example 2.1.1"


def facts(reader: Reader, premises: Premises) -> tuple[list[Fact], list[Fact]]:
    """The auxiliary variable of every P(X != Y) that occurs, and what is known of h(e) and e·log K."""
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
            for spoken, size in _multiples(reader, names):
                for bound, times in _bounds(premises, of, size):
                    limit = "" if bound == f"|{of}|" else f"|{of}| <= {bound} and "
                    text = f"H({of}|{given},{index}) <= P({x} != {y})*log({bound}), as {limit}"
                    text += f"{index} = 1 where {x} != {y}"
                    most: Linear = {Opaque(spoken): times} if times else {}
                    lemmas.append(Fact(total([(1, most), (-1, left)]), False, text, FANO))
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


def _multiples(reader: Reader, names: Collection[str]) -> Iterator[tuple[str, Expr]]:
    """The columns e·log(size) that occur, e by one of its names, with the size."""
    for text, meaning in list(reader.meanings.items()):
        if isinstance(meaning, Mul) and len(meaning.args) == 2:
            for e, log in (meaning.args, meaning.args[::-1]):
                if _text(e) in names and isinstance(log, Apply) and log.operation.name == "log":
                    yield text, log.args[0]


def _bounds(premises: Premises, variable: str, size: Expr) -> Iterator[tuple[str, Fraction]]:
    """How many values a variable has at most, K, as it is written; and c with size^c >= K."""
    if isinstance(size, Cardinality) and size.variable.name == variable:
        yield f"|{variable}|", ONE
    for name, bound in premises.supports:
        if name != variable:
            continue
        if bound == _text(size):
            yield bound, ONE
        elif (known := _number(bound)) is not None and (least := rational(size)) is not None and least >= 1:
            times = next((c for c in range(MOST_TIMES) if least**c >= known), None)
            if times is not None:
                yield bound, Fraction(times)


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None


def _fresh(reader: Reader) -> str:
    name = next(c for c in ("E", "F", *(f"E{i}" for i in range(1, 99))) if c not in reader.symbols)
    reader.symbols[name] = Symbol(name, domain=DISCRETE, sort=Sort.VARIABLE)
    return name


def _zero(text: str, left: Linear, right: Linear) -> Fact:
    return Fact(total([(1, left), (-1, right)]), True, text, DEFINITION)


def _text(e: Expr) -> str:
    from derive.prove.information.reading.products import text_of

    return text_of(e)
