r"""LaTeX to the tokens of the plain lexer, positions in the LaTeX source.

A letter is a name by itself, ``\mathrm{nll}`` one name, ``\le`` the sign ``<=``. Spaces and sizes are gone, brackets
are paired. The kinds beside those of the plain grammar: "macro", and the faces "roman", "bold", "double", "script".
"""

from __future__ import annotations

import re

from derive.text.errors import Source, Spot, named
from derive.text.latex.macros import ACCENTS, CHARACTERS, FACES, LETTERS, REFUSED, SIGNS, SIZES, SPACES
from derive.text.lexer import GREEK, MAX_DIGITS, MAX_LENGTH, MAX_NAME, Token

MAX_TOKENS, MAX_NESTED = 10_000, 50
OPENS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "lvert": "rvert",
    "lVert": "rVert",
    "langle": "rangle",
    "lbrace": "rbrace",
    "left.": "rvert",
}
READ = {  # macros that the grammar reads itself
    "frac", "dfrac", "tfrac", "cfrac", "sqrt", "sum", "prod", "int", "lim", "log", "ln", "exp", "tanh", "sin", "cos",
    "sinh", "cosh", "arccos", "det", "max", "min", "arg", "partial", "nabla", "begin", "end", *ACCENTS,
}  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n~]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |\\(?P<macro>(?:operatorname\*|[A-Za-z]+|[^A-Za-z]))
    |(?P<character>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ARGUMENT = re.compile(r"[ \t\r\n]*(?:\{([^{}]*)\}|([A-Za-z0-9])|(\\[A-Za-z]+))")
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z]*[A-Za-z])?\Z|[A-Za-z0-9]+[A-Za-z]\Z|[0-9]\Z")
_WHOLE = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))


