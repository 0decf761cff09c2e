"""Operator precedence: ``[ ] .T``, then ``**`` from the right, unary minus, ``* / @``, ``+ -``, relations."""

from __future__ import annotations

from fractions import Fraction

from derive.text import calls
from derive.text.constants import check_power, is_rational
from derive.text.densities import bare_mean
from derive.text.dependence import support
from derive.text.functions import is_measure
from derive.text.lexer import Token
from derive.text.reader import Reader
from derive.text.tree import (
    MAX_DEPTH,
    Chain,
    Comparison,
    Entry,
    Group,
    Link,
    Literal,
    Name,
    Negative,
    Node,
    Power,
    Table,
    Transposed,
)

SUM, PRODUCT, UNARY, POWER = range(1, 5)
LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER}
RELATIONS = ("=", "!=", "<=", ">=", "<", ">")
KEYWORDS = ("for", "in", "with")


class Pratt(Reader):
    """Reads expressions to syntax trees."""

    depth = 0
    drawing = 0  # how many means without a law are open: there X is its value x

    def expression(self, level: int = SUM) -> Node:
        """The longest expression whose signs bind at least as tightly as `level`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.spot(self.current).error(f"nested more than {MAX_DEPTH} deep")
        left = self.operand()
        while True:
            if level <= PRODUCT and self._times_is_understood(left):
                left = Chain(left.at, left, (Link("*", self.spot(self.current), self.expression(UNARY)),))
            binding = self._binding()
            if binding < level:
                break
            left = self._power(left) if binding == POWER else self._chain(left, binding)
        self.depth -= 1
        return left

    def comparison(self) -> Node:
        """An expression, or one relation of two."""
        left = self.expression()
        sign = self.take(*RELATIONS)
        if sign is None:
            return left
        made = Comparison(self.spot(sign), sign.text, left, self.expression())
        if self.at_sign(*RELATIONS):
            self.fail("one relation")
        return made

    def _binding(self) -> int:
        if self.current.kind == "superscript":
            return POWER
        return LEVELS.get(self.current.text, 0) if self.current.kind == "sign" else 0

    def _chain(self, left: Node, level: int) -> Node:
        links = []
        while self._binding() == level:
            sign = self.advance()
            links.append(Link(sign.text, self.spot(sign), self.expression(level + 1)))
        return Chain(left.at, left, tuple(links))

    def _power(self, base: Node) -> Node:
        sign = self.advance()
        spot = self.spot(sign)
        if sign.kind == "superscript":
            exponent: Node = Literal(spot, Fraction(sign.text.removeprefix("-")))
            if sign.text.startswith("-"):
                exponent = Negative(spot, exponent)
            if self._binding() == POWER:
                raise self.spot(self.current).error("brackets are needed to raise a power to a power")
        else:
            if sign.raw == "^" and self.current.raw in ("T", "⊤"):
                raise spot.error("^T is not the transpose; write A.T (or A**T for a power)")
            exponent = self.expression(POWER)
        check_power(base, exponent, spot)
        return Power(spot, base, exponent)

    def _times_is_understood(self, left: Node) -> bool:
        """``2 I(X;Y)``: a rational literal may stand directly before an information term."""
        token = self.current
        measure = token.kind == "name" and is_measure(token.text) and self.following.text == "("
        return measure and not self.scope.is_function(token.text) and is_rational(left)

    def operand(self) -> Node:
        minus = self.take("-")
        if minus is not None:
            return Negative(self.spot(minus), self.expression(UNARY))
        node = self._primary()
        while True:
            if (sign := self.take(".T")) is not None:
                node = Transposed(self.spot(sign), node)
            elif self.at_sign("["):
                node = self._entry(node)
            else:
                return node

    def _entry(self, node: Node) -> Node:
        mean = bare_mean(self, node) if isinstance(node, Name) else None
        if mean is not None:
            return mean
        bracket = self.expect("[")
        places = [self.expression()]
        while self.take(","):
            places.append(self.expression())
        self.expect("]")
        return Entry(self.spot(bracket), node, tuple(places))

    def _primary(self) -> Node:
        token = self.current
        if token.kind == "number":
            self.advance()
            return Literal(self.spot(token), Fraction(token.text))
        if token.kind == "name" and token.raw not in KEYWORDS:
            return self._name()
        if self.take("("):
            return self._bracketed(token)
        if self.take("["):
            return self._table(token)
        if self.at_sign("|"):
            return support(self)
        raise self.unexpected("a term")

    def _name(self) -> Node:
        token = self.advance()
        if self.at_sign("(") or (self.at_sign("'") and self.following.text in ("'", "(")):
            return calls.call(self, token)
        counted = self.at_sign("|") and self.following.kind == "name" and self.ahead(2).text == "|"
        unbracketed = counted or (self.current.kind in ("number", "name") and self.current.raw not in KEYWORDS)
        if token.text in ("log", "ln") and unbracketed:
            return calls.unbracketed_log(self, token)
        if self.at_sign("'"):
            self.fail("an operator")
        return Name(self.spot(token), token.text)

    def _bracketed(self, bracket: Token) -> Node:
        inner = self.expression()
        if not self.at_sign(","):
            self.expect(")")
            return inner
        items = [inner]
        while self.take(","):
            items.append(self.expression())
        self.expect(")")
        return Group(self.spot(bracket), tuple(items))

    def _table(self, bracket: Token) -> Node:
        """``[body for i, j]``."""
        body = self.expression()
        if not self.at_word("for"):
            self.fail("`for`")
        self.advance()
        indices = [self.name("an index")]
        while self.take(","):
            indices.append(self.name("an index"))
        self.expect("]")
        return Table(self.spot(bracket), body, tuple(indices))

    def name(self, what: str) -> Name:
        """A name that is not a keyword."""
        if self.current.raw in KEYWORDS:
            self.fail(what)
        token = self.expect_name(what)
        return Name(self.spot(token), token.text)
