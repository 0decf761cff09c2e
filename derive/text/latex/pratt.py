r"""Operator precedence of LaTeX: scripts, then factors side by side and ``\cdot /``, then ``\odot``, then ``+ -``.

Two factors side by side are a product, whose kind `Beside` decides. ``a/b c`` is an error, as there are two readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from derive.text.errors import ParseError, Source, Spot
from derive.text.latex import symbols
from derive.text.latex.beside import Beside, EntryByEntry, Factor, Raised
from derive.text.latex.evidence import Evidence
from derive.text.latex.joined import join_names
from derive.text.latex.lexer import MAX_NESTED, Lexer, balance
from derive.text.latex.operands import operand, starts_operand
from derive.text.lexer import Token
from derive.text.names import Names
from derive.text.sentences import Sentences
from derive.text.tree import Call, Chain, Comparison, Entry, Link, Literal, Name, Negative, Node

RELATIONS = ("=", "!=", "<=", ">=", "<", ">")


class LatexPratt(Sentences):
    """Reads LaTeX to syntax trees; `found` is what this reading learns about names, `evidence` what is known before."""

    def __init__(self, source: Source, names: Names, evidence: Evidence | None = None) -> None:
        self.source = source
        self.scope = self.names = names
        self.tokens = Lexer(source).tokens()
        self.pairs = balance(source, self.tokens)
        self.next = 0
        self.depth = 0
        self.evidence = evidence or Evidence()
        self.found = Evidence()
        self.bound: list[str] = []  # index letters in force
        self.bars: list[str] = []  # the brackets and bars that are open: "(", "|", "||", or "given" for H(X|Y)
        join_names(self)
        self.pair()

    # -- the cursor

    def pair(self) -> None:
        """Find the partners of all brackets, after the tokens have changed."""
        self.pairs = balance(self.source, self.tokens)

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        """One level deeper; raises `ParseError` where that is too deep."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            raise self.spot(token).error(f"nested more than {MAX_NESTED} deep")
        yield
        self.depth -= 1

    @contextmanager
    def within(self, bracket: str) -> Iterator[None]:
        """Between brackets or bars."""
        self.bars.append(bracket)
        yield
        self.bars.pop()

    @contextmanager
    def binding(self, *letters: str) -> Iterator[None]:
        """Where these letters are indices."""
        self.found.bound |= set(letters)
        self.bound += letters
        yield
        del self.bound[len(self.bound) - len(letters) :]

    def at_macro(self, *names: str) -> bool:
        return self.current.kind == "macro" and self.current.text in names

    def at_word(self, word: str) -> bool:
        return self.current.kind == "roman" and self.current.text == word

    def unexpected(self, expected: str) -> ParseError:
        token = self.current
        found = f"found {token.raw}" if token.kind != "end" else "the text ends"
        return self.spot(token).error(f"expected {expected}, {found}", expected)

    def refer(self, name: str, at: Token, alone: bool = True) -> Name:
        """The name, noted; raises `ParseError` if it stands here in two faces, such as x and a bold x."""
        if alone:
            face = at.kind if at.kind in symbols.FACES else at.raw if at.raw.startswith("\\var") else ""
            self.found.alone.add(name)
            if name == "e" and self.evidence.exponential:
                raise self.spot(at).error(r"e is the base of an exponential elsewhere here; write \exp(x) or rename e")
            before = self.found.faces.setdefault(name, face)
            if before != face and len(name) == len(at.text):
                raise self.spot(at).error(f"{name} is written in two ways, which would be one symbol; rename one")
        return Name(self.spot(at), name)

    def name(self, what: str) -> Name:
        """A whole name; every subscript is part of it."""
        if not symbols.starts_name(self.current):
            self.fail(what)
        text, token = symbols.base(self)
        while self.take("_"):
            text = symbols.extended(self, text, symbols.script(self))
        return Name(self.spot(token), text)

    # -- operators

    def expression(self, level: int = 0) -> Node:
        """The longest expression from here; `level` is only for the plain grammar."""
        first = self.term()
        links: list[Link] = []
        while self.at_sign("+", "-"):
            sign = self.advance()
            links.append(Link(sign.text, self.spot(sign), self.term()))
        return Chain(first.at, first, tuple(links)) if links else first

    def term(self) -> Node:
        """Factors side by side, joined by ``⊙``; a minus in front is that of all."""
        minus = self.take("-")
        if minus is not None:
            with self.deeper(minus):
                return Negative(self.spot(minus), self.term())
        operands = [self.product()]
        while self.take("⊙"):
            operands.append(self.product())
        return operands[0] if len(operands) == 1 else EntryByEntry(operands[0].at, tuple(operands))

    def product(self, simple: bool = False) -> Node:
        r"""Factors joined by nothing, ``\cdot`` or ``/``; with `simple` only those that ``\log 2\pi`` takes in."""
        factors = [self.factor("", self.spot(self.current))]
        over = False
        while True:
            token = self.current
            spot = self.spot(token)
            if self.at_sign(r"\cdot", "/") and not simple:
                self.advance()
                factors.append(self._after_sign(token.text, spot))
                over = token.text == "/"
            elif self._goes_on(simple):
                if over and not self._unmistakable(factors[-1].node):
                    raise spot.error(r"a/b c is read in two ways; write \frac{a}{b} c or a/(b c)")
                self._check_beside(factors[-1].node, token)
                factors.append(self.factor("", spot))
                over = False
            else:
                break
        only = factors[0]
        return only.node if len(factors) == 1 and not only.turned else Beside(only.at, tuple(factors))

    def _after_sign(self, sign: str, spot: Spot) -> Factor:
        minus = self.take("-")
        if minus is None:
            return self.factor(sign, spot)
        factor = self.factor(sign, spot)
        node: Node = Beside(factor.at, (factor._replace(sign=""),)) if factor.turned else factor.node
        return Factor(sign, spot, Negative(self.spot(minus), node))

    def _goes_on(self, simple: bool) -> bool:
        """Whether a factor begins at the cursor."""
        if simple:
            named = symbols.starts_name(self.current) and self.following.text != "("
            return named or self.at_macro("sqrt", "frac", "tfrac")
        return starts_operand(self)

    def _unmistakable(self, before: Node) -> bool:
        """Whether ``1/n \\sum_i x_i`` stands here: a sum sign cannot be in the denominator."""
        return self.at_macro("sum", "prod", "int") or (isinstance(before, Literal) and self.at_macro("frac", "log"))

    def _check_beside(self, before: Node, token: Token) -> None:
        """Raises where what follows a factor is no second factor, or not surely."""
        spot = self.spot(token)
        if token.kind == "number":
            raise spot.error(f"{token.raw} follows a factor; write \\cdot, a script, or the number in front")
        if token.text == "[" and isinstance(before, Name | Entry) and not self.is_table():
            raise spot.error("an index is a subscript, x_i; a product with a bracket has \\cdot before it")

    def factor(self, sign: str, at: Spot) -> Factor:
        """One factor with its scripts; a transpose is kept apart."""
        token = self.current
        with self.deeper(token):
            node = operand(self)
            turned, power = False, None
            while True:
                if self.at_sign("_"):
                    self.advance()
                    node = Entry(self.spot(token), node, symbols.places(self))
                elif self.at_sign("!"):
                    spot = self.spot(self.advance())
                    one = Literal(spot, Fraction(1))
                    node = Call(spot, "gamma", 0, (Chain(node.at, node, (Link("+", spot, one),)),))
                elif self.at_sign("^"):
                    if turned:
                        self.fail("an operator")
                    node, turned, power = self.raised(node)
                elif self.at_sign("'"):
                    raise self.spot(self.current).error("a prime marks a derivative, f'(x), of a declared function")
                else:
                    return Factor(sign, at, node, turned, power)

    def starts_operand(self) -> bool:
        """Whether an operand begins at the cursor."""
        return starts_operand(self)

    def single(self) -> Node:
        """One factor."""
        factor = self.factor("", self.spot(self.current))
        return Beside(factor.at, (factor,)) if factor.turned else factor.node

    def argument(self) -> Node:
        r"""An argument of a macro: in braces, or one token, so that ``\frac12`` is a half."""
        token = self.current
        if self.take("{"):
            with self.deeper(token), self.within("("):
                node = self.expression()
            self.expect("}")
            return node
        if token.kind == "number":
            return Literal(self.spot(token), Fraction(self.digit().text))
        if self.take("oo"):
            return Name(self.spot(token), "oo")
        if symbols.starts_name(token) and token.kind != "macro":
            base = symbols.base(self)
            return self.refer(base.text, base.token)
        raise self.unexpected("an argument in braces")

    def digit(self) -> Token:
        """The first digit of the number at the cursor, passed over."""
        token = self.current
        if "." in token.text:
            raise self.spot(token).error(f"braces are needed around {token.text}")
        if len(token.text) == 1:
            return self.advance()
        rest = token.text[1:]
        self.tokens[self.next] = Token("number", rest, token.position + 1, rest)
        return token._replace(text=token.text[0])

    # -- scripts above

    def raised(self, node: Node) -> tuple[Node, bool, Name | None]:
        """What stands above, put on the node; whether that transposes it, and the name T if it may be a power."""
        caret = self.advance()
        spot = self.spot(caret)
        braced = self.at_sign("{")
        end = self.pairs[self.next] if braced else self.next + 1
        if braced:
            self.advance()
        elif self.current.kind == "number" and len(self.current.text) > 1:
            raise self.spot(self.current).error(f"braces are needed around {self.current.text} in a script")
        while self.next < end and (more := self._mark(node)) is not None:
            node = more
        turned, power = self._transposes(end)
        if turned is None and self.next < end:
            node = self._put_above(node, spot, braced, end)
        if self.next != end:
            self.fail("`}`")
        if braced:
            self.advance()
        return node, turned is not None, power

    def _mark(self, node: Node) -> Node | None:
        """A star, which makes a new name, or an index in brackets, ``W^{[l]}``."""
        star = self.at_sign("star") or (self.at_sign(r"\cdot") and self.current.raw in ("*", r"\ast"))
        if star and isinstance(node, Name):
            token = self.advance()
            return Name(self.spot(token)._replace(position=node.at.position), f"{node.name}_star")
        bracketed = self.at_sign("[") and not self.is_table()
        if isinstance(node, Name | Entry) and (bracketed or self._is_index(node)):
            bracket = self.advance()
            found = [self.expression()]
            while self.take(","):
                found.append(self.expression())
            self.expect("]" if bracket.text == "[" else ")")
            if isinstance(node, Name):
                self.found.indexed(node.name, len(found))
            elif isinstance(node.e, Name):  # W_{ij}^{[l]} is an entry of the member W^{[l]}
                return Entry(node.at, Entry(self.spot(bracket), node.e, tuple(found)), node.places)
            return Entry(self.spot(bracket), node, tuple(found))
        return None

    def is_table(self) -> bool:
        """Whether the bracket at the cursor has indices below it, so that it holds the entries of a tensor."""
        return self.at_sign("[") and self.tokens[self.pairs[self.next] + 1].text == "_"

    def _is_index(self, node: Name | Entry) -> bool:
        """Whether ``(l)`` above a name is an index: one letter that is an index, or a number."""
        if not self.at_sign("(") or not isinstance(node, Name) or node.name == "e":
            return False
        inside = self.tokens[self.next + 1 : self.pairs[self.next]]
        first = inside[0] if inside else self.current
        letter = first.kind == "name" and (first.text in symbols.CUSTOMARY or first.text in {*self.bound, "t"})
        plain = all(token.kind in ("name", "number") or token.text in "+-" for token in inside)
        known = self.names.fixed.get(node.name)
        return plain and (letter or first.kind == "number" or bool(known is not None and known.axes))

    def _transposes(self, end: int) -> tuple[bool | None, Name | None]:
        """Whether the rest of the script is a sign of transposition; the name T if T is a name elsewhere."""
        token = self.current
        if self.next + 1 != end:
            return None, None
        if self.at_sign("⊤") or (token.kind == "roman" and token.text == "T"):
            self.advance()
            return True, None
        if token.kind == "name" and token.raw == "T":
            self.advance()
            named = self.scope.is_known("T") or "T" in self.evidence.alone
            return True, Name(self.spot(token), "T") if named else None
        return None, None

    def _put_above(self, node: Node, spot: Spot, braced: bool, end: int) -> Node:
        entrywise = self.take("⊙") is not None
        if isinstance(node, Name) and node.name == "e" and not self.scope.is_known("e"):
            self.found.exponential = True
            return Call(node.at, "exp", 0, (self._exponent(braced),))
        minus = self.current
        if self.at_sign("-") and self.next + 2 == end and self.following.text in ("⊤", "T"):
            self.advance()
            self.advance()
            one = Negative(spot, Literal(self.spot(minus), Fraction(1)))
            return Beside(spot, (Factor("", spot, Raised(spot, node, one), turned=True),))
        return Raised(spot, node, self._exponent(braced), entrywise)

    def _exponent(self, braced: bool) -> Node:
        """The exponent; without braces one token."""
        if braced:
            with self.within("("):
                return self.expression()
        token = self.current
        if token.kind not in ("name", "number") and not symbols.starts_name(token):
            self.fail("an exponent in braces")
        if token.kind == "number":
            self.advance()
            return Literal(self.spot(token), Fraction(token.text))
        base = symbols.base(self)
        return self.refer(base.text, base.token)

    # -- relations

    def comparison(self) -> Node:
        left = self.expression()
        sign = self.take(*RELATIONS)
        if sign is None:
            return left
        made = Comparison(self.spot(sign), sign.text, left, self.expression())
        if self.at_sign(*RELATIONS):
            self.fail("one relation")
        return made
