"""Text to tokens. Every spelling of a sign becomes one sign, every Greek letter its name; nothing else gets in."""

from __future__ import annotations

import re
from typing import NamedTuple

from derive.text.errors import Source, Spot, named

MAX_LENGTH, MAX_TOKENS, MAX_DIGITS, MAX_NAME = 20_000, 5_000, 100, 64

SPELLINGS = {
    "==": "=", "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=", "·": "*", "⋅": "*", "×": "*", "⊙": "*", "∘": "*",
    "−": "-", "^": "**", "ᵀ": ".T", "⊤": ".T", "′": "'", "→": "->", "⫫": "_|_", "⊥": "_|_", "‖": "||",
}  # fmt: skip

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "ϵ": "epsilon",
    "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "µ": "mu", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi",
    "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip

HINTS = {
    "∂": "write D(f, x) for a derivative",
    "∇": "write grad(f, x) for a gradient",
    "∑": "write Sum(e, i, 1, n)",
    "∏": "write Prod(e, i, 1, n)",
    "~": "a law is named in a density, p(x), and a uniform one is p(x) = 1/n",
    "∝": "write proportional(f, g, x) for f ∝ g as functions of x",
    ".": ".T is the only attribute",
    '"': "there are no strings in a statement",
    "`": "there are no strings in a statement",
    "\\": "this is the plain grammar, not LaTeX",
    "{": "brackets are ( ) and [ ]",
    "}": "brackets are ( ) and [ ]",
    "!": "write gamma(n + 1) for n!, and != for ≠",
    "_": "a name begins with a letter",
}

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_OTHER = re.escape("".join(sign for sign in SPELLINGS if len(sign) == 1))
_LETTER = "A-Za-z" + "".join(GREEK)
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[{_LETTER}][{_LETTER}0-9_₀-₉]*|√|∞)
    |(?P<superscript>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    |(?P<sign>_\|_|->|<=|>=|==|!=|\*\*|\|\||\.T(?![{_LETTER}0-9_])|[-+*/@=<>()\[\],;:|'{_OTHER}])
    """,
    re.VERBOSE,
)
_GREEK_PART = re.compile(rf"[{''.join(GREEK)}](?![{_LETTER}])")
CLOSES = {")": "(", "]": "["}


class Token(NamedTuple):
    """`kind` is number, name, superscript, sign or end; `text` is in the one spelling, `raw` as written."""

    kind: str
    text: str
    position: int
    raw: str


def spelled(name: str) -> str:
    """A name in its one spelling: ``σ₂`` is ``sigma2``; Greek inside a longer word stays."""
    if name.isascii():
        return name
    return _GREEK_PART.sub(lambda letter: GREEK[letter[0]], name.translate(SUBSCRIPTS))


def tokens(source: Source) -> list[Token]:
    """The tokens of a text, an end token last; brackets are balanced.

    Raises `ParseError` at the first character that no token begins with, at the bracket that nothing closes, and where
    a cap is passed.
    """
    text = source.text
    if len(text) > MAX_LENGTH:
        raise Spot(source, MAX_LENGTH).error(f"the text is longer than {MAX_LENGTH} characters")
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise Spot(source, position).error(_objection(text[position]))
        kind, raw = match.lastgroup or "", match[0]
        if kind != "space":
            found.append(_token(source, kind, raw, position))
            if len(found) > MAX_TOKENS:
                raise Spot(source, position).error(f"more than {MAX_TOKENS} names, numbers and signs")
        position = match.end()
    found.append(Token("end", "", len(text.rstrip()), ""))
    _balance(source, found)
    return found


def _objection(character: str) -> str:
    hint = HINTS.get(character)
    if hint is None and character.isalpha():
        hint = "letters are Latin (A-Z, a-z) or Greek"
    return f"{named(character)} does not belong here" + (f"; {hint}" if hint else "")


def _token(source: Source, kind: str, raw: str, position: int) -> Token:
    if kind == "name":
        if len(raw) > MAX_NAME:
            raise Spot(source, position).error(f"a name of more than {MAX_NAME} characters")
        if len(raw) > 1 and all(letter in GREEK for letter in raw):  # as it is printed, αβ is a product
            raise Spot(source, position).error(f"{raw} is read in two ways; a product is written {'*'.join(raw)}")
        return Token(kind, spelled({"√": "sqrt", "∞": "oo"}.get(raw, raw)), position, raw)
    if kind == "number":
        mantissa, _, exponent = raw.lower().partition("e")
        if len(mantissa) > MAX_DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > MAX_DIGITS:
            raise Spot(source, position).error(f"a number of more than {MAX_DIGITS} digits")
    if kind == "superscript":
        if len(raw) > MAX_DIGITS:
            raise Spot(source, position).error(f"a number of more than {MAX_DIGITS} digits")
        return Token(kind, raw.translate(SUPERSCRIPTS), position, raw)
    return Token(kind, SPELLINGS.get(raw, raw), position, raw)


def _balance(source: Source, found: list[Token]) -> None:
    """Raises `ParseError` at an opening bracket that is not closed, or at a closing one that was never opened."""
    still_open: list[Token] = []
    for token in found:
        if token.kind != "sign":
            continue
        if token.text in CLOSES.values():
            still_open.append(token)
        elif token.text in CLOSES:
            if not still_open:
                raise Spot(source, token.position).error(f"nothing opens this {token.text}")
            opened = still_open.pop()
            if opened.text != CLOSES[token.text]:
                raise Spot(source, opened.position).error(f"this {opened.text} is closed by a {token.text}")
    if still_open:
        raise Spot(source, still_open[-1].position).error(f"this {still_open[-1].text} is never closed")
