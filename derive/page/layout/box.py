"""A piece of a formula, typeset, with what must be known to put it beside another piece; and what a dialect offers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import ClassVar, Literal

from derive.expr.operations import Operation


class Level(IntEnum):
    """How tightly a piece holds together, loosest first."""

    RELATION = 0
    SUM = 1
    HADAMARD = 2  # A ⊙ B
    QUOTIENT = 3  # a/b in one line, and a product that begins with one
    PRODUCT = 4
    FRACTION = 5  # a factor that nothing can tear apart, but that no script may be put on
    ATOM = 6


@dataclass(frozen=True)
class Box:
    """A typeset piece. `base` is the text; in LaTeX, scripts are kept apart until the piece is used."""

    base: str
    sub: str = ""
    sup: str = ""
    done: bool = False  # a power or a transpose: no further script without brackets
    level: Level = Level.ATOM
    begins: Literal["", "minus", "digit", "bracket"] = ""
    open: bool = False  # ends with an argument that has no closing bracket: log x, a sum
    wide: bool = False  # a word or a call: wants air in a product
    called: bool = False  # directly before a bracket this letter would be read as a function


class Dialect(ABC):
    """The primitives of one output language. Texts go in and come out; what needs brackets is decided by the layout."""

    built_up: ClassVar[bool]  # fractions stand upright
    ranged: ClassVar[bool]  # a sum over a dim prints its range
    signs: ClassVar[dict[str, str]]  # by the sign of the statement grammar, or its Unicode character

    @abstractmethod
    def text(self, box: Box) -> str:
        """The whole of a box."""

    @abstractmethod
    def name(self, name: str, override: str = "") -> Box:
        """A symbol; `override` is its author's own LaTeX."""

    @abstractmethod
    def letter(self, letter: str) -> str:
        """An index letter, perhaps with primes."""

    @abstractmethod
    def number(self, value: Fraction | int, inline: bool) -> Box:
        """A positive rational, or 0."""

    @abstractmethod
    def upright(self, word: str) -> str:
        """An operator's name, such as softmax."""

    @abstractmethod
    def function(self, operation: Operation) -> str:
        """The name of an operation of the table."""

    @abstractmethod
    def called(self, function: str, arguments: str) -> str:
        """A function with its arguments in brackets."""

    @abstractmethod
    def fenced(self, text: str) -> str:
        """Brackets, large enough."""

    @abstractmethod
    def tall(self, text: str) -> bool:
        """Whether the text is more than a line high."""

    @abstractmethod
    def beside(self, left: Box, right: Box) -> str:
        """What stands between two factors of a matrix product."""

    @abstractmethod
    def between(self, left: Box, right: Box) -> str:
        """What stands between two factors of a product."""

    @abstractmethod
    def fraction(self, numerator: str, denominator: str) -> str:
        """An upright fraction, or in one line when not `built_up` (then the operands have their brackets)."""

    @abstractmethod
    def indexed(self, box: Box, places: Sequence[str]) -> Box:
        """An entry of what the box shows."""

    @abstractmethod
    def member(self, box: Box, places: Sequence[str]) -> Box:
        """A tensor of a family: W^{[l]}."""

    @abstractmethod
    def raised(self, box: Box, exponent: str) -> Box:
        """A power or a transpose; the superscript of a name is continued."""

    @abstractmethod
    def big(self, kind: str, letter: str, low: str = "", high: str = "") -> str:
        """A sum sign, product sign, … with its range."""

    @abstractmethod
    def lowered(self, sign: str, under: str) -> str:
        """An operator's name with something under it: arg min over μ."""

    @abstractmethod
    def divergence(self, name: str) -> str:
        """The name of a divergence: KL, JS, TV, chi2."""

    @abstractmethod
    def integral(self, body: str, variable: str, low: str, high: str) -> str:
        """An integral with its differential."""

    @abstractmethod
    def root(self, box: Box) -> Box:
        """The square root."""

    @abstractmethod
    def bars(self, text: str, double: bool = False) -> str:
        """The absolute value, or the norm."""

    @abstractmethod
    def squared(self, text: str) -> str:
        """Square brackets, large enough."""

    @abstractmethod
    def cases(self, rows: Sequence[tuple[str, str]], otherwise: str) -> str:
        """A value by cases: values with their conditions, the first that holds counts."""

    @abstractmethod
    def evaluated(self, text: str, where: str) -> str:
        """An expression with a bar, and what is replaced beside it."""

    def coloured(self, text: str) -> str:
        """A rewritten part; a dialect without colour shows it plainly."""
        return text
