r"""Derivatives, gradients, integrals, limits: ``\frac{\partial f}{\partial x}``, ``\nabla_x f``, ``\int_a^b f\,dx``.

An operator such as ``\frac{d}{dx}`` takes the factors that follow, up to a plus or minus; where a bracket follows it
and then another factor, there are two readings, and that is an error. ``\nabla_x`` and ``\partial_x`` take one factor.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.text.errors import Spot
from derive.text.latex import symbols
from derive.text.latex.information import is_distribution, probability
from derive.text.latex.lexer import balance
from derive.text.lexer import Token
from derive.text.tree import Call, Entry, Improper, Literal, Name, Node

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

MAX_ORDER = 6


def _at_differential(parser: LatexPratt, at: int) -> bool:
    r"""Whether the token there is ``\partial`` or an upright or italic d."""
    token = parser.tokens[at]
    return (token.kind, token.text) in (("macro", "partial"), ("name", "d"), ("roman", "d"))


def quotient(parser: LatexPratt, token: Token) -> Node | None:
    r"""``\frac{\partial f}{\partial x}``, ``\frac{d}{dx} f``; None if this is an ordinary fraction."""
    start = parser.next
    if not parser.at_sign("{"):
        return None
    middle = parser.pairs[start] + 1
    italic = parser.tokens[start + 1].kind == "name"
    above, below = start + 1, middle + 1
    if parser.tokens[middle].text != "{" or not (_at_differential(parser, above) and _at_differential(parser, below)):
        return None
    if italic and not symbols.starts_name(parser.tokens[below + 1]):
        return None
    spot = parser.spot(token)
    if italic and parser.scope.is_known("d"):
        raise spot.error(r"d is declared, so this may be a fraction; write \frac{\mathrm{d}}{\mathrm{d}x}")
    parser.next = above + 1
    order = _order(parser)
    body: Node | None = None
    if not parser.at_sign("}"):
        body = parser.product()
    parser.expect("}")
    parser.expect("{")
    variables = _variables(parser)
    parser.expect("}")
    if len(variables) != order:
        raise spot.error(f"a derivative of order {order} is taken by as many variables, {len(variables)} here")
    return _derived(parser, spot, body if body is not None else _operated(parser), variables)


def _derived(parser: LatexPratt, spot: Spot, body: Node, variables: list[Node]) -> Node:
    _check_depends(parser, body, variables)
    for variable in reversed(variables):
        body = Call(spot, "D", 0, (body, variable))
    return body


def _check_depends(parser: LatexPratt, body: Node, variables: list[Node]) -> None:
    r"""Raises for ``\partial L/\partial x`` where nothing says what L is: as a symbol it would not depend on x."""
    name = _name_of(body)
    unknown = name is not None and not parser.scope.is_known(name) and name not in parser.evidence.defined
    if unknown and parser.evidence.complete and name not in map(_name_of, variables):
        raise body.at.error(f"nothing says how {name} depends on this; define it, \\text{{where }} {name} = ...")


def _name_of(node: Node) -> str | None:
    """The name that this is, or is an entry of."""
    if isinstance(node, Entry):
        return _name_of(node.e)
    return node.name if isinstance(node, Name) else None


def _order(parser: LatexPratt) -> int:
    """The exponent behind a differential sign."""
    if not parser.take("^"):
        return 1
    exponent = parser.argument()
    if not isinstance(exponent, Literal) or exponent.value.denominator != 1 or not 1 <= exponent.value <= MAX_ORDER:
        raise exponent.at.error(f"a derivative has an order from 1 to {MAX_ORDER}")
    return int(exponent.value)


def _variables(parser: LatexPratt) -> list[Node]:
    r"""``\partial x\,\partial y``, ``\partial x^2``, as often as each is differentiated by."""
    found: list[Node] = []
    while _at_differential(parser, parser.next):
        parser.advance()
        variable = _variable(parser)
        found += [variable] * _order(parser)
        if len(found) > MAX_ORDER:
            raise variable.at.error(f"a derivative has an order from 1 to {MAX_ORDER}")
    return found


def _variable(parser: LatexPratt) -> Node:
    """A name, an entry of one or a family's member, without a power."""
    if not symbols.starts_name(parser.current):
        parser.fail("a variable")
    text, token = symbols.base(parser)
    node: Node = Name(parser.spot(token), text)
    if parser.at_sign("(") and is_distribution(parser, text):
        return probability(parser, text, token)
    if parser.take("_"):
        node = symbols.subscripted(parser, text, token)
    if parser.at_sign("^") and parser.following.text == "{" and parser.tokens[parser.next + 2].text in ("[", "("):
        node, turned, _ = parser.raised(node)
        if turned:
            parser.fail("`}`")
    return parser.refer(node.name, token) if isinstance(node, Name) else node


