"""Statements about entropies, decided: exact linear algebra over the cone of entropies, and exact distributions."""

from __future__ import annotations

from derive.expr.density import Contrast, Density, Expectation
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.information import Information
from derive.expr.node import Expr, walk

THEORY = "measures of information"  # in the evidence of verdicts that come from here
OF_TABLES = (Density, Expectation, Contrast, MarkovChain, Independence, Cardinality, Unequal)
ABOUT = (Information, *OF_TABLES)


def speaks_of(*roots: Expr) -> bool:
    """Whether an expression has a measure of information, a density or a dependence in it."""
    return any(isinstance(node, ABOUT) for node in walk(*roots))


def has_densities(*roots: Expr) -> bool:
    """Whether an expression speaks of laws and dependences in a way that only finite tables unfold."""
    return any(isinstance(node, OF_TABLES) for node in walk(*roots))
