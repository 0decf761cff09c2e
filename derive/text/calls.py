"""What stands in the brackets of a callee: arguments, ranges and dims, groups of random variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.text import densities
from derive.text.dependence import differ
from derive.text.errors import Spot
from derive.text.functions import (
    DIVERGENCES,
    IMPROPER,
    PLAIN,
    RANGED,
    REDUCTIONS,
    ROW_WISE,
    canonical,
    is_measure,
    law_of_probability,
    not_yet,
    unknown,
)
from derive.text.lexer import Token
from derive.text.tree import (
    Applied,
    Call,
    Chain,
    DensityOf,
    Divergence,
    Entry,
    Group,
    Improper,
    Link,
    Literal,
    Measure,
    Name,
    Node,
    Range,
    Reduction,
    RowWise,
)

if TYPE_CHECKING:
    from derive.text.pratt import Pratt


def call(parser: Pratt, token: Token) -> Node:
    """The call of the name just read; the cursor is at its primes or its bracket."""
    spot = parser.spot(token)
    primes = 0
    while parser.take("'"):
        primes += 1
    if not parser.at_sign("("):
        parser.fail("`(`")
    if parser.scope.is_function(token.text):
        return Applied(spot, Name(spot, token.text), primes, _arguments(parser))
    if is_measure(token.text) and not primes:
        return _measure(parser, token)
    if (of_laws := None if primes else _of_laws(parser, token)) is not None:
        return of_laws
    name = canonical(token)
    if name in PLAIN:
        return _plain(parser, name, spot, primes)
    if primes:
        raise spot.error(f"{token.text} has no derivative as a function; only functions of one number have")
    if name in REDUCTIONS or name in ROW_WISE:
        return _over(parser, name, spot)
    if name in IMPROPER:
        return _improper(parser, name, spot)
    if name in DIVERGENCES:
        return _divergence(parser, name, spot)
    if name == "uniform":
        return _uniform(parser, spot)
    raise spot.error(not_yet(name) or unknown(name, parser.scope.function_names()))


def _uniform(parser: Pratt, spot: Spot) -> Node:
    """``uniform(n)``, the table ones(n)/n."""
    args = _arguments(parser)
    if len(args) != 1:
        raise spot.error(f"uniform takes 1 argument, the number of values, {len(args)} given")
    return Chain(spot, Call(spot, "ones", 0, args), (Link("/", spot, args[0]),))


def _of_laws(parser: Pratt, token: Token) -> Node | None:
    """A density, an expectation or ``P(X != Y)``, whose name is passed over; None if this is none of them."""
    if parser.scope.is_law(token.text):
        return densities.of_law(parser, token.text, parser.spot(token))
    if parser.scope.is_known(token.text):
        return None
    law = law_of_probability(token.text)
    if law is not None and (law == "p" or parser.scope.is_law(law)):
        return differ(parser, parser.spot(token), law)
    return densities.expectation(parser, token)


def unbracketed_log(parser: Pratt, token: Token) -> Node:
    """``log 2``, ``log K``, ``log p(x)``: one number or name may follow without brackets."""
    operand = parser.operand()
    if parser.at_sign("**") or parser.current.kind == "superscript":
        raise parser.spot(parser.current).error("brackets are needed: log(x)**2 or log(x**2)")
    if isinstance(operand, DensityOf) and parser.at_sign("/") and densities.begins(parser, 1):
        raise parser.spot(parser.current).error(
            "log p/q is read in two ways, so that brackets are needed: log(p(x)/q(x)), or log(p(x))/q(x)"
        )
    return Call(parser.spot(token), "log", 0, (operand,))


def _improper(parser: Pratt, name: str, spot: Spot) -> Node:
    """``Integral(e, x, a, b)``, or SymPy's ``Integral(e, (x, a, b))``; ``Limit(e, x, a)``."""
    body, *rest = _arguments(parser) or (None,)
    if len(rest) == 1 and isinstance(rest[0], Group):
        rest = list(rest[0].items)
    if body is None or len(rest) != 1 + IMPROPER[name]:
        form = "Integral(e, x, a, b)" if name == "Integral" else "Limit(e, x, a)"
        raise spot.error(f"{name} takes an expression, a variable and {_ENDS[name]}, {form}")
    variable, *ends = rest
    if not isinstance(variable, Name):
        raise variable.at.error("expected the name of a variable")
    return Improper(spot, name, body, variable, tuple(ends))


_ENDS = {"Integral": "both ends", "Limit": "where it goes"}


def _arguments(parser: Pratt) -> tuple[Node, ...]:
    parser.expect("(")
    args: list[Node] = []
    if not parser.at_sign(")"):
        args.append(parser.comparison())
        while parser.take(","):
            args.append(parser.comparison())
    if not parser.at_sign(")"):
        parser.fail("`,` or `)`")
    parser.expect(")")
    return tuple(args)