def _operated(parser: LatexPratt) -> Node:
    """What an operator is applied to."""
    bracketed = parser.at_sign("(", "[", "{", "lbrace")
    if not bracketed:
        return parser.product()
    node = parser.single()
    if parser.starts_operand() or parser.at_sign(r"\cdot", "/"):
        raise parser.spot(parser.current).error(
            "whether the operator takes in this factor is unclear; put brackets around all that is differentiated"
        )
    return node


def _one_factor(parser: LatexPratt) -> Node:
    """The factor that a narrow operator takes."""
    bracketed = parser.at_sign("(")
    node = parser.single()
    if parser.starts_operand() and not bracketed:
        raise parser.spot(parser.current).error(
            "whether the operator takes in this factor is unclear; put brackets around what is differentiated"
        )
    return node


def partial(parser: LatexPratt, token: Token) -> Node:
    r"""``\partial f/\partial x``, ``\partial_x f``."""
    spot = parser.spot(token)
    if parser.take("_"):
        braced = parser.take("{") is not None
        variables = [_variable(parser)]
        while braced and parser.at_sign(","):
            parser.advance()
            variables.append(_variable(parser))
        if braced:
            parser.expect("}")
        made = _one_factor(parser)
    else:
        order = _order(parser)
        operator = parser.at_sign("/")
        made = Literal(spot, Fraction(1)) if operator else parser.single()
        parser.expect("/")
        bracket = parser.take("(")
        variables = _variables(parser)
        if bracket:
            parser.expect(")")
        if len(variables) != order:
            raise spot.error(f"a derivative of order {order} is taken by as many variables, {len(variables)} here")
        made = _operated(parser) if operator else made
    return _derived(parser, spot, made, variables)


def nabla(parser: LatexPratt, token: Token) -> Node:
    r"""``\nabla_x f``, and ``\nabla_x^2 f``, the matrix of second derivatives."""
    spot = parser.spot(token)
    order, variable = 1, None
    while parser.at_sign("_", "^"):
        if parser.at_sign("^"):
            order = _order(parser)
        elif variable is None:
            parser.advance()
            braced = parser.take("{") is not None
            variable = _variable(parser)
            if braced:
                parser.expect("}")
        else:
            parser.fail("what is differentiated")
    if variable is None:
        raise spot.error(r"expected the variable of the gradient, \nabla_x f", "a subscript")
    if order > 2:
        raise spot.error(r"\nabla_x and \nabla_x^2 are read, the gradient and the Hessian")
    body = _one_factor(parser)
    _check_depends(parser, body, [variable])
    return Call(spot, "grad" if order == 1 else "hessian", 0, (body, variable))


