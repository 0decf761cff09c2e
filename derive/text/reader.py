"""A cursor over tokens, and what to say where the wrong one stands."""

from __future__ import annotations

from typing import Protocol

from derive.text.errors import ParseError, Source, Spot
from derive.text.lexer import Token, tokens


class Scope(Protocol):
    """What the grammar needs to know about names: nothing else about a declaration changes how a text is read."""

    def is_function(self, name: str) -> bool: ...
    def is_dim(self, name: str) -> bool: ...
    def is_known(self, name: str) -> bool: ...
    def is_index(self, name: str) -> bool: ...
    def is_variable(self, name: str) -> bool: ...
    def is_law(self, name: str) -> bool: ...
    def function_names(self) -> tuple[str, ...]: ...


class Reader:
    """The tokens of one source, read from the left."""

    def __init__(self, source: Source, scope: Scope) -> None:
        self.source = source
        self.scope = scope
        self.tokens = tokens(source)
        self.next = 0

    @property
    def current(self) -> Token:
        return self.tokens[self.next]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.next + 1, len(self.tokens) - 1)]

    def ahead(self, count: int) -> Token:
        """The token that stands `count` after the current one."""
        return self.tokens[min(self.next + count, len(self.tokens) - 1)]

    def spot(self, token: Token) -> Spot:
        return Spot(self.source, token.position)

    def advance(self) -> Token:
        token = self.current
        self.next = min(self.next + 1, len(self.tokens) - 1)
        return token

    def at_sign(self, *signs: str) -> bool:
        return self.current.kind == "sign" and self.current.text in signs

    def at_word(self, word: str) -> bool:
        return self.current.kind == "name" and self.current.raw == word

    def take(self, *signs: str) -> Token | None:
        """The current token if it is one of these signs, passed over."""
        return self.advance() if self.at_sign(*signs) else None

    def expect(self, sign: str) -> Token:
        return self.take(sign) or self.fail(f"`{sign}`")

    def expect_name(self, what: str) -> Token:
        return self.advance() if self.current.kind == "name" else self.fail(what)

    def expect_end(self, expected: str = "an operator or the end") -> None:
        if self.current.kind != "end":
            self.fail(expected)

    def fail(self, expected: str) -> Token:
        """Raises `ParseError` at the current token."""
        raise self.unexpected(expected)

    def unexpected(self, expected: str) -> ParseError:
        token = self.current
        spot = self.spot(token)
        before = self.tokens[self.next - 1] if self.next else None
        operand = before is not None and (before.kind in ("name", "number", "superscript") or before.text in (")", "]"))
        starts = token.kind in ("name", "number") or token.text == "("
        if operand and starts and ("operator" in expected or ")" in expected):
            return spot.error(f"expected {expected}, found `{token.raw}`; a product is written with *", expected)
        found = f"found `{token.raw}`" if token.kind != "end" else "the text ends"
        hint = {
            "->": "; a Markov chain X -> Y -> Z stands alone, and is of random variables, with capital names",
            "_|_": "; independence X _|_ Y stands alone, and is of random variables, with capital names",
            "||": "; a divergence is written KL(p||q)",
            "|": "; a density is written p(y|x), and |x| of a number abs(x)",
            "'": "; a prime marks a derivative, f'(x)",
        }.get(token.text if token.kind == "sign" else "", "")
        return spot.error(f"expected {expected}, {found}{hint}", expected)
