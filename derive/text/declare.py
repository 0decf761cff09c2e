"""``where``: declared names, their domains, shapes and ranges."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.expr import build
from derive.expr.dims import Dim
from derive.expr.domains import COUNTING, DOMAINS, Domain
from derive.expr.errors import DomainError
from derive.expr.leaves import Index, Number, Symbol
from derive.expr.node import Expr, Sort
from derive.text.elaborate import Builder, made
from derive.text.functions import built_in
from derive.text.names import CONSTANTS, Fixed, Names, counts
from derive.text.sentences import Declaration
from derive.text.tree import Comparison, Literal, Name, Negative, Node

CONSTRUCTORS = {name: getattr(build, {"int": "integer"}.get(name, name)) for name in DOMAINS}
CONSTRUCTORS |= {"variable": build.variable, "discrete": build.discrete, "continuous": build.continuous}
VARIABLES = ("variable", "discrete", "continuous")  # the domains of random variables
SQUARE = ("symmetric", "posdef", "permutation")
NEEDS_AXES = {"onehot": 1, "simplex": 1, "symmetric": 2, "posdef": 2, "permutation": 2}
LAW = "law"
INTEGERS = ("int", "counting")


def declare(declarations: list[Declaration], names: Names) -> list[Node]:
    """Put the declared names in scope.

    A name in a shape, or alone as the upper end of a range of integers, is a positive integer: the size of a dim.
    Returns the premises that ranges with formulas state, such as ``a <= x`` for ``x: real in [a, b]``.
    """
    for each in declarations:
        _check(each, names)
    laws = [each for each in declarations if each.domain == LAW]
    names.laws |= {name.name for each in laws for name in each.names}
    declarations = [each for each in declarations if each not in laws]
    declared = {name.name: each for each in declarations for name in each.names}
    for each in declarations:
        for node in each.shape:
            _sizes(node, declared, names)
        if each.domain in INTEGERS and each.range is not None:
            _sizes(each.range[1], declared, names, every=False)
    premises: list[Node] = []
    for each in declarations:
        axes = _axes(each, names)
        for name in each.names:
            if name.name not in names.fixed:
                premises += _declare(each, name, axes, names)
    return premises


def _check(each: Declaration, names: Names) -> None:
    """Raises where a declaration is wrong by itself, or names something twice."""
    known = (*CONSTRUCTORS, LAW)
    if each.domain not in known:
        from difflib import get_close_matches

        near = get_close_matches(each.domain, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the domains are {', '.join(known)}"
        raise each.domain_at.error(f"{each.domain} is not a domain; {hint}", "a domain")
    for name in each.names:
        if name.name in CONSTANTS:
            raise name.at.error(f"{name.name} is a number; choose another name")
        if each.domain in VARIABLES and not name.name[0].isupper():
            raise name.at.error("a random variable has a capital name")
        if each.domain in ("function", LAW) and built_in(name.name):
            raise name.at.error(f"{name.name} is a function already; choose another name")
        if name.name in names.written or names.is_known(name.name):
            raise name.at.error(f"{name.name} is declared twice")
        names.written.add(name.name)
    least = NEEDS_AXES.get(each.domain, 0)
    if len(each.shape) < least or (each.domain in SQUARE and len(each.shape) != 2):
        form = f"{each.domain}[n,n]" if each.domain in SQUARE else f"{each.domain}[n]"
        raise each.domain_at.error(f"{each.domain} needs its shape, {form}")
    if each.domain in ("function", LAW, *VARIABLES) and (each.shape or each.range):
        what = "random variable" if each.domain in VARIABLES else each.domain
        raise each.domain_at.error(f"a {what} has no shape and no range")


def _sizes(node: Node, declared: dict[str, Declaration], names: Names, every: bool = True) -> None:
    """Make the names in a shape sizes; with `every` false those that are declared stay what they are."""
    for part in node.parts:
        _sizes(part, declared, names, every)
    if not isinstance(node, Name):
        return
    each = declared.get(node.name)
    if node.name not in names.fixed and (each is None or every):
        extent = None if each is None else _size_symbol(node, each)
        dim = names.dim(node.name, extent)
        names.written.add(node.name)
        names.fixed[node.name] = Fixed(dim.size)
    if node.name in names.fixed:
        node.entity = names.fixed[node.name]
        if every and not counts(made(node.at, Builder(names).expr, node)):
            raise node.at.error(f"{node.name} stands in a shape, so it must be a positive integer")


def _size_symbol(node: Name, each: Declaration) -> Symbol | None:
    """The symbol of a size that is declared with a range; None for a plain positive integer."""
    if each.domain not in INTEGERS or each.shape:
        raise node.at.error(f"{node.name} stands in a shape, so it must be an int, not {each.domain}")
    if each.range is None:
        return None
    ends = _exact(each)
    if ends is None:
        raise each.range[0].at.error(f"the range of a size, {node.name}, needs numbers for its ends")
    domain = made(each.range[0].at, COUNTING.within, *ends)
    return Symbol(node.name, domain=domain)


def _axes(each: Declaration, names: Names) -> tuple[Dim, ...]:
    builder = Builder(names)
    axes = tuple(builder.dim(node) for node in each.shape)
    for dim, node in zip(axes, each.shape, strict=True):
        if isinstance(dim.size, Number) and not counts(dim.size):
            raise node.at.error("a size is a positive integer")
    if each.domain in SQUARE and axes[0] is not axes[1]:
        raise each.shape[1].at.error(f"{each.domain} needs the same size twice")
    return axes


def _declare(each: Declaration, name: Name, axes: tuple[Dim, ...], names: Names) -> list[Node]:
    """Declare one name; the premises that its range states."""
    ends = _exact(each)
    if each.range is not None and ends is None:
        dim = _indexed_dim(each, names)
        if dim is not None and not axes:
            names.fixed[name.name] = Fixed(Index(name.name, dim))
            return []
    symbol: Symbol = CONSTRUCTORS[each.domain](*axes)
    if ends is not None and each.range is not None:
        if symbol.domain.structure:
            raise each.range[0].at.error(f"{each.domain} takes no range")
        symbol = _narrowed(symbol, made(each.range[0].at, _within, symbol.domain, *ends))
    symbol.named(name.name)
    names.fixed[name.name] = Fixed(symbol)
    if each.range is None or ends is not None:
        return []
    low, high = each.range
    return [
        Comparison(low.at, "<=", low, Name(name.at, name.name)),
        Comparison(high.at, "<=", Name(name.at, name.name), high),
    ]


def _within(domain: Domain, low: Fraction, high: Fraction) -> Domain:
    if domain.integer and (low.denominator != 1 or high.denominator != 1):
        raise DomainError("the ends of a range of integers are integers")
    return domain.within(low, high)


def _narrowed(symbol: Symbol, domain: Domain) -> Symbol:
    return Symbol("", symbol.axes, domain=replace(domain), sort=symbol.sort)


def _indexed_dim(each: Declaration, names: Names) -> Dim | None:
    """The dim n of an ``int in [1,n]``, whose values are the positions along it."""
    assert each.range is not None
    low, high = each.range
    if each.domain in INTEGERS and isinstance(low, Literal) and low.value == 1 and isinstance(high, Name):
        return names.dims.get(high.name)
    return None


def _exact(each: Declaration) -> tuple[Fraction, Fraction] | None:
    """The ends of the range if both are numbers."""
    if each.range is None:
        return None
    low, high = (_number(end) for end in each.range)
    return None if low is None or high is None else (low, high)


def _number(node: Node) -> Fraction | None:
    """The value of a rational literal: 1/4, 2, -2."""
    if isinstance(node, Negative):
        inner = _number(node.e)
        return None if inner is None else -inner
    e: Expr | None = None
    if not _named(node):
        e = Builder(Names()).expr(node)
    return e.value if isinstance(e, Number) and e.sort is Sort.NUMBER else None


def _named(node: Node) -> bool:
    return isinstance(node, Name) or any(map(_named, node.parts))