def integral(parser: LatexPratt, token: Token) -> Node:
    r"""``\int_a^b f \, dx``; the body ends at its differential."""
    spot = parser.spot(token)
    ends: dict[str, Node] = {}
    while parser.at_sign("_", "^") and parser.current.text not in ends:
        which = parser.advance().text
        ends[which] = parser.argument()
    if len(ends) < 2:
        raise spot.error(r"an integral needs both ends, \int_a^b f\,dx")
    at = _differential(parser)
    one = Literal(spot, Fraction(1))
    variable = Name(parser.spot(parser.tokens[at + 1]), _bound_name(parser, at + 1))
    kept = parser.tokens[at]
    parser.tokens[at] = Token("end", "", kept.position, kept.raw)
    with parser.within("("):
        body = one if parser.next == at else parser.expression()
    parser.tokens[at] = kept
    if parser.next != at:
        parser.fail("an operator or the differential")
    parser.next = at + 1
    symbols.base(parser)
    if kept.kind == "name" and parser.starts_operand():  # d x d x: which of them is the differential?
        raise parser.spot(parser.current).error(
            "a factor follows an integral; put it in front, or brackets around the integral"
        )
    return Improper(spot, "Integral", body, variable, (ends["_"], ends["^"]))


def _bound_name(parser: LatexPratt, at: int) -> str:
    start, parser.next = parser.next, at
    name = symbols.base(parser).text
    parser.next = start
    return name


def _differential(parser: LatexPratt) -> int:
    """Where the differential that ends this integral stands: the d of a name, on the same level of brackets."""
    at, inner = parser.next, 0
    while at < len(parser.tokens) - 1:
        token = parser.tokens[at]
        if at in parser.pairs:
            at = parser.pairs[at]
        elif token.kind == "sign" and token.text in (")", "]", "}", "rvert", "rVert", "rbrace"):
            break
        elif (token.kind, token.text) == ("macro", "int"):
            inner += 1
        elif _is_differential(parser, at):
            if not inner and token.kind == "name" and parser.scope.is_known("d"):
                raise parser.spot(token).error(r"d is declared, so this may be a factor; write \mathrm{d}x")
            if not inner:
                return at
            inner -= 1
        at += 1
    raise parser.spot(parser.tokens[at]).error(r"expected the differential of this integral, \int_a^b f\,dx", "dx")


def _is_differential(parser: LatexPratt, at: int) -> bool:
    token = parser.tokens[at]
    if (token.kind, token.text) not in (("name", "d"), ("roman", "d")) or parser.tokens[at - 1].text in ("_", "^"):
        return False
    return symbols.starts_name(parser.tokens[at + 1])


def limit(parser: LatexPratt, token: Token) -> Node:
    r"""``\lim_{x \to \infty} f``, ``\lim_{x \to a^+} f``: where a is finite, a limit is one from above."""
    spot = parser.spot(token)
    parser.expect("_")
    end = parser.pairs[parser.next]
    parser.expect("{")
    text, at = symbols.base(parser)
    parser.expect("->")
    point = _point(parser, end)
    parser.expect("}")
    body = parser.term()
    return Improper(spot, "Limit", body, Name(parser.spot(at), text), (point,))


ABOVE = (("^", "+"), ("^", "{", "+", "}"))


def _point(parser: LatexPratt, end: int) -> Node:
    """Where a limit goes: to infinity, or to ``a^+``; `end` is where the braces close."""
    start = parser.current
    inside = tuple(t.text for t in parser.tokens[parser.next : end])
    sign = next((s for s in ABOVE if inside[-len(s) :] == s), ())
    if not sign:
        if inside not in (("oo",), ("-", "oo"), ("+", "oo")):
            raise parser.spot(start).error(
                r"a limit at a finite point is one from above, \to a^+; from below, put a - h for x with h \to 0^+"
            )
        return parser.expression()
    tokens, pairs = parser.tokens, parser.pairs  # the sign is no power: what stands before it is read alone
    parser.tokens = tokens[: end - len(sign)] + tokens[end:]
    parser.pairs = balance(parser.source, parser.tokens)
    point = parser.expression()
    whole = parser.next == end - len(sign)
    parser.tokens, parser.pairs = tokens, pairs
    parser.next = end if whole else parser.next
    return point
