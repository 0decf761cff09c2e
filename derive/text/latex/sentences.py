"""Whole statements in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.text.errors import Source
from derive.text.latex import symbols
from derive.text.latex.evidence import Evidence
from derive.text.latex.pratt import LatexPratt
from derive.text.names import Names
from derive.text.sentences import Definition, recursions
from derive.text.tree import Comparison, Name, Node


class LatexSentences(LatexPratt):
    """Reads whole texts; every method ends at the end of its text."""

    def statement(self) -> tuple[list[Node], list[Definition]]:
        r"""The propositions of a statement and, after ``\text{with}`` or ``\text{where}``, its definitions."""
        found = self._sentence()
        definitions: list[Definition] = []
        while self.current.kind != "end":
            separated = self.take(";", ",")
            if self.at_word("with") or self.at_word("where"):
                self.advance()
                definitions = self._definitions()
                self.found.defined |= {each.name.name for each in definitions}
                break
            if separated is None:
                self.fail("an operator, a relation, `;` or the end")
            if self.current.kind != "end":
                found += self._sentence()
        return recursions(found), definitions

    def defined(self) -> tuple[Node, list[Definition]]:
        """One expression and its definitions."""
        formula = self.expression()
        definitions: list[Definition] = []
        separated = self.take(";", ",")
        if self.at_word("with") or self.at_word("where"):
            self.advance()
            definitions = self._definitions()
            self.found.defined |= {each.name.name for each in definitions}
        elif separated:
            self.fail(r"\text{where}")
        self.expect_end("an operator or the end")
        return formula, definitions

    def same_argmin(self) -> Comparison | None:
        r"""``\arg\min_x f = \arg\min_x g`` if it stands here."""
        token = self.current
        if not self._takes_argmin():
            return None
        wrt, left = self._side()
        sign = self.expect("=")
        if not self._takes_argmin():
            self.fail(r"\arg\min")
        also, right = self._side()
        if [node.name for node in wrt] != [node.name for node in also]:
            raise self.spot(sign).error("both sides minimise over the same variables")
        return Comparison(self.spot(token), "same_argmin", left, right, tuple(wrt))

    def _takes_argmin(self) -> bool:
        if self.at_macro("arg") and (self.following.kind, self.following.text) == ("macro", "min"):
            self.advance()
        elif not self.at_word("arg min") and not self.at_word("argmin"):
            return False
        self.advance()
        return True

    def _side(self) -> tuple[list[Name], Node]:
        self.expect("_")
        braced = self.take("{") is not None
        wrt = [self._variable()]
        while braced and self.take(","):
            wrt.append(self._variable())
        if braced:
            self.expect("}")
        return wrt, self.term()

    def _variable(self) -> Name:
        if not symbols.starts_name(self.current):
            self.fail("a variable")
        return self.name("a variable")


def latex_reader(
    source: Source, names: Names, read: Callable[[LatexSentences], object], premises: Sequence[Node] = ()
) -> LatexSentences:
    """A reader of the source that knows what the premises and a first reading of it say about names."""
    before = Evidence()
    before.learn(premises)
    first = LatexSentences(source, names, before)
    read(first)
    return LatexSentences(source, names, before.joined(first.found))
