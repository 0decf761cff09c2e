"""The checker of certificates about entropies: it adds rows and compares with the goal. Nothing is searched.

It rests on the rows of the generators (`problem.py`), on comparisons of numbers (`constants.py`), and on the two
arguments here: what a copy is, and that rows may be added modulo permutations that change neither goal nor premises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.expr.errors import DeriveError
from derive.prove.information import constants
from derive.prove.information.certificate import Certificate, Copy
from derive.prove.information.problem import (
    Constant,
    CrossEntropy,
    Entropy,
    Generator,
    Known,
    Lemma,
    Mutual,
    Premise,
    Problem,
    Relative,
    Row,
    add,
)


class CertificateError(DeriveError):
    """What a certificate gets wrong, in words."""


def check(problem: Problem, certificate: Certificate) -> None:
    """Add the rows of a certificate. Raises `CertificateError` unless they prove the goal of the problem."""
    for copy in certificate.copies:
        problem = with_copy(problem, copy)
    orbit = _orbits(problem, certificate.classes)
    for sign, terms in (1, certificate.terms), (-1, certificate.reverse):
        if sign < 0 and not problem.equality:
            _require(not terms, "an inequality has one direction only")
            break
        left: Row = {}
        for coordinate, value in problem.goal.items():
            add(left, orbit(coordinate), -sign * value)
        for factor, generator in terms:
            _admit(problem, factor, generator)
            for coordinate, value in generator.row(problem).items():
                add(left, orbit(coordinate), factor * value)
        _require(not left, "the terms do not add up to the goal")
    if problem.strict:
        more = (g for factor, g in certificate.terms if factor and isinstance(g, Constant))
        positive = any(constants.positive(g.amounts) for g in more)
        _require(positive and not problem.equality, "no term is known to be positive")


def _admit(problem: Problem, factor: Fraction, generator: Generator) -> None:
    """A generator may be used if it is non-negative as it stands, and then with a factor that is not negative."""
    one_law = any(not _masks(generator) & ~block for block in problem.laws)
    good, free = one_law, False
    match generator:
        case Entropy(of, given):
            good &= not of & ~given & problem.continuous
        case Mutual(a, b, given):
            good &= not a & b & ~given & problem.continuous
        case Relative(law, of, given):
            known = (not s or CrossEntropy(law, s) in problem.columns for s in (of | given, given))
            good &= all(known)
        case Premise(number):
            good, free = 0 <= number < len(problem.premises), number < len(problem.zero)
        case Lemma(number):
            good = 0 <= number < len(problem.lemmas)
        case Constant(amounts):
            good = all(column in problem.columns for column, _ in amounts) and constants.nonnegative(amounts)
    _require(good, f"{generator} is not known to be non-negative")
    _require(factor >= 0 or free, f"the factor {factor} of {generator} is negative")


def _masks(generator: Generator) -> int:
    match generator:
        case Mutual(a, b, given):
            return a | b | given if min(a, b, given) >= 0 else -1
        case Entropy(of, given) | Relative(_, of, given):
            return of | given if min(of, given) >= 0 else -1
    return 0


def with_copy(problem: Problem, copy: Copy) -> Problem:
    """The problem with one more variable and, at the end of `zero`, what is known of it. Raises `CertificateError`.

    H(K, copy) = H(K, of) for the subsets K of `over`, by increasing mask; I(copy; the others | over) = 0.
    """
    block = next((b for b in problem.laws if copy.of & b), 0)
    single = copy.of > 0 and not copy.of & (copy.of - 1)
    good = single and copy.over >= 0 and not (copy.of | copy.over) & ~block and not copy.of & copy.over
    _require(good and copy.name not in problem.names, f"{copy} copies no variable over others of its law")
    new = problem.full + 1
    _require(copy.over.bit_count() <= 16, f"{copy} is over more than 16 variables")
    subsets = [0]
    while len(subsets) < 1 << copy.over.bit_count():
        subsets.append((subsets[-1] - copy.over) & copy.over)  # the next larger subset
    rows: list[Row] = [{k | copy.of: Fraction(1), k | new: Fraction(-1)} for k in subsets]
    rows.append(Mutual(new, block & ~copy.over, copy.over).row(problem))
    return replace(
        problem,
        names=(*problem.names, copy.name),
        zero=(*problem.zero, *(Known(row, f"{copy.name} is a copy") for row in rows)),
        blocks=tuple(b | new if b == block else b for b in problem.laws),
        continuous=problem.continuous | (new if copy.of & problem.continuous else 0),
    )


def _orbits(problem: Problem, classes: tuple[int, ...]) -> Callable[[int], int]:
    """Which coordinate stands for all that arise from one by permutations within classes of variables.

    For each class, transpositions of neighbours must change neither the goal nor the sets of premises and lemmas. Then
    the mean of a solution over the permutations is one too, and has equal values along orbits.
    """
    _require(all(mask > 0 for mask in classes), "a class is a set of variables")
    members = [[1 << i for i in range(mask.bit_length()) if mask >> i & 1] for mask in classes]
    every = [bit for bits in members for bit in bits]
    _require(len(set(every)) == len(every), "classes overlap")
    for bits in members:
        whole = sum(bits)
        _require(any(not whole & ~block for block in problem.laws), "a class is not of one law")
        _require(whole & problem.continuous in (0, whole), "a class has discrete and continuous variables")
        crossed = any(isinstance(c, CrossEntropy) and c.of & whole for c in problem.columns)
        _require(not crossed, "a class occurs in cross-entropies")
        rows = [[k.row for k in part] for part in (problem.zero, problem.nonneg, problem.lemmas)]
        for one, other in pairwise(bits):
            for part in ([problem.goal], *rows):
                swapped = {frozenset(_swapped(row, one | other).items()) for row in part}
                same = swapped == {frozenset(row.items()) for row in part}
                _require(same, "the statement tells variables of a class apart")

    def orbit(coordinate: int) -> int:
        for bits in members if coordinate > 0 else ():
            inside = sum(bool(coordinate & bit) for bit in bits)
            coordinate = (coordinate & ~sum(bits)) | sum(bits[:inside])
        return coordinate

    return orbit


def _swapped(row: Row, pair: int) -> Row:
    return {s ^ pair if s > 0 and (s & pair).bit_count() == 1 else s: value for s, value in row.items()}


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CertificateError(otherwise)