def _plain(parser: Pratt, name: str, spot: Spot, primes: int) -> Node:
    args = _arguments(parser)
    if name == "D" and len(args) == 1:
        return _derived(parser, args[0], spot)
    least, most = PLAIN[name]
    if not least <= len(args) <= most or (name == "at" and len(args) % 2 == 0):
        raise spot.error(f"{_usage(name, least, most)}, {len(args)} given")
    if primes and name not in _ONE_PLACE:
        raise spot.error(f"{name} has no derivative as a function; only functions of one number have")
    return Call(spot, name, primes, args)


_ONE_PLACE = {name for name, (least, most) in PLAIN.items() if most == 1} - {"tr", "det", "inv", "diag", "ones", "eye"}


def _usage(name: str, least: int, most: int) -> str:
    forms = {
        "D": "D takes an expression and what to differentiate by, D(f, x)",
        "grad": "grad takes a scalar and a tensor, grad(f, x)",
        "at": "at takes an expression and pairs of a symbol and its value, at(e, x, a)",
        "where": "where takes a condition and two values, where(x > 0, a, b)",
        "delta": "delta takes two indices, delta(i, j)",
        "weighted": "weighted takes a probability and a number, weighted(p, f)",
        "E": "E takes a table of probabilities and an expression, E(p, f)",
    }
    if name in forms:
        return forms[name]
    count = f"{least}" if least == most else f"at least {least}"
    return f"{name} takes {count} argument{'' if count == '1' else 's'}"


def _derived(parser: Pratt, function: Node, spot: Spot) -> Node:
    """``D(f)(x)``, which is ``f'(x)``."""
    if not isinstance(function, Name) or not parser.at_sign("("):
        raise spot.error(f"{_usage('D', 2, 2)}, 1 given")
    if parser.scope.is_function(function.name):
        return Applied(spot, function, 1, _arguments(parser))
    if function.name not in _ONE_PLACE:
        raise function.at.error(f"{function.name} is not a known function of one number")
    return _plain(parser, function.name, function.at, 1)


def _over(parser: Pratt, name: str, spot: Spot) -> Node:
    """Sum, Prod, Mean, Max, norm over dims or ranges; softmax and logsumexp along an axis."""
    parser.expect("(")
    body = parser.expression()
    rest: list[Node] = []
    over: Node | None = None
    while over is None and parser.take(","):
        if parser.at_word("over") and parser.following.text == "=":
            parser.advance()
            parser.advance()
            over = parser.expression()
        else:
            rest.append(parser.expression())
    if not parser.at_sign(")"):
        parser.fail("`,` or `)`")
    parser.expect(")")
    ranges = _ranges(parser, rest) if name in RANGED else ()
    if name in ROW_WISE and not ranges:
        if rest:
            raise rest[0].at.error(f"the axis of {name} is written over={_sketch(rest[0])}")
        return RowWise(spot, name, body, over)
    if over is not None:
        raise over.at.error(f"dims are written without over=, {name}(e, N)")
    if name == "Max" and ranges and not _runs(parser, body, ranges[0].index.name):
        raise spot.error(_MAX_OF_NUMBERS)
    if ranges:
        return Reduction(spot, REDUCTIONS.get(name, name), body, (), ranges)
    for dim in rest:
        _check_dim(parser, name, dim)
    return Reduction(spot, REDUCTIONS[name], body, tuple(rest), ())


def _ranges(parser: Pratt, rest: list[Node]) -> tuple[Range, ...]:
    """The ranges if the arguments have that form: ``i, 1, n`` or SymPy's ``(i, 1, n), (j, 1, m)``."""
    if rest and all(isinstance(item, Group) for item in rest):
        return tuple(_range(item.items, item.at) for item in rest if isinstance(item, Group))
    if len(rest) == 3 and isinstance(rest[0], Name) and not parser.scope.is_dim(rest[0].name):
        return (_range(tuple(rest), rest[0].at),)
    return ()


def _range(items: tuple[Node, ...], at: Spot) -> Range:
    if len(items) != 3 or not isinstance(items[0], Name):
        raise at.error("a range is an index and its two bounds, (i, 1, n)")
    return Range(items[0].at, items[0], items[1], items[2])


_MAX_OF_NUMBERS = "Max runs over a dim or range, Max(x[i], i, 1, n); write max(a, b) for the larger of two numbers"


def _runs(parser: Pratt, body: Node, index: str) -> bool:
    return parser.scope.is_index(index) or _indexed_by(body, index)


def _indexed_by(node: Node, name: str) -> bool:
    """Whether an index bracket in this syntax holds the name."""
    if isinstance(node, Entry) and any(_holds(place, name) for place in node.places):
        return True
    return any(_indexed_by(part, name) for part in node.parts)


