"""What can be wrong with a formula. Every message quotes the formula and its dims."""

from __future__ import annotations


class DeriveError(Exception):
    """Base of all errors that are the author's, not the engine's."""


class SortError(DeriveError):
    """An expression of the wrong sort: a proposition added to a number, a function used as a value."""


class ShapeError(DeriveError):
    """Axes that do not fit together."""


class DomainError(DeriveError):
    """A value outside what may stand there: a float in a formula, an index outside its range."""


class UnknownNameError(DeriveError):
    """A name that is missing, taken, or not allowed."""