class Lexer:
    """One source, read once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.found: list[Token] = []
        self.position, self.end = self._inside()

    def _inside(self) -> tuple[int, int]:
        """Where the formula begins and ends: dollars around the whole of it are left out."""
        if len(self.text) > MAX_LENGTH:
            raise Spot(self.source, MAX_LENGTH).error(f"the text is longer than {MAX_LENGTH} characters")
        start, end = len(self.text) - len(self.text.lstrip()), self._without_stop(len(self.text))
        for opens, closes in _WHOLE:
            long = end - start >= len(opens) + len(closes)
            if long and self.text.startswith(opens, start) and self.text.endswith(closes, start, end):
                return start + len(opens), self._without_stop(end - len(closes))
        return start, end

    def _without_stop(self, end: int) -> int:
        """Where the text ends without the full stop or comma of the sentence it stands in."""
        kept = self.text[:end].rstrip()
        return len(kept[:-1].rstrip()) if kept[-1:] in (".", ",") and kept[-2:] != "\\," else len(kept)

    def tokens(self) -> list[Token]:
        """All tokens, an end token last.

        Raises `ParseError` at a character or macro that is not read, and at a bracket without its partner.
        """
        while self.position < self.end:
            match = _TOKEN.match(self.text, self.position, self.end)
            if match is None:
                raise self._spot().error("a lone \\ does not belong here")
            kind, start = match.lastgroup or "", self.position
            self.position = match.end()
            if kind == "number":
                self._number(match[0], start)
            elif kind == "macro":
                self._macro(match["macro"], start)
            elif kind == "character":
                self._character(match[0], start)
            if len(self.found) > MAX_TOKENS:
                raise Spot(self.source, start).error(f"more than {MAX_TOKENS} names, numbers and signs")
        self.found.append(Token("end", "", self.end, ""))
        balance(self.source, self.found)
        return self.found

    def _spot(self) -> Spot:
        return Spot(self.source, self.position)

    def _add(self, kind: str, text: str, start: int) -> None:
        self.found.append(Token(kind, text, start, self.text[start : self.position]))

    def _number(self, raw: str, start: int) -> None:
        if len(raw) > MAX_DIGITS:
            raise Spot(self.source, start).error(f"a number of more than {MAX_DIGITS} digits")
        self._add("number", raw, start)

    def _character(self, character: str, start: int) -> None:
        if character.isascii() and character.isalpha():
            self._add("name", character, start)
        elif character in GREEK:
            self._add("name", GREEK[character], start)
        elif character == "|" and self.text.startswith("|", self.position, self.end):
            self.position += 1
            self._add("sign", "||", start)
        elif character in CHARACTERS:
            self._add("sign", CHARACTERS[character], start)
        else:
            hint = {"%": "; there are no comments", "$": "; dollars stand around the whole formula, or not at all"}
            raise Spot(self.source, start).error(f"{named(character)} does not belong here{hint.get(character, '')}")

    def _macro(self, name: str, start: int) -> None:
        if name in SPACES:
            return
        if name in SIZES:
            self._sized(name, start)
        elif name in SIGNS:
            self._add("sign", SIGNS[name], start)
        elif name in LETTERS:
            self._add("name", LETTERS[name], start)
        elif name in FACES:
            self._face(name, start)
        elif name in ("begin", "end"):
            self._environment(name, start)
        elif name in READ:
            self._add("macro", name, start)
        else:
            raise Spot(self.source, start).error(_objection(name))

    def _sized(self, name: str, start: int) -> None:
        r"""``\left(`` is ``(``; ``\left|`` and ``\left\|`` say which side of a bar this is; ``\left.`` is kept."""
        match = _TOKEN.match(self.text, self.position, self.end)
        while match is not None and match.lastgroup == "space":
            self.position = match.end()
            match = _TOKEN.match(self.text, self.position, self.end)
        if match is None:
            raise self._spot().error(f"expected a bracket after \\{name}", "a bracket")
        side = {"left": "l", "right": "r"}.get(name) or (name[-1] if name[-1] in "lr" else "")
        shown = match[0]
        bar = {"|": "vert", "\\|": "Vert", "\\vert": "vert", "\\Vert": "Vert"}.get(shown)
        if shown == "." and name in ("left", "right"):
            self.position = match.end()
            self._add("sign", f"{name}.", start)
        elif bar and side:
            self.position = match.end()
            self._add("sign", side + bar, start)
        elif shown not in CHARACTERS and shown.removeprefix("\\") not in SIGNS:
            raise self._spot().error(f"expected a bracket after \\{name}", "a bracket")

    def _face(self, name: str, start: int) -> None:
        match = _ARGUMENT.match(self.text, self.position, self.end)
        if match is None:
            raise self._spot().error(f"expected a name in braces after \\{name}", "a name")
        inner = " ".join((match[1] or match[2] or match[3] or "").replace("\\,", " ").split())
        at = match.start(match.lastindex or 0)
        self.position = match.end()
        word = LETTERS.get(inner.removeprefix("\\")) if inner.startswith("\\") else inner
        if word is None or not all(_WORD.match(part) or part in LETTERS.values() for part in word.split()) or not word:
            raise Spot(self.source, at).error(
                f"\\{name} takes one letter or one word; scripts and accents stand outside, \\{name}{{x}}_i", "a name"
            )
        if len(word) > MAX_NAME:
            raise Spot(self.source, at).error(f"a name of more than {MAX_NAME} characters")
        self._add(FACES[name], word, start)

    def _environment(self, name: str, start: int) -> None:
        match = _ARGUMENT.match(self.text, self.position, self.end)
        inner = match[1] if match is not None else None
        if match is None or inner != "cases":
            raise Spot(self.source, start).error("the only environment that is read is cases", "cases")
        self.position = match.end()
        self._add("macro", name, start)


def _objection(name: str) -> str:
    if name in REFUSED:
        return f"\\{name} is not read; {REFUSED[name]}"
    shown = f"\\{name}" if name.isascii() and name.isprintable() else f"\\ before {named(name)}"
    return f"{shown} is not a macro that is read"


def balance(source: Source, found: list[Token]) -> dict[int, int]:
    """The number of the closing token for that of every opening one.

    Raises `ParseError` at a bracket without its partner, and where brackets are nested too deep.
    """
    pairs: dict[int, int] = {}
    still_open: list[int] = []
    closing = set(OPENS.values())
    for number, token in enumerate(found):
        if token.kind != "sign":
            continue
        spot = Spot(source, token.position)
        if token.text in OPENS:
            still_open.append(number)
            if len(still_open) > MAX_NESTED:
                raise spot.error(f"nested more than {MAX_NESTED} deep")
        elif token.text in closing:
            if not still_open:
                raise spot.error(f"nothing opens this {token.raw}")
            opened = found[still_open[-1]]
            if OPENS[opened.text] != token.text:
                raise Spot(source, opened.position).error(f"this {opened.raw} is closed by a {token.raw}")
            pairs[still_open.pop()] = number
    if still_open:
        opened = found[still_open[-1]]
        raise Spot(source, opened.position).error(f"this {opened.raw} is never closed")
    return pairs