def _holds(node: Node, name: str) -> bool:
    return (isinstance(node, Name) and node.name == name) or any(_holds(part, name) for part in node.parts)


def _check_dim(parser: Pratt, name: str, dim: Node) -> None:
    """Raises where the argument cannot be a dim; ``Max(x, y)`` is not taken for a maximum over a dim y."""
    if isinstance(dim, Group):
        raise dim.at.error(f"{name} takes dims, {name}(e, N), not ranges")
    if name == "Max" and not _sized(parser, dim):
        raise dim.at.error(_MAX_OF_NUMBERS)
    if name == "norm" and isinstance(dim, Literal):
        raise dim.at.error("norm is the 2-norm; it takes dims, norm(e, N)")


def _sized(parser: Pratt, node: Node) -> bool:
    """Whether some name in this syntax is a dim, or a family of dims."""
    if isinstance(node, Name):
        return parser.scope.is_dim(node.name) or parser.scope.is_function(node.name)
    return any(_sized(parser, part) for part in node.parts)


def _sketch(node: Node) -> str:
    return node.name if isinstance(node, Name) else "N"


def _divergence(parser: Pratt, name: str, spot: Spot) -> Node:
    """``KL(p||q)``, ``JS(p, q)``, ``h(t)``; ``H(p)`` and ``H(p, q)``, where `name` is H; of tables or densities."""
    parser.expect("(")
    if name in densities.BETWEEN and densities.begins(parser):
        return densities.contrast(parser, name, spot)
    tables = [parser.expression()]
    between = DIVERGENCES.get(name, ",")
    if between and (name != "H" or parser.at_sign(",")):
        if not parser.at_sign(between):
            parser.fail(f"`{between}` and another distribution")
        parser.expect(between)
        tables.append(parser.expression())
    if not parser.at_sign(")"):
        parser.fail("`)`")
    parser.expect(")")
    kind = ("entropy", "cross_entropy")[len(tables) - 1] if name == "H" else name
    return Divergence(spot, kind, tuple(tables))


def _is_of_tables(parser: Pratt) -> bool:
    """Whether the brackets of H hold distributions: what stands first is no random variable."""
    first, second = parser.following, parser.tokens[parser.next + 2]
    if first.text == ")":
        return False
    if first.kind != "name" or second.text not in (",", ";", "|", ")"):
        return True
    if parser.scope.is_known(first.text):
        return not parser.scope.is_variable(first.text)
    return not first.text[0].isupper()


def _measure(parser: Pratt, token: Token) -> Node:
    """``H(X,Y|Z)``, ``I(X;Y|Z)``, ``I_q(X;Y;Z)``; ``H(p)`` and ``H(p, q)`` of distributions."""
    spot = parser.spot(token)
    letter, _, under = token.text.partition("_")
    if token.text == "H" and _is_of_tables(parser):
        return _divergence(parser, "H", spot)
    parser.expect("(")
    groups = [_variables(parser, letter)]
    while letter == "I" and parser.take(";"):
        groups.append(_variables(parser, letter))
    given, outcomes = _given(parser, letter) if parser.take("|") else ((), ())
    if not parser.at_sign(")"):
        parser.fail("`,`, `|` or `)`" if letter == "H" else "`,`, `;`, `|` or `)`")
    if letter == "I" and len(groups) == 1:
        parser.fail("`;` and another variable")
    parser.expect(")")
    measure = Measure(spot, tuple(groups), given, under or "p")
    return densities.at_outcomes(measure, outcomes) if outcomes else measure


def _given(parser: Pratt, letter: str) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """What is given: variables, over which the mean is taken, and outcomes."""
    names = _variables(parser, letter, outcomes=True)
    outcomes = tuple(name for name in names if densities.is_outcome_name(name.name))
    return tuple(name for name in names if name not in outcomes), outcomes


def _variables(parser: Pratt, letter: str, outcomes: bool = False) -> tuple[Name, ...]:
    names: list[Name] = []
    while True:
        name = parser.name("a random variable")
        if not (parser.scope.is_known(name.name) or outcomes) and not name.name[0].isupper():
            raise name.at.error(f"{letter} takes random variables here, which have capital names")
        names.append(_at(parser, name) if outcomes and parser.take("=") else name)
        if not parser.take(","):
            return tuple(names)


def _at(parser: Pratt, variable: Name) -> Name:
    """The value in ``H(Y|X=x)``, which is that of the variable before the sign."""
    value = parser.name("an outcome")
    if value.name != variable.name[:1].lower() + variable.name[1:] or value.name == variable.name:
        small = variable.name[:1].lower() + variable.name[1:]
        raise value.at.error(
            f"the value of {variable.name} is {small}; what is given is written {variable.name}={small}"
        )
    return value
