"""Derivations: the lines between two expressions, found by directed rewriting and checked step by step.

`derive(start)` works towards the simplest form, `derive(start, end)` to a requested end, from both sides. The search is
not trusted: every line is checked again from its two sides alone (`check`), and carries the verdict of that check.
"""

from derive.derivation.search import derive, steps_between
from derive.derivation.step import Derivation, Step

__all__ = ["Derivation", "Step", "derive", "steps_between"]
