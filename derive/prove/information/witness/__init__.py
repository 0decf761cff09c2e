"""Distributions that refute a statement about entropies: all premises hold exactly, and the statement does not."""

from derive.prove.information.witness.search import find, quick
from derive.prove.information.witness.witness import Witness, recorded

__all__ = ["Witness", "find", "quick", "recorded"]
