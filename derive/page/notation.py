"""Names as symbols: `W1` is W₁, `alpha_t` is α with a subscript, `m_hat` wears a hat, `dZ2` is ∂ℒ/∂Z₂.

A name is read as parts: its base, then subscripts and accents from left to right, each applied to all before it.
Trailing digits of the base are a subscript; after `_`, `hat bar tilde` are accents, `star` a superscript, and all else
is a subscript: a Greek letter, one or two characters in italics, a word upright (`m_new` is m with the subscript new).

Two names print alike exactly if their spellings are equal: σ and `sigma`, `W_1` and `W1`, `lambda_` and `lambda`.
"""

import keyword
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

GREEK_WORDS = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi
    omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""  # other capitals look like Latin letters
GREEK: dict[str, str] = dict(zip(GREEK_WORDS.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
SPELLED = {letter: word for word, letter in GREEK.items()}
CURLY = {"epsilon": r"\varepsilon"}  # where the usual letter is not the macro of its name
SCRIPT = {"loss": (r"\mathcal{L}", "ℒ")}

ACCENTS = {"hat": (r"\hat", r"\widehat", "\u0302"), "bar": (r"\bar", r"\overline", "\u0304")}
ACCENTS |= {"tilde": (r"\tilde", r"\widetilde", "\u0303")}
STAR = "star"

INDEXED_BASE = re.compile(r"(.*[^0-9])([0-9]+)\Z", re.DOTALL)
NUMBERED_ACCENT = re.compile(rf"({'|'.join((*ACCENTS, STAR))})([0-9]+)\Z")
ASCII_WORD = re.compile(r"[A-Za-z0-9]+\Z")
BRACKETED = re.compile(r"\{[^{}]*\}|\([^()]*\)|\[[^][]*\]")
SCRIPTS = re.compile(r"(?<!\\)[_^]")
DIGITS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))


@cache
def parts(name: str) -> tuple[str, ...]:
    """Base, then subscripts and accents in order. A name with an empty part, such as `_x` or `a__b`, is all base."""
    name = unicodedata.normalize("NFKC", name)
    if name.endswith("_") and keyword.iskeyword(name[:-1]):
        name = name[:-1]
    base, *rest = name.split("_")
    if not all((base, *rest)):
        return (name,)
    found = [*_split(INDEXED_BASE, base)]
    for part in rest:
        found += _split(NUMBERED_ACCENT, part)
    return tuple(SPELLED.get(part, part) for part in found)


def _split(pattern: re.Pattern[str], part: str) -> tuple[str, ...]:
    match = pattern.match(part)
    return match.groups() if match else (part,)


def spelling(name: str) -> str:
    """The one spelling of all names that print like this one; an entry should not hold two names of one spelling."""
    return "_".join(parts(name))


def differential(name: str, terms: Collection[str] = ()) -> str:
    """For ``d<Term>`` the name of the term, otherwise "". A term is one of `terms`, or begins with a capital."""
    rest = name[1:]
    return rest if name.startswith("d") and (rest in terms or rest[:1].isupper()) else ""


@dataclass(frozen=True)
class Symbol:
    """A typeset name: its base with what may still be joined to it."""

    base: str
    sub: str = ""
    sup: str = ""
    word: bool = False  # more than one letter: wants air in a product


def joined(base: str, sub: str = "", sup: str = "") -> str:
    """LaTeX of a base with its scripts; a base that has one itself, outside of brackets, becomes a group."""
    outside = base
    while (shorter := BRACKETED.sub("", outside)) != outside:
        outside = shorter
    if (sub or sup) and SCRIPTS.search(outside):
        base = f"{{{base}}}"
    return base + (f"_{_group(sub)}" if sub else "") + (f"^{_group(sup)}" if sup else "")


def _group(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


@cache
def latex_symbol(name: str) -> Symbol:
    """A name in LaTeX."""
    base, *rest = parts(name)
    text, sub, sup = _latex_base(base), "", ""
    for part in rest:
        if part in ACCENTS:
            narrow, wide, _ = ACCENTS[part]
            composite = bool(sub or sup) or (len(base) > 1 and base not in GREEK and base not in SCRIPT)
            text, sub, sup = f"{wide if composite else narrow}{{{joined(text, sub, sup)}}}", "", ""
        elif part == STAR:
            text, sub, sup = (f"{{{joined(text, sub, sup)}}}", "", r"\star") if sup else (text, sub, r"\star")
        elif sup:  # the star stays with what it was put on
            text, sub, sup = f"{{{joined(text, sub, sup)}}}", _latex_subscript(part), ""
        else:
            sub = f"{sub},{_latex_subscript(part)}" if sub else _latex_subscript(part)
    return Symbol(text, sub, sup, word=r"\mathrm" in text or r"\text" in text)


def _latex_base(base: str) -> str:
    if base in GREEK:
        return CURLY.get(base, f"\\{base}")
    if base in SCRIPT:
        return SCRIPT[base][0]
    if ASCII_WORD.match(base):
        return base if len(base) == 1 else rf"\mathrm{{{base}}}"
    return _verbatim(base)


def _verbatim(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\text{{{escaped}}}"


def _latex_subscript(part: str) -> str:
    if part in GREEK:
        return CURLY.get(part, f"\\{part}")
    if ASCII_WORD.match(part):
        return part if len(part) <= 2 or part.isdigit() else rf"\mathrm{{{part}}}"
    return _verbatim(part)


@cache
def unicode_symbol(name: str) -> str:
    """A name for the terminal: Greek letters, subscript digits, combining accents over one letter."""
    base, *rest = parts(name)
    text = SCRIPT[base][1] if base in SCRIPT else GREEK.get(base, base)
    for at, part in enumerate(rest):
        if part in ACCENTS and at == 0 and len(text) == 1:
            text += ACCENTS[part][2]
        elif part.isascii() and part.isdigit() and (at == 0 or rest[at - 1] in ACCENTS):
            text += "".join(DIGITS[digit] for digit in part)
        else:
            text += "⋆" if part == STAR else "_" + GREEK.get(part, part)
    return text
