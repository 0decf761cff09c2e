"""How C++ computes each operation: meaning, implementation, cost.

An implementation is an expression in its operands ``{0}``, ``{1}``; the functions that it calls stand in the files
`needs` of codegen/emit/functions and are written into the header of every entry that uses them. Costs are in additions,
in a loop that the compiler vectorises (a call into the C library ends that, hence its price); they decide what is
computed again and what is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.codegen.graph.graph import GraphError

ATOM, PRODUCT, SUM, CHOICE = 3, 2, 1, 0  # how tightly the outermost operator of an expression binds


@dataclass(frozen=True)
class Implementation:
    """`text` computes `meaning`; its operands are expressions that bind at least as tightly as `operands`."""

    meaning: str
    text: str
    cost: int
    needs: tuple[str, ...] = ()
    binds: int = ATOM
    operands: int = CHOICE


@dataclass(frozen=True)
class NotAvailable:
    """A gap, and why it is one."""

    meaning: str
    reason: str


class OperationMissing(GraphError):  # noqa: N818
    """A graph needs an operation that this target does not have."""


def _function(name: str, meaning: str, cost: int, file: str = "") -> Implementation:
    return Implementation(meaning, f"{name}({{0}})", cost, (file or name,))


def _library(name: str, meaning: str, cost: int = 60) -> Implementation:
    return Implementation(meaning, f"std::{name}({{0}})", cost)


def _comparison(sign: str, meaning: str) -> Implementation:
    return Implementation(meaning, f"{{0}} {sign} {{1}}", 1, binds=CHOICE, operands=SUM)


TABLE: dict[str, Implementation | NotAvailable] = {
    # arithmetic, choice, comparison: the operations of every graph
    "add": Implementation("sum of two or more", "{0} + {1}", 1, binds=SUM, operands=SUM),
    "subtract": Implementation("difference", "{0} - {1}", 1, binds=SUM, operands=SUM),
    "multiply": Implementation("product of two or more", "{0} * {1}", 1, binds=PRODUCT, operands=PRODUCT),
    "negate": Implementation("negative", "-{0}", 1, binds=PRODUCT, operands=ATOM),
    "divide": Implementation("quotient", "{0} / {1}", 4, binds=PRODUCT, operands=PRODUCT),
    "power": Implementation("x to the power y", "std::pow({0}, {1})", 60),
    "where": Implementation(
        "choice; both sides are computed", "{0} ? {1} : {2}", 1, binds=CHOICE, operands=SUM
    ),
    "less": _comparison("<", "x < y"),
    "less_equal": _comparison("<=", "x ≤ y"),
    "greater": _comparison(">", "x > y"),
    "greater_equal": _comparison(">=", "x ≥ y"),
    "equal": _comparison("==", "x = y"),
    "not_equal": _comparison("!=", "x ≠ y"),
    "delta": Implementation("1 where x = y, else 0", "({0} == {1} ? Real(1) : Real(0))", 1, operands=SUM),
    "weighted": Implementation("p·f, 0 where p = 0", "weighted({0}, {1})", 2, ("weighted",)),
    "identity": Implementation("the value itself", "{0}", 0),
    "diagonal": Implementation("the value itself, at equal positions", "{0}", 0),
    # the rows of derive.expr.operations
    "exp": _function("exp", "exponential", 14),
    "log": _function("log", "natural logarithm", 18),
    "sqrt": _library("sqrt", "square root", 5),
    "abs": _library("abs", "absolute value", 1),
    "sign": _function("sign", "-1, 0 or 1", 2),
    "step": _function("step", "1 for x > 0, else 0", 2),
    "relu": _function("relu", "max(x, 0)", 1),
    "min": Implementation("smaller of two", "minimum({0}, {1})", 2, ("minimum",)),
    "max": Implementation("larger of two", "maximum({0}, {1})", 2, ("maximum",)),
    "sigmoid": _function("sigmoid", "1 / (1 + exp(-x))", 20),
    "softplus": _function("softplus", "log(1 + exp(x))", 40),
    "tanh": _function("tanh", "hyperbolic tangent", 26),
    "sin": _library("sin", "sine"),
    "cos": _library("cos", "cosine"),
    "sinh": _library("sinh", "hyperbolic sine"),
    "cosh": _library("cosh", "hyperbolic cosine"),
    "acos": _library("acos", "arc cosine"),
    "erf": _library("erf", "error function"),
    "Phi": _function("normal_cdf", "normal distribution function", 70),
    "phi": _function("normal_pdf", "normal density", 18),
    "gamma": _library("tgamma", "gamma function", 200),
    "loggamma": _library("lgamma", "logarithm of the gamma function", 150),
    "digamma": _function("digamma", "derivative of loggamma, x > 0", 120),
    "trigamma": _function("trigamma", "derivative of digamma, x > 0", 120),
    "tetragamma": _function("tetragamma", "derivative of trigamma, x > 0", 120),
    # what selection makes of the above (derive.codegen.emit.cpp.selection)
    "log1p": _function("log1p", "log(1 + x)", 24),
    "expm1": _function("expm1", "exp(x) - 1", 20),
    "square": _function("square", "x²", 1),
    "integer_power": Implementation("xⁿ, n constant", "integer_power<{1}>({0})", 4, ("integer_power",)),
    "reciprocal_sqrt": Implementation("x^(-1/2)", "Real(1) / std::sqrt({0})", 8, binds=PRODUCT),
}  # fmt: skip


def implementation(operation: str) -> Implementation:
    """The row of an operation.

    Raises `OperationMissing` with the reason if there is none.
    """
    row = TABLE.get(operation)
    if isinstance(row, Implementation):
        return row
    raise OperationMissing(f"C++ cannot compute {operation}: {row.reason if row else 'the table has no such row'}")


def cost(operation: str) -> int:
    """What an operation costs, in additions."""
    return implementation(operation).cost
