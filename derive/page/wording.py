r"""The words beside a line: its reason, the counterexample, the conditions, with formulas in ``\(...\)``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Any

from derive.entry.calculation import Calculation
from derive.entry.verification import LineResult
from derive.page.notation import joined, latex_symbol
from derive.prove.verdict import Counterexample, Verdict

DIGITS = (6, 16, 32, 64, 128)  # significant digits of a decimal: the first that tell both sides apart
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?\Z", re.IGNORECASE)
EXACT = re.compile(r"-?[0-9]+(/[0-9]+)?\Z")
UNDEFINED_AT = "not so at "

ATOM = r"[A-Za-z]\w*|[0-9]+"
POWER = re.compile(rf"\*\*\s*({ATOM}|\((?:[^()]*)\))")
TOKEN = re.compile(r"\s+|[^\W\d]\w*|[0-9]+(?:\.[0-9]+)?|!=|<=|>=|\S")
SIGNS = {"!=": r" \ne ", "<=": r" \le ", ">=": r" \ge ", "<": " < ", ">": " > ", "=": " = ", "*": r"\, ", "/": "/"}
SIGNS |= {",": r",\allowbreak ", "+": " + ", "-": "-", "{": r"\{", "}": r"\}", **{c: c for c in "()[].:|'"}}
MACROS = {"log": r"\log ", "exp": r"\exp ", "oo": r"\infty", "pi": r"\pi"}
FUNCTION = re.compile(r"\s*\(")


def reason(result: LineResult) -> str:
    """Why the line is what it is."""
    kind = result.verdict.kind
    if result.expected == "refuted" and kind != "refuted":
        return "declared false, but proved" if kind == "proved" else "declared false; no counterexample found"
    words = "; ".join(_cited(each) for each in result.line.by)
    if words:
        return words
    return {"refuted": "counterexample", "proved": "found by the engine", "tested": "tested at drawn points"}.get(
        kind, ""
    )


def _cited(by: Any) -> str:
    if isinstance(by, Calculation):
        return f"by the line “{by.name.replace('_', ' ')}”"
    return getattr(by, "words", f"by {by.name}")


def detail(verdict: Verdict) -> str:
    """What stands behind the verdict: the counterexample, or the method and what it needs."""
    if verdict.counterexample is not None:
        return counterexample(verdict.counterexample)
    if verdict.kind == "undecided":
        return verdict.message
    needs = f"; needs {', '.join(map(condition, verdict.conditions))}" if verdict.conditions else ""
    return verdict.method + needs


def counterexample(found: Counterexample) -> str:
    """Sizes and values, then both sides: N = 1, y = [0]: 1/2 against −1/2."""
    point = [rf"\({{{math(name)} = {size}}}\)" for name, size in found.shapes.items()]
    point += [_assigned(name, given) for name, given in found.at.items()]
    left, right = _sides(found.left, found.right)
    where = f": {left} against {right}" if point else f"{left} against {right}"
    several = any(size > 1 for size in found.shapes.values())
    entry = rf" at entry \(({_commas(map(str, found.entry))})\)" if found.entry and several else ""
    return ", ".join(point) + where + entry


def _sides(left: str, right: str) -> tuple[str, str]:
    """Both sides, with as many digits as it takes to tell them apart."""
    shown = ("", "")
    for digits in DIGITS:
        shown = value(left, digits), value(right, digits)
        if shown[0] != shown[1]:
            break
    return rf"\({shown[0]}\)", rf"\({shown[1]}\)"


def value(text: str, digits: int = DIGITS[0]) -> str:
    """A rational as it is, a decimal rounded to that many digits, without the radius of its ball."""
    number = text.split(" ± ")[0].strip()
    if EXACT.match(number):
        return number
    if not DECIMAL.match(number):
        return math(number)
    rounded = Decimal(number).normalize(Context(prec=digits))
    if not rounded or -5 <= rounded.adjusted() < 7:
        return f"{rounded:f}"
    mantissa = rounded.scaleb(-rounded.adjusted())
    return rf"{mantissa:f} \cdot 10^{{{rounded.adjusted()}}}"


def _assigned(name: str, given: Any) -> str:
    """A name with its value; in braces, which no line break divides, if that is short."""
    formula = f"{math(name)} = {_nested(given)}"
    return rf"\({formula}\)" if formula.count(",") > 3 else rf"\({{{formula}}}\)"


def _nested(given: Any) -> str:
    """Tensors as nested lists, a joint law as a table of its outcomes."""
    if isinstance(given, dict):
        return _commas(rf"{value(str(p))} \text{{ at }} ({outcome})" for outcome, p in given.items())
    if isinstance(given, list):
        return f"[{_commas(_nested(each) for each in given)}]"
    return value(str(given))


def _commas(pieces: Iterable[str]) -> str:
    return r",\allowbreak ".join(pieces)


def condition(text: str) -> str:
    """A condition of the engine, its formula typeset: δ ≠ 0."""
    words, at, point = text.partition(UNDEFINED_AT)
    if at:
        return rf"{words}{at}\({math(point)}\)"
    what, where, place = text.partition(" where ")
    if where:
        return f"{condition(what)} where {condition(place)}"
    formula = any(sign in text for sign in "=<>")
    return rf"\({{{math(text)}}}\)" if formula else text


def math(text: str) -> str:
    """LaTeX of a formula in the grammar of statements, symbol by symbol; what is no formula stays text."""
    raised = POWER.sub(lambda m: f"^⟨{m[1].removeprefix('(').removesuffix(')')}⟩", text)
    if "**" in raised:
        return _verbatim(text)
    out = ""
    for match in TOKEN.finditer(raised):
        token = match[0]
        if token.isspace():
            continue
        if token in "^⟨⟩":
            out += {"⟨": "{", "⟩": "}"}.get(token, token)
        elif token in SIGNS:
            out += SIGNS[token]
        elif token[0].isdigit():
            out += token
        elif token.isidentifier():
            out += _name(token, called=FUNCTION.match(raised, match.end()) is not None)
        else:
            return _verbatim(text)
    return out.strip()


def _name(name: str, called: bool) -> str:
    if name in MACROS:
        return MACROS[name]
    if called and len(name) > 1:
        return rf"\operatorname{{{name.replace('_', '')}}}"
    symbol = latex_symbol(name)
    return joined(symbol.base, symbol.sub, symbol.sup)


def _verbatim(text: str) -> str:
    escaped = "".join(rf"\{c}" if c in "_%$#&{}" else {"\\": "/", "^": "**", "~": "-"}.get(c, c) for c in text)
    return rf"\text{{{escaped}}}"
