"""What is refused, where the message points, and that nothing hangs."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.expr.errors import DeriveError
from derive.text.errors import ParseError, Source, Spot
from derive.text.statement import Statement, parse, parse_expression

MARK = "‸"  # stands before the character that the error points at


def refused(text: str, part: str = "statement") -> ParseError:
    """The error of a text whose marked character is the one it points at."""
    position = text.index(MARK)
    text = text.replace(MARK, "")
    arguments = {"statement": (text,), "where": ("x = x", text), "given": ("x = x", "", ("x > 0;", text))}[part]
    with pytest.raises(ParseError) as caught:
        parse(*arguments)
    error = caught.value
    assert (error.part, error.position) == (part, position), f"\n{error}"
    return error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # syntax
        ("‸", "expected a term, the text ends"),
        ("x =‸ ", "expected a term, the text ends"),
        ("x + y‸", "expected an operator or a relation"),
        ("(a +‸* b) = c", "expected a term, found `*`"),
        ("2 ‸x = 1", "a product is written with *"),
        ("x²³‸y = 1", "a product is written with *"),
        ("‸f(x) y = 1", "f is not a known function"),
        ("lambda ‸x: x", "a product is written with *"),
        ("x ‸: real", "found `:`"),
        ("‸(a + b = c", "this ( is never closed"),
        ("a + b‸) = c", "nothing opens this )"),
        ("‸(a + b] = c", "this ( is closed by a ]"),
        ("x‸[i) = 1", "this [ is closed by a )"),
        ("exp(x,‸) = 1", "expected a term"),
        ("x‸.shape = 1", ".T is the only attribute"),
        ("x‸.Tx = 1", ".T is the only attribute"),
        ("1‸. = 1", ".T is the only attribute"),
        ("‸.5 = x", ".T is the only attribute"),
        ('x = ‸"a"', "there are no strings"),
        ("x = ‸'a'", "a prime marks a derivative"),
        ("x‸! = 1", "gamma(n + 1)"),
        ("‸∂ = 1", "write D(f, x)"),
        ("‸\\frac = 1", "not LaTeX"),
        ("x ‸∝ y", "proportional(f, g, x)"),
        ("‸_x = 1", "a name begins with a letter"),
        ("‸é = 1", "Latin (A-Z, a-z) or Greek"),
        ("x = ‸а", "U+0430"),
        ("x ‸& y = 1", "`&` does not belong here"),
        ("where(0 < x ‸< 1, 1, 0) = 1", "expected one relation"),
        ("x = ‸(1, 2)", "a tuple can stand only in a sum"),
        ("x = y; with‸", "a definition"),
        ("x = y; with a ‸+ 1", "expected `=`"),
        ("‸for = 1", "expected a term"),
        # powers
        ("9‸**9**9 = 1", "more than 4096 bits"),
        ("(2**100)‸**100 = 1", "more than 4096 bits"),
        ("x‸**(10**9) = 1", "more than 4096 bits"),
        ("x²‸**3 = 1", "brackets are needed"),
        ("A‸^T = A", "write A.T"),
        ("log 2‸**2 = 1", "log(x)**2 or log(x**2)"),
        # functions
        ("‸sigmod(x) = 1", "did you mean sigmoid"),
        ("‸x(y) = 1", "write x * (...)"),
        ("‸sigma(x) = 1", "sigma is not a known function"),
        ("‸γ(x) = 1", "γ is not a known function"),
        ("‸max(x) = 1", "max takes at least 2 arguments, 1 given"),
        ("‸exp(x, y) = 1", "exp takes 1 argument, 2 given"),
        ("‸D(x) = 1", "D(f, x)"),
        ("‸D(x**2, x+1) = 1", "D(f, x) needs x to be a symbol"),
        ("D(‸relu, x) = 1", "relu is a function"),
        ("‸log - x = 1", "log is a function"),
        ("grad(‸softmax(z), z) = 1", "grad needs a scalar"),
        ("‸at(x, y) = 1", "at(e, x, a)"),
        ("at(x, ‸2, 3) = 1", "expected a symbol"),
        ("‸where(x, 1, 0) = 1", "needs a condition"),
        ("softmax(z, ‸C) = 1", "over=C"),
        ("Sum(x, over=‸C) = 1", "without over="),
        ("‸Sum(2) = 2", "give a range"),
        ("Max(x, ‸0) = 1", "write max(a, b)"),
        ("‸Max(a, b, 1, 2) = 1", "write max(a, b)"),
        ("norm(x, ‸1) = 1", "2-norm"),
        ("‸softmax'(z) = 1", "no derivative as a function"),
        ("‸same_argmin(f, x) = 1", "same_argmin(f, g, x)"),
        # integrals and limits
        ("‸Integral(x, x, 0) = 1/2", "both ends"),
        ("Integral(x, ‸2, 0, 1) = 1/2", "name of a variable"),
        ("‸Limit(x, x) = 0", "where it goes"),
        ("Limit(x, x, ‸oo + 1) = 0", "oo can stand only as a bound or limit point"),
        ("‸jacobian(x) = 1", "jacobian takes 2"),
        # entropies and divergences
        ("KL(p‸, q) >= 0", "`||` and another distribution"),
        ("JS(p‸) >= 0", "`,` and another distribution"),
        ("H(p, q‸, p) >= 0", "`)`"),
        ("‸KL(p||q[k]) = 0", "axes"),
        # not supported yet
        ("‸uniform(n, m) = 1", "uniform takes 1 argument"),
        ("X ‸~ uniform(n)", "a uniform one is p(x) = 1/n"),
        ("Z1, Z2 ‸iid q(z|x)", "iid is not supported yet"),
        ("‸|x| = 1", "abs(x)"),
        # information
        ("3*2 ‸I(X;Y) = 1", "a product is written with *"),
        ("x ‸H(X) = 1", "a product is written with *"),
        ("H(X‸;Y) = 1", "expected `,`, `|` or `)`"),
        ("I(X‸) = 1", "`;` and another variable"),
        ("H(‸) = 1", "a random variable"),
        ("X ‸+ H(X) = 1", "+ needs numbers, but X is a random variable"),
        # names and shapes
        ("Sum(x, i, 1, ‸oo + 1) = 1", "oo can stand only as a bound or limit point"),
        ("‸oo = x", "oo can stand only as a bound or limit point"),
        ("x‸[0] = 1", "positions are 1, 2"),
        ("x[i]‸[j] = 1", "0 indices are needed, 1 given"),
        ("softmax(‸z * w) = 1", "which of z, w is a tensor"),
        ("X @ W.T + ‸b = Z", "b is added to a matrix product"),
        ("Sum(w[k]*x[‸t+k-1], k, 1, K) = 0", "the shape of x cannot be inferred"),
        ("Sum(‸a, i, 1, n) = 1; with a = x[i]", "bound here"),
        ("a = 1; with a = ‸b; b = 2", "b is used before it is defined"),
        ("a = 1; with a = 2; ‸a = 3", "a already has a meaning"),
        ("a = 1; with a = ‸a + 1", "a is used before it is defined"),
        ("x[i] ‸= 1 for i in [1,n]", "needs its start"),
        ("x <= 1 ‸for i in [1,n]", "follows one equation"),
    ],
)
def test_refused(text: str, message: str) -> None:
    assert message in refused(text).message


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("x ‸+ y = 0", "x: real[n]; y: real[m]", "(n) and `y` with axes (m)"),
        ("1 + x + 2 ‸- y = 0", "x: real[n]; y: real[m]", "neither axes"),
        ("x * 2 ‸* y = 0", "x: real[n]; y: real[m]", "neither axes"),
        ("x ‸= y", "x: real[n]; y: real[m]", "need one shape"),
        ("A ‸@ x = 0", "A: real[m,n+1]; x: real[n]", "n + 1 is not n"),
        ("A @ B ‸@ B = 0", "A: real[m,n]; B: real[n,m]", "m is not n"),
        ("x‸.T = x", "x: real[n]", "has no transpose"),
        ("A.T ‸= A", "A: real[m,n]", "need one shape"),
        ("‸tr(A) = 0", "A: real[m,n]", "one square matrix"),
        ("x‸[i,j] = 0", "x: real[n]", "1 indices are needed, 2 given"),
        ("Sum(x‸[i], i, 1, m) = 0", "x: real[n]; y: real[m]", "index i runs over m"),
        ("‸softmax(a) = 1", "a: real", "no axis to run along"),
        ("Sum(x, ‸a) = 1", "x: real[n]; a: real", "expected a dim"),
        ("f(x) ‸+ f = 0", "f: function", "+ needs numbers"),
        ("‸a(x) = 0", "a: real", "a is not a known function"),
        ("‸E(a, x) = 0", "a, x: real", "not a table of probabilities"),
        ("a = 1; with ‸a = 2", "a: real", "already has a meaning"),
    ],
)
def test_refused_with_declarations(text: str, where: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text.replace(MARK, ""), where)
    assert message in caught.value.message
    assert caught.value.position == text.index(MARK), f"\n{caught.value}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x: ‸reel", "did you mean real?"),
        ("x: ‸tensor", "the domains are"),
        ("x ‸real", "expected `:`"),
        ("‸2: real", "expected a name to declare"),
        ("x: real ‸y: real", "expected `;` or the end"),
        ("x: real; ‸x: unit", "x is declared twice"),
        ("‸pi: real", "pi is a number"),
        ("‸exp: function", "exp is a function already"),
        ("n: real; x: real[‸n]", "must be an int, not real"),
        ("A: symmetric[n,‸m]", "the same size twice"),
        ("A: ‸symmetric[n]", "needs its shape, symmetric[n,n]"),
        ("p: ‸simplex", "needs its shape, simplex[n]"),
        ("p: simplex[n] in [‸0,1]", "takes no range"),
        ("x: real[‸0]", "a size is a positive integer"),
        ("x: unit in [‸2,3]", "no value of unit"),
        ("x: real in [‸3,2]", "empty range"),
        ("x: int in [‸1/2,3]", "ends of a range of integers"),
        ("‸x: continuous", "a random variable has a capital name"),
        ("X: ‸discrete[n]", "a random variable has no shape"),
        ("m: ‸law[n]", "a law has no shape"),
        ("m: real; ‸m: law", "declared twice"),
        ("n: int in [‸a,3]; x: real[n]", "needs numbers for its ends"),
        ("n: int in [‸-3,0]; x: real[n]", "no value of counting"),
        ("f: ‸function[n]", "no shape and no range"),
        ("x: real in ‸[0,1)", "closed by"),
        ("x: real‸[n", "never closed"),
    ],
)
def test_refused_declarations(text: str, message: str) -> None:
    assert message in refused(text, "where").message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("‸X -> Y", "at least three members"),
        ("X - Y - z‸", "an operator or a relation"),
        ("x‸", "a relation"),
        ("m[t] ‸= 1 for t in [1,T]", "needs its start, m[0]"),
        ("m[0] = 1; m[t] = m[t-1] for t in [‸2,T]", "does not begin at 1"),
        ("m‸[t+1] = 1 for t in [1,T]", "a recurrence defines a family"),
    ],
)
def test_refused_premises(text: str, message: str) -> None:
    assert message in refused(text, "given").message


ATTACKS = {
    "import": "__import__('os').system('touch /tmp/x')",
    "eval": "eval('1') = 1",
    "exec": 'exec("x") = 1',
    "lambda": "(lambda x: x)(1) = 1",
    "attribute chain": "x.__class__.__mro__[1].__subclasses__() = 1",
    "comprehension": "[x for x in ().__class__.__bases__] = 1",
    "walrus": "(x := 2) = 1",
    "f-string": "f'{x}' = 1",
    "backslash": "x\\n = 1",
    "power tower": "9**9**9 = 1",
    "power tower in brackets": "((10**8)**(10**8)) = 1",
    "power of a product": "(10**1000*10**1000)**4000 = 1",
    "tower of superscripts": "(9⁹⁹⁹⁹)**999 = 1",
    "long number": "1" * 10_000 + " = 1",
    "large exponent": "1e1000000000 = 1",
    "brackets": "(" * 100_000,
    "nested brackets": "(" * 2000 + "x" + ")" * 2000 + " = 1",
    "nested indices": "x[" * 2000 + "1" + "]" * 2000 + " = 1",
    "nested calls": "exp(" * 1000 + "x" + ")" * 1000 + " = 1",
    "minus signs": "-" * 4900 + "x = 1",
    "powers": "x" + "**x" * 2400 + " = 1",
    "transposes": "A" + ".T" * 4000 + " = 1",
    "long text": "x + " * 25_000 + "x = 1",
    "many tokens": "+".join(["x"] * 4000) + "= 1",
    "terminal escape": "x\x1b[31m = 1",
    "null": "x\x00 = 1",
    "bidi": "x\u202e = 1",
    "zero width": "x\u200b = 1",
    "byte order mark": "\ufeffx = 1",
    "homoglyph": "ѕin(x) = 1",
    "full width": "ｘ = 1",
    "emoji": "🎉 = 1",
    "combining": "x\u0302 = 1",
    "surrogate": "\ud800 = 1",
    "doubling definitions": "x = 1; with " + "; ".join(f"a{i + 1} = a{i} + a{i}" for i in range(60)),
    "nested definitions": "x = 1; with " + "; ".join(f"a{i + 1} = exp(a{i})" for i in range(400)),
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_attacks_are_refused(text: str) -> None:
    """Anything exponential in the text would not come back."""
    with pytest.raises(ParseError) as caught:
        parse(text)
    shown = str(caught.value)
    assert shown.isprintable() or set(shown) - {c for c in shown if c.isprintable()} == {"\n"}
    assert max(map(len, shown.split("\n"))) <= 500


LARGE = {
    "sum": "+".join(["x"] * 2000) + " = y",
    "product": "*".join(["x"] * 2000) + " = y",
    "quotient": "/".join(["x"] * 2000) + " = y",
    "matrix product": "@".join(["A"] * 2000) + " = B",
    "chain of relations": "=".join(f"x{k}" for k in range(2000)) + " = A @ b",
    "many sums": " = ".join(f"Sum(a{k} + b{k})" for k in range(300)),
    "many indices": " + ".join(f"Sum(x{k}[i], i, 1, n)" for k in range(300)) + " = 1",
    "nested": "(" * 90 + "x" + ")" * 90 + " = 1",
    "nested operators": "1 + 2*(" * 30 + "x" + ")" * 30 + " = 1",
    "doubling bounds": "Sum(" * 40 + "x[i0]" + "".join(f", i{k}, 1, i{k + 1} + i{k + 1})" for k in range(40)) + " = 1",
    "longest text": "x = 1" + " " * 19_995,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_texts_are_read(text: str) -> None:
    assert isinstance(parse(text), Statement)


def test_the_message_shows_the_line_and_a_caret() -> None:
    with pytest.raises(ParseError) as caught:
        parse("σ + β = 1\n + * γ")
    assert str(caught.value) == "expected a term, found `*`\n   + * γ\n     ^"


def test_the_caret_stays_aligned_behind_tabs_wide_and_long_text() -> None:
    for text in ("\tx\t+ * y = 1", "x" + " + x" * 100 + " + * y = 1"):
        with pytest.raises(ParseError) as caught:
            parse(text)
        _, line, caret = str(caught.value).split("\n")
        assert line[caret.index("^")] == "*"


def test_the_part_is_named() -> None:
    with pytest.raises(ParseError, match=r"\(in where\)"):
        parse("x = x", "x: reel")
    with pytest.raises(ParseError, match=r"\(in given\)"):
        parse("x = x", given=("x",))


def test_what_was_expected() -> None:
    with pytest.raises(ParseError) as caught:
        parse("(a +* b) = c")
    assert caught.value.expected == "a term"


def test_it_is_an_error_of_the_author_and_survives_pickling() -> None:
    error = Spot(Source("x +", "given"), 3).error("expected a term", "a term")
    assert isinstance(error, DeriveError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_statement_needs_a_relation_and_an_expression_is_one() -> None:
    with pytest.raises(ParseError, match="relation"):
        parse("x + 1")
    with pytest.raises(ParseError, match="expected"):
        parse_expression("x <= y <= z")
    with pytest.raises(ParseError, match="premise"):
        parse_expression("x", where="x: real in [a, b]")


ATOMS = ("x", "y", "A", "B", "n", "i", "k", "f", "p", "t", "X", "1", "0", "2", "0.5", "oo", "pi", "H(X|Y)", "eye(n)")
ATOMS += ("z", "r(z)", "q(z|w)", "KL(q(z)||r(z))", "H(q(z),r(z)|q(w))", "H(Z|w)", "|Z|", "P(X != Z)")
FORMS = (
    "-{}", "({})", "{}.T", "{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} @ {}", "({})**2", "2**{}", "exp({})",
    "max({}, {})", "f({})", "f'({})", "x[{}]", "A[{}, i]", "({})[{}]", "({})[i,k]", "softmax({})",
    "softmax({}, over=n)",
    "logsumexp({})", "Sum({})", "Sum({}, n)", "Sum({}, i, 1, n)", "Sum({}, k, {}, {})", "Max({}, i, 1, n)", "norm({})",
    "D({}, x)", "D({}, {})", "grad({}, A)", "at({}, x, {})", "where({} > 0, {}, {})", "delta({}, {})", "tr({})",
    "inv({})", "diag({})", "outer({}, {})", "ones({})", "E({}, {})", "[{} for i, k]", "[{} for i]", "log x", "m[{}]",
    "E_r(z)[{}]", "E_q(z|w)r(w)[{}]", "E[{}]", "Var_q(z)[{}]", "Cov_q(z)[{}, {}]", "log r(z)", "KL({}||{})", "r({})",
)  # fmt: skip
WHERES = (
    "",
    "x: real[n]; f: function; p: simplex[n]",
    "A: real[n,n+1]; t: int in [1,n]; m: real[3]",
    "n: int; y: real in [x,1]",
)
formulas = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.tuples(st.sampled_from(FORMS), inner, inner, inner).map(lambda t: t[0].format(*t[1:])),
    max_leaves=12,
)


def read(text: str, where: str, *given: str) -> ParseError | None:
    try:
        parse(text, where, given)
    except ParseError as error:
        return error
    return None


@settings(max_examples=1000, deadline=None, database=None)
@given(formulas, formulas, st.sampled_from(WHERES), st.data())
def test_no_text_raises_anything_but_a_parse_error(left: str, right: str, where: str, data: st.DataObject) -> None:
    """Well-formed formulas whose shapes rarely fit, and the same with a piece cut out."""
    text = f"{left} = {right}"
    cut = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    broken = text[: cut[0]] + text[cut[1] :]
    defined = f"{text} + B @ x; with B = {left}"
    recurrence = f"m[0] = {left}; m[t] = {right} for t in [1,n]"
    for error in (
        read(text, where, right + " > 0"),
        read(broken, where),
        read(defined, where),
        read(text, "", recurrence),
        read("X -> Y,Z -> W", where, text, "X _|_ Y | Z; |Z| <= n", "Z - X - Y"),
    ):
        if error is not None:
            assert 0 <= error.position <= len(error.spot.source.text)
            assert error.message in str(error)
