"""Reading a statement: ``parse("a + b >= 2*sqrt(a*b)", where="a, b: positive")``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.expr.dependence import relations_of
from derive.expr.domains import REAL
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr
from derive.expr.propositions import Recurrence, Relation
from derive.text.axes import Unifier
from derive.text.declare import declare
from derive.text.elaborate import Builder
from derive.text.errors import ParseError, Source, Spot
from derive.text.names import Bound, Fixed, Names
from derive.text.ranks import Ranks
from derive.text.resolve import Resolver
from derive.text.sentences import Definition, Sentences
from derive.text.tree import Name, Node, Recursion


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text says: its relations (a chain gives several), its premises, and every symbol by name.

    `latex` is whether `source` is LaTeX.
    """

    relations: tuple[Relation | Recurrence, ...]
    premises: tuple[Expr, ...]
    symbols: dict[str, Symbol]
    source: str
    latex: bool = False


def parse(text: str, where: str = "", given: Sequence[str] = (), latex: bool = False) -> Statement:
    """The statement that `text` makes under the declarations `where` and the premises `given`; `latex` is its language.

    Raises `ParseError`, which points at a character of the text, of `where` or of one of `given`.
    """
    names = Names()
    ranges = _declared(where, names)
    if latex:
        from derive.text.latex.sentences import LatexSentences, latex_reader

        premises = [_latex_premises(each, names) if "\\" in each else _premises([each], names)[0] for each in given]
        known = [node for each in premises for node in each]
        claims, definitions = latex_reader(Source(text), names, LatexSentences.statement, known).statement()
    else:
        claims, definitions = Sentences(Source(text), names).statement()
        premises = _premises(given, names)
    formulas, symbols = _elaborate(names, [claims, ranges, *premises], definitions, latex)
    relations = tuple(claim for e in formulas[: len(claims)] for claim in _claims(e))
    return Statement(relations, tuple(formulas[len(claims) :]), names.symbols(symbols), text, latex)


def parse_formula(
    text: str, where: str = "", given: Sequence[str] = (), latex: bool = False
) -> tuple[Expr, tuple[Expr, ...]]:
    """One expression with its definitions, and its premises: a statement without a relation.

    Raises `ParseError` as `parse` does.
    """
    names = Names()
    ranges = _declared(where, names)
    node, definitions = _defined(text, names, latex)
    premises = _premises(given, names)
    formulas, _ = _elaborate(names, [[node], ranges, *premises], definitions, latex)
    return formulas[0], tuple(formulas[1:])


def parse_expression(
    text: str, where: str = "", scope: Mapping[str, object] | None = None, latex: bool = False
) -> Expr:
    """The expression, or single proposition, that `text` is.

    `scope` gives names their meaning: expressions, dims, families of dims; its indices are also those that the text
    binds, so that reading what `plain` printed gives the same expression. Raises `ParseError`.
    """
    names = Names(scope)
    if _declared(where, names):
        raise ParseError("a range with formulas is a premise; an expression has none", Spot(Source(where, "where"), 0))
    node = _formula(text, names, latex)
    formulas, _ = _elaborate(names, [[node]], [], latex)
    return formulas[0]


def _defined(text: str, names: Names, latex: bool) -> tuple[Node, list[Definition]]:
    if latex:
        from derive.text.latex.sentences import LatexSentences, latex_reader

        return latex_reader(Source(text), names, LatexSentences.defined).defined()
    return Sentences(Source(text), names).defined()


def _formula(text: str, names: Names, latex: bool) -> Node:
    if latex:
        from derive.text.latex.sentences import LatexSentences, latex_reader

        return latex_reader(Source(text), names, LatexSentences.formula).formula()
    return Sentences(Source(text), names).formula()


def _claims(e: Expr) -> tuple[Relation | Recurrence, ...]:
    """What is claimed: a structure of dependence claims that measures of information vanish."""
    return (e,) if isinstance(e, Recurrence) else relations_of(e)


def _premises(given: Sequence[str], names: Names) -> list[list[Node]]:
    return [Sentences(Source(each, "given"), names).premises() for each in given]


def _latex_premises(text: str, names: Names) -> list[Node]:
    from derive.text.latex.sentences import LatexSentences, latex_reader

    return latex_reader(Source(text, "given"), names, LatexSentences.premises).premises()


def _declared(where: str, names: Names) -> list[Node]:
    return declare(Sentences(Source(where, "where"), names).declarations(), names) if where.strip() else []


def _elaborate(
    names: Names, groups: Sequence[Sequence[Node]], definitions: Sequence[Definition], latex: bool
) -> tuple[list[Expr], list[Symbol]]:
    """The formulas of all groups in order, and the symbols that nobody declared."""
    nodes = [node for group in groups for node in group]
    for node in nodes:
        if isinstance(node, Recursion):
            _family(node, names)
    resolver = Resolver(names)
    resolver.resolve(definitions, groups)
    everything = [*(definition.node for definition in definitions), *nodes]
    ranks = Ranks(everything)
    ranks.infer()
    if latex:  # only there does the meaning of two factors side by side depend on their axes
        from derive.text.latex.beside import settle

        for node in everything:
            settle(node, ranks)
    builder = Builder(names)
    unifier = Unifier(names, lambda node: builder.dim(node) if _settled(node) else None)
    for node in everything:
        unifier.axes(node)
    unifier.settle(resolver.unknowns)
    formulas = [builder.expr(node) for node in everything][len(definitions) :]
    inferred = [unknown.symbol for unknown in resolver.unknowns if unknown.symbol is not None]
    return formulas, [*inferred, *resolver.variables]


def _settled(node: Node) -> bool:
    """Whether all names in this syntax have their meaning before anything is inferred."""
    return all(isinstance(name.entity, Fixed) for name in _names(node))


def _names(node: Node) -> Iterator[Name]:
    if isinstance(node, Name):
        yield node
    for part in node.parts:
        yield from _names(part)


def _family(node: Recursion, names: Names) -> None:
    """Make the left side of a recurrence a family over its index, with the domain and axes it was declared with."""
    over = node.range
    known = names.fixed.get(node.family.name)
    symbol = known.value if known is not None else None
    if isinstance(symbol, Symbol) and symbol.family:
        over.index.entity = Bound(over.index.name, over, symbol.family[0])
        return
    if symbol is not None and not isinstance(symbol, Symbol):
        raise node.family.at.error(f"{node.family.name} is not a symbol, so it has no recurrence")
    end = over.high.name if isinstance(over.high, Name) else None
    sized = end is not None and (names.is_dim(end) or not names.is_known(end))
    index = Index(over.index.name, names.dim(end) if sized and end is not None else None)
    over.index.entity = Bound(over.index.name, over, index)
    if symbol is None:
        symbol = Symbol(node.family.name, domain=REAL, family=(index,))
    else:
        symbol = Symbol(symbol.name, symbol.axes, domain=symbol.domain, sort=symbol.sort, family=(index,))
    names.fixed[node.family.name] = Fixed(symbol)


__all__ = ["ParseError", "Statement", "parse", "parse_expression", "parse_formula"]
