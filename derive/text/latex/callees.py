r"""Functions: with brackets, ``\log(x)``, without, ``\log x``, and letters that are functions before a bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.expr.families import DimFamily
from derive.text import calls, densities
from derive.text.functions import ALIASES, CALLED_ONLY, DIVERGENCES, IMPROPER, PLAIN, REDUCTIONS, ROW_WISE, is_measure
from derive.text.latex import laws, sums, symbols
from derive.text.latex.information import is_distribution, measured, probability
from derive.text.latex.macros import CALLED, TEXTBOOK
from derive.text.lexer import Token
from derive.text.tree import Call, Chain, DensityOf, Link, Literal, Node, Power

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

WORDS = {
    "ReLU": "relu", "Softmax": "softmax", "LogSumExp": "logsumexp", "LSE": "logsumexp", "lse": "logsumexp", "Tr": "tr",
    "Diag": "diag", "sgn": "sign", "JSD": "JS",
}  # fmt: skip
SEEMS_A_FUNCTION = ("f", "g", "h", "F", "G", "u", "v")


def canonical(parser: LatexPratt, text: str) -> str | None:
    """The name in the tables for a word in roman, if it is the name of a function."""
    name = WORDS.get(text, ALIASES.get(text, text))
    known = any(name in table for table in (PLAIN, REDUCTIONS, ROW_WISE, IMPROPER, DIVERGENCES))
    return name if known or parser.scope.is_function(text) else None


def is_callee(parser: LatexPratt, token: Token) -> bool:
    """Whether a word in roman is a function here: before a bracket, or one that is nothing else."""
    if parser.scope.is_known(token.text) and not parser.scope.is_function(token.text):
        return False
    if token.text in ("arg min", "logsumexp"):
        return True
    name = canonical(parser, token.text)
    following = parser.following
    bracket = following.text in ("(", "[", "'") if name in DIVERGENCES else following.text in ("(", "'")
    bracket = bracket or (following.kind == "sign" and following.text == "^")
    return name is not None and (bracket or name in CALLED_ONLY or name in ROW_WISE or name in ("tr", "diag"))


def word(parser: LatexPratt, token: Token) -> Node:
    r"""``\operatorname{softmax}(z)``; the word is passed over."""
    if token.text == "logsumexp" and parser.at_sign("_"):
        return sums.big(parser, token, "logsumexp")
    name = canonical(parser, token.text)
    if name is None:
        raise parser.spot(token).error(f"{token.raw} stands only at the beginning of a side")
    if parser.at_sign("_"):
        raise parser.spot(parser.current).error(
            f"what stands below {token.text} is read in two ways; an entry is {token.text}(z)_j"
        )
    return function(parser, token, name)


def function(parser: LatexPratt, token: Token, name: str) -> Node:
    r"""The call of a function whose name is passed over, with what stands between: ``\sin^2 x``, ``\log_2 x``."""
    spot = parser.spot(token)
    base = _base(parser, name)
    power = _power(parser, token)
    made = _called(parser, token, name)
    if base is not None:
        made = Chain(spot, made, (Link("/", base.at, Call(base.at, "log", 0, (base,))),))
    return made if power is None else Power(spot, made, power)


def _base(parser: LatexPratt, name: str) -> Node | None:
    if not parser.at_sign("_"):
        return None
    sign = parser.advance()
    if name != "log":
        raise parser.spot(sign).error(f"{name} takes no subscript")
    return parser.argument()


def _power(parser: LatexPratt, token: Token) -> Node | None:
    r"""The power in ``\sin^2 x``."""
    if not parser.at_sign("^"):
        return None
    spot = parser.spot(parser.advance())
    exponent = parser.argument()
    if not isinstance(exponent, Literal) or exponent.value.denominator != 1 or exponent.value < 1:
        raise spot.error(
            f"{token.raw}^k takes k = 1, 2, ...; the inverse function has a name, the reciprocal a fraction"
        )
    return exponent


def _called(parser: LatexPratt, token: Token, name: str) -> Node:
    spot = parser.spot(token)
    if name in DIVERGENCES:
        return measured(parser, Token("name", name, token.position, name))
    if parser.at_sign("(", "'"):
        made_prime = parser.at_sign("'")
        with parser.within("("):
            made = calls.call(parser, Token("name", name, token.position, name))
        if name in TEXTBOOK and not made_prime and parser.at_sign("^"):
            raise parser.spot(parser.current).error(
                f"{name}(x)^k is read in two ways; write \\{token.text}^k(x) or \\{token.text}(x^k)"
            )
        return made
    if name in REDUCTIONS or name in IMPROPER or PLAIN.get(name, (1, 1)) != (1, 1):
        parser.fail("`(`")
    if name not in PLAIN:
        parser.fail("`(`")
    inside = _bare(parser, token)
    if name == "log" and token.kind == "macro" and isinstance(inside, Call) and inside.callee == "gamma":
        return Call(spot, "loggamma", 0, inside.args)
    return Call(spot, name, 0, (inside,))


def _bare(parser: LatexPratt, token: Token) -> Node:
    r"""The argument of ``\log x``: one factor, or a number with what stands beside it, ``\log 2\pi``."""
    if parser.at_sign("-"):
        raise parser.spot(parser.current).error(f"brackets are needed: {token.raw}(-x)")
    number = parser.current.kind == "number"
    inside = parser.product(simple=True) if number else parser.single()
    after = parser.current
    if isinstance(inside, DensityOf) and after.text == "/":
        raise parser.spot(after).error(
            rf"{token.raw} a/b is read in two ways; write {token.raw} \frac{{a}}{{b}} or \frac{{{token.raw} a}}{{b}}"
        )
    if symbols.starts_name(after) or parser.at_macro("frac", "dfrac", "tfrac", "sqrt") or parser.at_sign("(", "["):
        called = after.kind == "roman" and is_callee(parser, after)
        if not called:
            raise parser.spot(after).error(
                f"{token.raw} a b is read in two ways; write {token.raw}(a b) or ({token.raw} a) b"
            )
    return inside


def extremum(parser: LatexPratt, token: Token) -> Node:
    r"""``\max(a, b)``, ``\max\{a, b\}``, ``\max_{i} x_i``."""
    spot = parser.spot(token)
    if parser.at_sign("_"):
        if token.text == "min":
            raise spot.error(r"\min over an index is not supported yet; write -\max_i(-x_i)")
        return sums.big(parser, token, "max")
    bracket = parser.take("(", "lbrace", "[")
    if bracket is None:
        parser.fail("`(` or a range below")
    with parser.within("("):
        args = [parser.expression()]
        while parser.take(","):
            args.append(parser.expression())
    parser.advance() if parser.at_sign(")", "rbrace", "]") else parser.fail("`,` or the closing bracket")
    if len(args) < 2:
        raise spot.error(f"{token.raw} takes at least 2 arguments, 1 given; over an index it is {token.raw}_i")
    return Call(spot, token.text, 0, tuple(args))


def letter(parser: LatexPratt, name: str, token: Token) -> Node | None:
    r"""The call of a letter before a bracket or prime, if it is one: ``f(x)``, ``\sigma(z)``, ``H(X)``.

    None for a factor. Raises `ParseError` where it may be either.
    """
    spot, scope = parser.spot(token), parser.scope
    synonym = Token("name", name, token.position, name)
    if scope.is_function(name) and not isinstance(parser.names.fixed[name].value, DimFamily):
        return calls.call(parser, synonym)
    if scope.is_law(name) and parser.at_sign("(") and _lists_names(parser):
        return densities.of_law(parser, name, spot)
    if name.partition("_")[0] == "P" and laws.tells_apart(parser):
        return calls.call(parser, synonym)
    if is_distribution(parser, name) and parser.at_sign("("):
        return probability(parser, name, token)
    if scope.is_known(name) and parser.at_sign("(") and (name in CALLED or _lists_names(parser)):
        other = f", or \\operatorname{{{CALLED[name]}}}(...)" if name in CALLED else ", or declare a function"
        raise spot.error(f"{name} is declared as a number; write {token.raw} \\cdot (...){other}")
    if scope.is_known(name) or (parser.at_sign("'") and name not in CALLED):
        return None
    if name in CALLED:
        if name in parser.evidence.alone:
            raise spot.error(
                f"{token.raw} is a number elsewhere here; write {token.raw} \\cdot (...), or "
                f"\\operatorname{{{CALLED[name]}}}(...)"
            )
        if name == "psi" and parser.at_sign("'"):
            parser.advance()
            return calls.call(parser, synonym._replace(text="trigamma", raw="trigamma"))
        return calls.call(parser, synonym._replace(text=CALLED[name], raw=CALLED[name]))
    if is_measure(name) and token.kind == "name":
        return measured(parser, synonym)
    if name == "h" and parser.at_sign("("):
        raise spot.error(r"h may be the binary entropy, \operatorname{h}(t), or a function; declare it, `h: function`")
    if _lists_names(parser):
        raise spot.error(
            f"{name}(...) looks like a function; declare it, `{name}: function`, or write {name} \\cdot (...)"
        )
    if name in SEEMS_A_FUNCTION:
        raise spot.error(f"{name} looks like a function; declare it, `{name}: function`, or write {name} \\cdot (...)")
    return None


def _lists_names(parser: LatexPratt) -> bool:
    """Whether the bracket at the cursor holds one name, or names with commas and bars between."""
    inside = parser.tokens[parser.next + 1 : parser.pairs[parser.next]]
    only = all(
        t.kind in ("name", "number", *symbols.FACES)
        or t.text in (",", "|", "_", "^", "{", "}", "'", ";", "hat")
        or (t.kind == "macro" and t.text in symbols.ACCENTS)
        for t in inside
    )
    separated = any(t.text in (",", "|", ";") for t in inside)
    return only and (separated or _is_one_name(inside))


def _is_one_name(inside: list[Token]) -> bool:
    """Whether the tokens are one letter or word, perhaps with an accent or subscript."""
    names = [
        t
        for k, t in enumerate(inside)
        if t.kind in ("name", *symbols.FACES) and (k == 0 or inside[k - 1].text not in "_^{")
    ]
    return len(names) == 1 and inside[0].kind != "number"
