"""What holds for the print of any expression: sound LaTeX in the closed list of macros, and no exception."""

import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from derive.expr import operations as op
from derive.expr.build import (
    D,
    E,
    Mean,
    Sum,
    diag,
    equals,
    function,
    half,
    logsumexp,
    norm,
    outer,
    real,
    simplex,
    softmax,
    variable,
    where,
)  # fmt: skip
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.families import DimFamily
from derive.expr.law import Law, outcome
from derive.expr.leaves import PI, Index, Let, Symbol
from derive.expr.measures import KL, H
from derive.expr.node import Expr, as_expr
from derive.expr.structure import Weighted
from derive.page.difference import changed
from derive.page.latex import MACROS, latex
from derive.page.unicode import unicode


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N, M, K, Z = Dim("N", index="i"), Dim("M", index="j"), Dim("K", index="k"), Dim("Z", index="z")
x, y, u, w = named("x", real()), named("y", real()), named("u", real(N)), named("w", real(M))
A, W1 = named("A", real(N, M)), named("W1", real(M, N))
f, q, p, z = named("f", function()), named("q", simplex(K, role="target")), named("p", simplex(Z)), named("z", real(K))
i, j, t, l = Index("i", N), Index("j", M), Index("t"), Index("l")
d = DimFamily("d")
W, m = named("W", real(d[l], d[l - 1], family=l)), named("m", real(family=t))
V, Y1 = named("V", variable()), named("Y1", variable())
r, r_hat, v1 = Law("r"), Law("r_hat"), outcome(V)

COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)


def assert_sound(text: str) -> None:
    """Only listed macros, balanced braces, every \\left with its \\right, no script on a script."""
    assert set(COMMAND.findall(text)) <= MACROS
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") == text.count(r"\right")
    assert not re.search(r"\^(\w|\{[^{}]*\})\^|_(\w|\{[^{}]*\})_", text)


def test_operations_have_only_listed_macros() -> None:
    for row in op.ROWS:
        arguments = (x + y, x / y)[: row.arity]
        slopes = [] if row.arity > 1 else [op.slope(row)(*arguments), op.slope(op.slope(row))(*arguments)]
        for e in (row(*arguments), *slopes):
            assert_sound(latex(e))


def test_exemplars(exemplars: dict[str, dict[str, Expr]]) -> None:
    for lines in exemplars.values():
        for e in lines.values():
            assert_sound(latex(e))


def or_first(build: Callable[..., Expr]) -> Callable[..., Expr]:
    """The built expression; its first operand where the shapes do not fit."""

    def attempt(*operands: Expr) -> Expr:
        try:
            return build(*operands)
        except DeriveError:
            return operands[0]

    return attempt


UNARY = [
    lambda e: -e, lambda e: e.T, op.log, op.sigmoid, op.sqrt, op.absolute, D(op.relu), softmax, logsumexp, norm, Mean,
    lambda e: Sum(e, N), lambda e: Sum(e, M), lambda e: Sum(e, (t, 1, N.size)), lambda e: norm(e, N), diag, f,
    lambda e: outer(e, w), lambda e: D(e, u), lambda e: e.at(x=y), lambda e: Let("dZ1_hat", e), lambda e: e[i, j],
    lambda e: E(r(Y1, given=V), e), lambda e: e * KL(r(V), r_hat(V)), lambda e: e / H(r(V), r_hat(V)),
]  # fmt: skip
BINARY = [
    lambda e, g: e + g, lambda e, g: e - g, lambda e, g: e * g, lambda e, g: e / g, lambda e, g: e**g,
    lambda e, g: e @ g, lambda e, g: where(e > g, e, g), E, equals, op.maximum, Weighted.of,
]  # fmt: skip
ANY = st.recursive(
    st.sampled_from([x, y, u, w, r(V), v1, A, W1, p, q, z, m[t], W[l], as_expr(2), half, PI, t, N.size]),
    lambda inner: (
        st.builds(lambda build, e: or_first(build)(e), st.sampled_from(UNARY), inner)
        | st.builds(lambda build, e, g: or_first(build)(e, g), st.sampled_from(BINARY), inner, inner)
    ),
    max_leaves=12,
)


@given(ANY, ANY)
def test_any_expression_is_sound(e: Expr, other: Expr) -> None:
    assert_sound(latex(e))
    assert_sound(latex(e, indices=True, highlight=changed(other, e)))
    assert unicode(e)
    assert unicode(e, indices=True)
