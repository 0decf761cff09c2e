"""The names that may stand before a bracket, and what each takes."""

from __future__ import annotations

import re

from derive.expr.operations import OPERATIONS
from derive.expr.structure import BINDERS
from derive.text.lexer import GREEK, Token

MANY = 1_000
ENTRYWISE = {name: (row.arity, row.arity) for name, row in OPERATIONS.items()} | {"min": (2, MANY), "max": (2, MANY)}
LINEAR = {"tr": (1, 1), "det": (1, 1), "inv": (1, 1), "diag": (1, 1), "outer": (2, 2), "ones": (1, MANY), "eye": (1, 1)}
STRUCTURE = {
    "D": (2, 2), "grad": (2, 2), "at": (3, MANY), "where": (3, 3), "delta": (2, 2), "E": (2, 2), "weighted": (2, 2),
    "jacobian": (2, 2), "hessian": (2, 2),
}  # fmt: skip
DIVERGENCES = {"KL": "||", "chi2": "||", "JS": ",", "TV": ",", "h": ""}  # name -> what parts the distributions
PLAIN = {**ENTRYWISE, **LINEAR, **STRUCTURE}  # name -> least and most arguments
REDUCTIONS = {"Sum": "sum", "Prod": "prod", "Mean": "mean", "Max": "max", "norm": "norm"}
ROW_WISE = ("softmax", "logsumexp")
IMPROPER = {"Integral": 2, "Limit": 1}  # name -> number of ends
CALLED_ONLY = set(ENTRYWISE) - {*GREEK.values(), "step", "sign"}  # names that are a symbol only if declared
RANGED = {name for name, kind in {**REDUCTIONS, "logsumexp": "logsumexp"}.items() if kind in BINDERS}

LETTERS = {"σ": "sigmoid", "Σ": "Sum", "Π": "Prod", "Γ": "gamma", "Φ": "Phi", "φ": "phi", "ϕ": "phi", "ψ": "digamma"}
ALIASES = {
    "ln": "log", "Abs": "abs", "arccos": "acos", "sgn": "sign", "trace": "tr", "Product": "Prod", "diff": "D",
    "integrate": "Integral", "limit": "Limit", "D_KL": "KL", "JSD": "JS",
    "Derivative": "D", "KroneckerDelta": "delta", "Heaviside": "step",
}  # fmt: skip

NOT_YET = {
    "argmin": "", "argmax": "", "Var": "write Var[X], or Var_p(x)[f]",
    "Cov": "write Cov[X, Y], or Cov_p(x,y)[f, g]",
    "Min": "write min(a, b)", "Piecewise": "write where(x > 0, a, b)",
    "Rational": "write 1/2", "factorial": "write gamma(n + 1)", "erfc": "write 1 - erf(x)", "log1p": "write log(1 + x)",
    "expm1": "write exp(x) - 1", "transpose": "write A.T",
}  # fmt: skip
_MEASURE = re.compile(r"[HI](_\w+)?\Z")
_MEAN = re.compile(r"(E|Var|Cov)(?:_(\w+))?\Z")
_LAW = re.compile(r"[pqr][0-9]*(_\w+)?\Z")
_PROBABILITY = re.compile(r"P(?:_(\w+))?\Z")


def canonical(token: Token) -> str:
    """The name in the table for a name as written: ``σ`` is sigmoid, ``ln`` is log."""
    if token.raw in LETTERS:
        return LETTERS[token.raw]
    return ALIASES.get(token.text, token.text) if token.raw.isascii() or token.raw == "√" else token.raw


def is_measure(name: str) -> bool:
    """Whether the name before a bracket is an entropy or mutual information, under p or another distribution."""
    return _MEASURE.match(name) is not None


def is_law_name(name: str) -> bool:
    """Whether a name is that of a law without being declared: ``p``, ``q_theta``, ``p_data``."""
    return _LAW.match(name) is not None


def mean_of(name: str) -> tuple[str, str] | None:
    """``E_q``, ``Var`` and their like: which moment it is, and the name of the law or ""; None for any other name."""
    match = _MEAN.match(name)
    return None if match is None else (match[1], match[2] or "")


def law_of_probability(name: str) -> str | None:
    """The law of ``P(X != Y)`` or ``P_q(X != Y)``; None for any other name."""
    match = _PROBABILITY.match(name)
    return None if match is None else match[1] or "p"


def built_in(name: str) -> bool:
    """Whether a name of the table may not be declared as a function; one-letter names may."""
    return len(name) > 1 and (name in {*PLAIN, *REDUCTIONS, *ROW_WISE, *IMPROPER, *DIVERGENCES, *ALIASES})


def not_yet(name: str) -> str | None:
    """Why a callee of the grammar cannot be read yet; None if it is not of the grammar at all."""
    if name in NOT_YET:
        return f"{name}(...) is not supported yet" + (f"; {NOT_YET[name]}" if NOT_YET[name] else "")
    if is_law_name(name):  # it is declared as something else, or it would have been read as a law
        return f"{name} is not a law here; an entry of a table is {name}[i], a function is declared, `{name}: function`"
    return None


def unknown(name: str, functions: tuple[str, ...]) -> str:
    """The message for a callee that is neither built in nor declared."""
    known = [*PLAIN, *REDUCTIONS, *ROW_WISE, *IMPROPER, *DIVERGENCES, "H", "I", *ALIASES, *functions]
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else f"declare it, `{name}: function`, or write {name} * (...)"
    return f"{name} is not a known function; {hint}"
