"""What is refused of densities, expectations and structures of dependence, and where the message points."""

import pytest

from derive.text.errors import ParseError
from derive.text.statement import parse

MARK = "‸"  # stands before the character that the error points at


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p(‸X) = 1", "the value of X is x; a density is written p(x)"),
        ("p(‸x+1) = 1", "declare `p: function` if it is a function"),
        ("p(x, ‸x) = 1", "x stands twice in p(...)"),
        ("p(x|y ‸| z) = 1", "expected `,` or `)`"),
        ("p(x) = ‸X", "X is a random variable here; its value is x"),
        ("Sum(p(‸x), x, 1, n) = 1", "x is an index here"),
        ("log p(x)‸/q(x) = 0", "read in two ways"),
        ("log p(x)‸**2 = 0", "brackets are needed"),
        ("‸E[x] = 1", "under which law is this mean? write what is drawn, E_p(x)[...]"),
        ("‸E[log q(x)] = 1", "E_q(x)[...]"),
        ("E_p(x)[‸X] = 1", "X is a random variable here; its value is x"),
        ("E[X] + ‸X = 1", "X is a random variable here; its value is x"),
        ("‸Var(X) = 1", "write Var[X]"),
        ("E_p(x)[log p(‸X)] = 1", "the value of X is x"),
        ("‸E_p[x] = 1", "needs what is drawn"),
        ("‸E_m(x)[x] = 1", "m is not a law"),
        ("E_p(x) ‸= 1", "`[` and what the mean is of"),
        ("E_p(x)q(‸x)[x] = 1", "x has two laws"),
        ("Cov_p(x)[x‸] = 1", "`,`"),
        ("KL(p(x)‸;q(x)) = 0", "`||` and another density"),
        ("KL(p(x)||‸q) = 0", "expected a density"),
        ("‸KL(p(x)||q(y)) = 0", "over the same outcomes"),
        ("KL(p(x)||r(x)q(‸x)) = 0", "x has two laws"),
        ("KL(‸p||q) = KL(p(x)||q(x))", "p is a law here; its density is p(x)"),
        ("H(Y|X=‸y) = 0", "the value of X is x; what is given is written X=x"),
        ("‸I(X;Y;Z|x) = 0", "not supported yet"),
        ("‸X -> Y", "at least three members"),
        ("X -> ‸y -> Z", "capital names"),
        ("X -> Y ‸_|_ Z", "one kind of sign"),
        ("X -> Y -> Z under ‸m", "m is not a law"),
        ("x ‸-> Y -> Z", "with capital names"),
        ("‸P(X = Y) = 1", "no other is supported yet"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text.replace(MARK, ""))
    assert message in caught.value.message
    assert caught.value.position == text.index(MARK)
