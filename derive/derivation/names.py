"""The names of rules, in words: what stands beside a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS = {
    "adjoint-accumulate": "sum over every use",
    "cancel": "cancel",
    "cases": "case by case",
    "collect": "collect terms",
    "common-denominator": "common denominator",
    "common-factor": "common factor",
    "constant": "derivative of a constant",
    "delta-sift": "sift the delta",
    "dim-sum": "sum of a constant",
    "entries": "entry by entry",
    "exp-log": "exponential of a logarithm",
    "exp-power": "exponential of a multiple",
    "exp-sum": "exponential of a sum",
    "expand": "multiply out",
    "induction": "induction",
    "let-substitute": "insert the definition",
    "linearity": "linearity",
    "log-of-product": "logarithm of a product over an index",
    "merge-sum": "join the sums",
    "log-exp": "logarithm of an exponential",
    "log-power": "logarithm of a power",
    "log-product": "logarithm of a product",
    "log-quotient": "logarithm of a quotient",
    "log-sigmoid": "logarithm of a sigmoid",
    "log-softmax": "logarithm of a softmax",
    "matrix-notation": "matrix notation",
    "order": "reorder",
    "power": "power rule",
    "product": "product rule",
    "pull-out-constant": "pull out constants",
    "quotient": "quotient rule",
    "rename-index": "rename the index",
    "sigmoid-mirror": "mirrored sigmoid",
    "shift-index": "shift the index",
    "softmax-total": "softmax sums to 1",
    "softplus-mirror": "mirrored softplus",
    "split-sum": "split the sum",
    "variable": "derivative of the variable",
}
PARAMETRIC = {"chain": "chain rule: {}", "definition": "definition of {}"}
ASSUMPTIONS = {"one-hot": "a one-hot row sums to 1", "simplex": "probabilities sum to 1"}
ASSUMPTIONS |= {"symmetric": "symmetry", "binary": "a binary variable is its square"}
NAMED = re.compile(r"([a-z]+)\((.+)\)\Z")


def words(rule: str) -> str:
    """A rule by name in words; a trusted law that has none is named as `derive doctor --trusted` lists it."""
    if rule in WORDS:
        return WORDS[rule]
    match = NAMED.match(rule)
    if match is None:
        return f"law {rule.replace('-', '_')}"
    kind, what = match.groups()
    if kind == "assumption":
        return ASSUMPTIONS.get(what, f"given {what}")
    return PARAMETRIC.get(kind, kind + " {}").format(what.replace("-", " "))


def is_named(rule: str) -> bool:
    """Whether a rule has words of its own, and is not a law by name."""
    return rule in WORDS or NAMED.match(rule) is not None


def reasons(rules: Iterable[str]) -> str:
    """The rules of one line in words."""
    return "; ".join(dict.fromkeys(map(words, rules)))
