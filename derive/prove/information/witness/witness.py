"""A witness: distributions and values of what is free, at which all premises hold and the statement fails, exactly.

A table of a continuous variable stands for a density that is constant on cells of one width: then
h(S) = H(S) + Σ log width, over the continuous variables of S, which is again a linear form in logarithms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.meaning.entropy.distribution import Distribution
from derive.meaning.entropy.linear_form import LinearForm
from derive.prove.information.problem import Free, Logarithm, Problem, Row, Unit, add

Values = dict[int, LinearForm]  # coordinate of a column, or of a width, -> value
DIGITS = 16
SHORT = 10**6  # numbers below are shown as log n


@dataclass(frozen=True)
class Witness:
    """One distribution for each block of `Problem.laws`, and a value for each column (and width) that occurs."""

    laws: tuple[Distribution, ...]
    values: Values = field(default_factory=dict)

    def form(self, problem: Problem, row: Row) -> LinearForm:
        """A row at this witness, exactly. Raises `KeyError` if a column has no value."""
        row = with_widths(problem, row)
        columns = LinearForm.sum((c, self.values[k]) for k, c in row.items() if k < 0)
        entropies = [law.form(local(row, block)) for law, block in zip(self.laws, problem.laws, strict=True)]
        return LinearForm.sum([(1, columns), *((1, form) for form in entropies)])

    def sign(self, problem: Problem, row: Row) -> int:
        """The sign of a row at this witness, exactly."""
        return self.form(problem, row).sign()

    def refutes(self, problem: Problem) -> bool:
        """Whether every premise holds and the goal does not. This is the whole proof of a refutation."""
        if any(self.support(problem, mask) > self._bound(problem, bound) for mask, bound in supports(problem)):
            return False
        if any(self.sign(problem, known.row) for known in problem.zero):
            return False
        if any(self.sign(problem, known.row) < 0 for known in problem.nonneg):
            return False
        sign = self.sign(problem, problem.goal)
        return sign != 0 if problem.equality else sign < 0 or (strict(problem) and not sign)

    def support(self, problem: Problem, mask: int) -> int:
        """How many outcomes a set of variables of one law has."""
        law, block = next((law, b) for law, b in zip(self.laws, problem.laws, strict=True) if b & mask)
        return law.support(next(iter(local({mask: Fraction(1)}, block))))

    def _bound(self, problem: Problem, text: str) -> int:
        if text.isdigit():
            return int(text)
        column = Logarithm(text)
        if column not in problem.columns:
            return 0  # what bounds it has no value here, so nothing meets the bound
        return next(iter(self.values[problem.coordinate(column)].logs), 1)

    @property
    def size(self) -> tuple[int, int, int]:
        """What smaller means: fewer outcomes, less total weight, fewer values of single variables."""
        return (
            sum(len(law.table) for law in self.laws),
            sum(law.total for law in self.laws),
            sum(law.support(1 << i) for law in self.laws for i in range(len(law.names))),
        )

    def text(self, problem: Problem, row: Row) -> str:
        """The value of a row: exactly where that is short (``3/2 * log 2``), else in decimals; in nats."""
        return value_text(self.form(problem, row))

    def describe(self, problem: Problem) -> dict[str, dict[str, str] | str]:
        """The witness as plain data, ``{"p(X,Y)": {"1,1": "1/2", "2,2": "1/2"}, "K": "3"}``; outcomes count from 1."""
        at: dict[str, dict[str, str] | str] = {}
        for name, law in zip(law_names(problem), self.laws, strict=True):
            if law.names:
                at[f"{name}({','.join(law.names)})"] = {
                    ",".join(str(v + 1) for v in outcome): str(Fraction(w, law.total))
                    for outcome, w in sorted(law.relabelled().table.items())
                }
        at.update(self._others(problem))
        return at

    def _others(self, problem: Problem) -> Iterator[tuple[str, str]]:
        for k, column in enumerate(problem.columns):
            form = self.values.get(-1 - k)
            if isinstance(column, Free) and form is not None:
                yield column.text, exact_text(form)
            elif isinstance(column, Logarithm) and form is not None and not column.of.isdigit():
                yield column.of, str(next(iter(form.logs), 1))
        for i, name in enumerate(problem.names):
            form = self.values.get(width(problem, i), LinearForm())
            if form.logs:
                yield f"width {name}", str(_power(form))


def recorded(problem: Problem, at: Mapping[str, object]) -> Witness:
    """The witness that `describe` wrote. Raises `ValueError` if the data is none for this problem."""
    laws = []
    for name, block in zip(law_names(problem), problem.laws, strict=True):
        names = names_of(problem, block)
        table = at.get(f"{name}({','.join(names)})", {"": "1"} if not names else None)
        if not isinstance(table, Mapping):
            raise ValueError(f"there is no table of {name}({','.join(names)})")
        chances = {_outcome(key, len(names)): Fraction(str(p)) for key, p in table.items()}
        if sum(chances.values()) != 1 or any(p <= 0 for p in chances.values()) or len(chances) != len(table):
            raise ValueError(f"the probabilities of {name}({','.join(names)}) are not positive or do not add up to 1")
        scale = 1
        for p in chances.values():
            scale *= p.denominator // _gcd(scale, p.denominator)
        laws.append(Distribution(names, {o: int(p * scale) for o, p in chances.items()}))
    values = _recorded_values(problem, at)
    rows = [problem.goal, *problem.sides, *(known.row for known in problem.premises)]
    if missing := sorted({k for row in rows for k in row if k < 0} - values.keys()):
        raise ValueError(f"{problem.columns[-1 - missing[0]]} has no value")
    return Witness(tuple(laws), values)


def _recorded_values(problem: Problem, at: Mapping[str, object]) -> Values:
    values = constants(problem)
    for k, column in enumerate(problem.columns):
        if isinstance(column, Free) and column.text in at:
            values[-1 - k] = read_form(str(at[column.text]))
        elif isinstance(column, Logarithm) and column.of in at:
            number = int(str(at[column.of]))
            if number < 1:
                raise ValueError(f"{column.of} is an integer ≥ 1, not {number}")
            values[-1 - k] = LinearForm(0, {number: 1})
    for i, name in enumerate(problem.names):
        if problem.continuous >> i & 1:
            ratio = Fraction(str(at.get(f"width {name}", "1")))
            if ratio <= 0:
                raise ValueError(f"the width of a cell is positive, not {ratio}")
            values[width(problem, i)] = LinearForm.sum(
                [(1, LinearForm(0, {ratio.numerator: 1})), (-1, LinearForm(0, {ratio.denominator: 1}))]
            )
    return values


def _outcome(key: object, count: int) -> tuple[int, ...]:
    letters = tuple(int(v) for v in str(key).split(",")) if key else ()
    if len(letters) != count:
        raise ValueError(f"`{key}` is no outcome of {count} variables")
    return letters


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


# -- rows of one block, and of densities


def local(row: Mapping[int, Fraction], block: int) -> Row:
    """The entropies of one block, with masks over its own variables."""
    if block & (block + 1) == 0:  # the first variables: their bits stay where they are
        return {mask: c for mask, c in row.items() if mask > 0 and mask & block}
    places = [i for i in range(block.bit_length()) if block >> i & 1]
    return {
        sum(1 << k for k, i in enumerate(places) if mask >> i & 1): c
        for mask, c in row.items()
        if mask > 0 and mask & block
    }


def width(problem: Problem, variable: int) -> int:
    """The coordinate of the logarithm of the width of a variable's cells, after those of all columns."""
    return -1 - len(problem.columns) - variable


