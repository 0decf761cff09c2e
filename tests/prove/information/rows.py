"""Problems for tests, written as rows over masks, without reading any text."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

from derive.prove.information import checker, cone
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Entropy, Known, Mutual, Problem, Row, combined

NONE = Problem((), {})


def v(*places: int) -> int:
    """The mask of variables, numbered from 1."""
    return sum(1 << (k - 1) for k in set(places))


def H(of: int, given: int = 0) -> Row:
    return Entropy(of, given).row(NONE)


def I(a: int, b: int, given: int = 0) -> Row:  # noqa: E743
    return Mutual(a, b, given).row(NONE)


def plus(*parts: tuple[Fraction | int, Row]) -> Row:
    return combined(parts)


def problem(n: int, goal: Row, zero: Iterable[Row] = (), nonneg: Iterable[Row] = (), equality: bool = False) -> Problem:
    """Raises nothing; rows that are 0 are no premises."""
    known = [tuple(Known(row, f"premise {k}") for k, row in enumerate(rows) if row) for rows in (zero, nonneg)]
    return Problem(tuple(f"X{i}" for i in range(1, n + 1)), goal, equality, zero=known[0], nonneg=known[1])


def chain(order: Sequence[int]) -> list[Row]:
    """X -> Y -> Z -> … as it is read: I(past; next | present) = 0."""
    return [I(v(*order[: k - 1]), v(order[k]), v(order[k - 1])) for k in range(2, len(order))]


def splits(order: Sequence[int]) -> list[Row]:
    """The same chain by I(past; future | present) = 0."""
    return [I(v(*order[:k]), v(*order[k + 1 :]), v(order[k])) for k in range(1, len(order) - 1)]


def mutual_pairs(n: int) -> Row:
    return plus(*((1, I(v(i), v(j))) for i, j in combinations(range(1, n + 1), 2)))


def plainly_proved(p: Problem) -> bool:
    """The verdict of one linear program over all sets."""
    found = cone.prove(p)
    if isinstance(found, Certificate):
        checker.check(p, found)
        return True
    assert isinstance(found, cone.NotShannon)
    return False
