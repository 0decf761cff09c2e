"""Whole texts: a statement with its definitions, premises, declarations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from derive.text.dependence import dependence
from derive.text.errors import Spot
from derive.text.pratt import RELATIONS, Pratt
from derive.text.tree import Comparison, Dependent, Entry, Literal, Name, Node, Range, Recursion


class Definition(NamedTuple):
    """``name = node`` after ``with``."""

    name: Name
    node: Node


class Step(NamedTuple):
    """``left = right for t in [low, high]``, a recurrence that still lacks its start."""

    relation: Comparison
    range: Range


@dataclass(slots=True)
class Declaration:
    """``names: domain[shape] in [low, high]``."""

    names: list[Name]
    domain: str
    domain_at: Spot
    shape: list[Node]
    range: tuple[Node, Node] | None


CALLED = {"same_argmin": "same_argmin", "proportional": "∝"}  # relations that are written like functions


class Sentences(Pratt):
    """Reads whole texts; every method ends at the end of its text."""

    def statement(self) -> tuple[list[Node], list[Definition]]:
        """The propositions of a statement and its definitions."""
        found = self._sentence()
        definitions: list[Definition] = []
        while self.take(";") and self.current.kind != "end":
            if self.at_word("with"):
                self.advance()
                definitions = self._definitions()
                break
            found += self._sentence()
        self.expect_end("an operator, `;` or the end")
        return recursions(found), definitions

    def defined(self) -> tuple[Node, list[Definition]]:
        """One expression and its definitions, ``D(loss, z); with loss = ...``."""
        formula = self.expression()
        definitions: list[Definition] = []
        if self.take(";") and self.at_word("with"):
            self.advance()
            definitions = self._definitions()
        self.expect_end("an operator, `; with` or the end")
        return formula, definitions

    def premises(self) -> list[Node]:
        """Propositions separated by semicolons."""
        found: list[Comparison | Dependent | Step] = []
        while self.current.kind != "end":
            found += self._sentence()
            if not self.take(";"):
                break
        self.expect_end("an operator, `;` or the end")
        return recursions(found)

    def formula(self) -> Node:
        """One expression, or one proposition."""
        first = self.same_argmin() or dependence(self) or self.comparison()
        if isinstance(first, Comparison) and self.at_sign(";"):
            self.next = 0
            found = self.premises()
            if len(found) == 1:
                return found[0]
            raise self.spot(self.tokens[0]).error("expected one expression, or one proposition")
        self.expect_end()
        return first

    def _sentence(self) -> list[Comparison | Dependent | Step]:
        """A chain of relations, one with the range of a recurrence, or how random variables depend on each other."""
        special = self.same_argmin() or dependence(self)
        if special is not None:
            return [special]
        chain: list[Comparison | Dependent | Step] = []
        left = self.expression()
        if not self.at_sign(*RELATIONS):
            self.fail("an operator or a relation (= != <= >= < >)")
        while (sign := self.take(*RELATIONS)) is not None:
            right = self.expression()
            relation = Comparison(self.spot(sign), sign.text, left, right)
            chain.append(relation)
            left = right
        if self.at_word("for"):
            chain[-1] = self._step(chain)
        return chain

    def same_argmin(self) -> Comparison | None:
        """``same_argmin(f, g, x, ...)`` or ``proportional(f, g, x, ...)`` if it stands here."""
        token = self.current
        if token.raw not in CALLED or self.following.text != "(":
            return None
        self.advance()
        self.advance()
        parts = [self.expression()]
        while self.take(","):
            parts.append(self.expression())
        self.expect(")")
        if len(parts) < 3:
            raise self.spot(token).error(f"{token.raw} takes two expressions and the variables, {token.raw}(f, g, x)")
        return Comparison(self.spot(token), CALLED[token.raw], parts[0], parts[1], tuple(parts[2:]))

    def _step(self, chain: list[Comparison | Dependent | Step]) -> Step:
        spot = self.spot(self.advance())
        (relation,) = chain if len(chain) == 1 else (None,)
        if not isinstance(relation, Comparison) or relation.kind != "=":
            raise spot.error("`for` follows one equation, m[t] = ... for t in [1,T]")
        index = self.name("an index")
        if not self.at_word("in"):
            self.fail("`in`")
        self.advance()
        low, high = self._interval()
        return Step(relation, Range(index.at, index, low, high))

    def _interval(self) -> tuple[Node, Node]:
        """``[low, high]``."""
        self.expect("[")
        low = self.expression()
        self.expect(",")
        high = self.expression()
        self.expect("]")
        return low, high

    def _definitions(self) -> list[Definition]:
        found: list[Definition] = []
        while self.current.kind != "end":
            name = self.name("the name of a definition")
            if self.scope.is_known(name.name) or any(name.name == other.name.name for other in found):
                raise name.at.error(f"{name.name} already has a meaning")
            self.expect("=")
            found.append(Definition(name, self.expression()))
            if not self.take(";"):
                break
        if not found:
            self.fail("a definition, A = ...")
        return found

    def declarations(self) -> list[Declaration]:
        """``x, y: real[n] in [0,1]; f: function``."""
        found: list[Declaration] = []
        while self.current.kind != "end":
            found.append(self._declaration())
            if not self.take(";"):
                break
        self.expect_end("`;` or the end")
        return found

    def _declaration(self) -> Declaration:
        names = [self.name("a name to declare")]
        while self.take(","):
            names.append(self.name("a name to declare"))
        self.expect(":")
        domain = self.expect_name("a domain")
        shape: list[Node] = []
        if self.take("["):
            shape.append(self.expression())
            while self.take(","):
                shape.append(self.expression())
            self.expect("]")
        interval = None
        if self.at_word("in"):
            self.advance()
            interval = self._interval()
        return Declaration(names, domain.raw, self.spot(domain), shape, interval)


def recursions(found: list[Comparison | Dependent | Step]) -> list[Node]:
    """The propositions, each step of a recurrence joined with its start ``m[0] = ...``."""
    starts = {name.name: item for item in found if isinstance(item, Comparison) and (name := _starts(item))}
    joined: list[Node] = []
    used: set[Comparison] = set()
    for item in found:
        if not isinstance(item, Step):
            joined.append(item)
            continue
        family = _family(item)
        start = starts.get(family.name)
        if start is None:
            raise item.relation.at.error(f"the recurrence needs its start, {family.name}[0] = ...")
        if not isinstance(item.range.low, Literal) or item.range.low.value != 1:
            raise item.range.low.at.error("a recurrence that does not begin at 1 is not supported yet", "1")
        used.add(start)
        joined.append(Recursion(item.relation.at, family, start.right, item.relation.right, item.range))
    return [item for item in joined if item not in used]


def _starts(item: Node) -> Name | None:
    """The family whose start ``m[0] = ...`` this is, if it is one."""
    match item:
        case Comparison(kind="=", left=Entry(e=Name() as name, places=(Literal(value=0),))):
            return name
    return None


def _family(step: Step) -> Name:
    match step.relation.left:
        case Entry(e=Name() as name, places=(Name(name=index),)) if index == step.range.index.name:
            return name
    raise step.relation.left.at.error(f"a recurrence defines a family, m[{step.range.index.name}] = ...")