def with_widths(problem: Problem, row: Row) -> Row:
    """A row with H(S) + Σ log width for h(S)."""
    if not problem.continuous:
        return row
    out = dict(row)
    for mask, c in row.items():
        for i in range(len(problem.names)):
            if mask > 0 and mask & problem.continuous & 1 << i:
                add(out, width(problem, i), c)
    return out


# -- what a problem may say besides


def names_of(problem: Problem, block: int) -> tuple[str, ...]:
    """The variables of a block, in order."""
    return tuple(name for i, name in enumerate(problem.names) if block >> i & 1)


def law_names(problem: Problem) -> tuple[str, ...]:
    """A name for each block."""
    given = problem.law_names
    return given if len(given) == len(problem.laws) else tuple(f"p{k + 1}" for k in range(len(problem.laws)))


def supports(problem: Problem) -> tuple[tuple[int, str], ...]:
    """Bounds of numbers of values: mask, and a number or symbol."""
    return getattr(problem, "supports", ())


def strict(problem: Problem) -> bool:
    """Whether the goal is claimed to be positive, not only non-negative."""
    return getattr(problem, "strict", False)


def constants(problem: Problem) -> Values:
    """The values of the columns that are numbers: the logarithm of a prime, and 1."""
    out: Values = {}
    for k, column in enumerate(problem.columns):
        if isinstance(column, Unit):
            out[-1 - k] = LinearForm(1)
        elif isinstance(column, Logarithm) and column.of.isdigit():
            out[-1 - k] = LinearForm(0, {int(column.of): 1})
    return out


# -- as text


def exact_text(form: LinearForm) -> str:
    """A linear form as it is written: ``3/2 * log 2 - 1``."""
    parts = [(Fraction(a), f"log {b}") for b, a in sorted(form.logs.items())]
    if form.rational or not parts:
        parts.append((form.rational, ""))
    out = ""
    for a, name in parts:
        number = str(abs(a))
        body = number if not name else name if number == "1" else f"{number} * {name}"
        out += f" {'-' if a < 0 else '+'} {body}" if out else ("-" if a < 0 else "") + body
    return out


def read_form(text: str) -> LinearForm:
    """What `exact_text` wrote. Raises `ValueError` for anything else."""
    rational, logs = Fraction(0), dict[int, Fraction | int]()
    for part in text.replace(" - ", " + -").split(" + "):
        number, _, base = part.partition("log ")
        if not base:
            rational += Fraction(number)
            continue
        factor = number.removesuffix(" * ")
        amount = Fraction(factor + "1") if factor in ("", "-") else Fraction(factor)
        if int(base) < 2:
            raise ValueError(f"log {base} is not written")
        logs[int(base)] = logs.get(int(base), 0) + amount
    return LinearForm(rational, logs)


def value_text(form: LinearForm) -> str:
    """A value as a counterexample shows it."""
    if not form.sign():
        return "0"
    simple = form.over_primes()
    if simple is not None and len(simple.logs) + bool(simple.rational) == 1:
        return exact_text(simple)
    if simple is not None and not simple.rational and all(a > 0 and a == int(a) for a in simple.logs.values()):
        whole = _power(simple)
        if whole < SHORT:
            return f"log {whole}"
    return form.digits(DIGITS)


def _power(form: LinearForm) -> Fraction:
    """e to the power of a form with integer coefficients."""
    out = Fraction(1)
    for b, a in form.logs.items():
        out *= Fraction(b) ** int(a)
    return out
