"""What LaTeX is refused, and where the message points; what has two readings is refused with both."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.text.errors import ParseError
from derive.text.statement import Statement, parse

MARK = "‸"  # stands before the character that the error points at


def refused(text: str, where: str = "") -> ParseError:
    position = text.index(MARK)
    with pytest.raises(ParseError) as caught:
        parse(text.replace(MARK, ""), where, latex=True)
    assert caught.value.position == position, f"\n{caught.value}"
    return caught.value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # macros
        (r"x = ‸\foo{x}", r"\foo is not a macro that is read"),
        (r"x = ‸\input{/etc/passwd}", "a statement is one text"),
        (r"‸\write18{ls} = 1", r"\write is not a macro that is read"),
        (r"‸\def\x{1} = 1", "macros cannot be defined"),
        (r"‸\newcommand{\x}{1}", "macros cannot be defined"),
        (r"‸\catcode`\% = 1", r"\catcode is not a macro"),
        (r"‸\begin{align} x = 1 \end{align}", "the only environment"),
        (r"x ‸\approx 1", "a claim is exact"),
        (r"x ‸\in \mathbb{R}", "declared beside the statement"),
        (r"x = 1 + ‸\dots", r"write \sum"),
        ("x = 1 ‸% no", "there are no comments"),
        ("‸$x = 1", "dollars stand around"),
        ("x = ‸\x07", "U+0007"),
        ("x = ‸\u202ey", "U+202E"),
        ("x = ‸é", "U+00E9"),
        ("x = 1‸\\", "does not belong here"),
        # brackets
        (r"‸(a + b = c", "this ( is never closed"),
        (r"\frac‸{a{b} = c", "this { is never closed"),
        (r"a‸} = c", "nothing opens this }"),
        (r"‸(a + b] = c", "this ( is closed by a ]"),
        (r"‸\lVert x = 1", "never closed"),
        (r"|x ‸= 1", "expected an operator or |"),
        (r"x =‸ ", "expected a term, the text ends"),
        (r"\frac{a} ‸= 1", "expected an argument in braces"),
        (r"x + y‸", "an operator or a relation"),
        # scripts
        (r"x^‸12 = 1", "braces are needed around 12"),
        (r"x_‸12 = 1", "braces are needed around 12"),
        (r"\mathbf{‸x_i} = 1", "scripts and accents stand outside"),
        (r"x_{‸\mathrm{hat}} = \hat x", "hat is an accent"),
        (r"x‸' = 1", "a prime marks a derivative"),
        (r"x‸[1] = 1", "an index is a subscript"),
        (r"x ‸2 = 1", r"write \cdot"),
        (r"\mathbf{x} + ‸x = 1", "written in two ways"),
        (r"\epsilon + ‸\varepsilon = 1", "written in two ways"),
        (r"e^x = ‸e", "the base of an exponential elsewhere"),
        # two readings
        (r"a/b ‸c = 1", r"\frac{a}{b} c or a/(b c)"),
        (r"1/2 ‸\pi = 1", "two ways"),
        (r"\log x ‸y = 1", r"\log(a b) or (\log a) b"),
        (r"\log x ‸(y + 1) = 1", "two ways"),
        (r"\log(x)‸^2 = 1", r"\log^k(x) or \log(x^k)"),
        (r"\sin‸^{-1} x = 1", "the reciprocal a fraction"),
        (r"\exp ‸-x = 1", "brackets are needed"),
        (r"‸\sigma(1 - \sigma) = 1", "a number elsewhere"),
        (r"‸f(x) = 1", "declare it"),
        (r"‸L(\theta) = 1", "looks like a function"),
        (r"‸g(x + 1) = 1", "looks like a function"),
        (r"\frac{d}{dx} (x + 1) ‸x = 1", "put brackets"),
        (r"\nabla_x f ‸g = 1", "put brackets"),
        (r"\frac{\partial ‸L}{\partial x} = 0", "define it"),
        (r"\frac{d}{dx} ‸y = 0", "define it"),
        (r"\nabla_x ‸f = 0", "define it"),
        (r"\partial ‸h_i/\partial x_j = 0", "define it"),
        (r"\operatorname{softmax}‸_j(z) = 1", r"softmax(z)_j"),
        # commands
        (r"‸\sum x = 1", "runs over"),
        (r"\sum_{‸i=0} x_i = 1", "needs its upper end"),
        (r"\sum_{i=1}^n‸^m x_i = 1", "one script below"),
        (r"‸\int x\,dx = 1", "both ends"),
        (r"\int_0^1 x = 1‸", "expected the differential"),
        (r"‸\nabla f = 1", "the variable of the gradient"),
        (r"‸\mathbb{E}[x] = 1", "under which law is this mean"),
        (r"‸\mathbf{1} = 1", "its size is needed"),
        (r"‸\mathbb{R} = 1", "the real numbers"),
        (r"‸\begin{cases} a & x > 0 \end{cases} = 1", "two rows or more"),
        (r"\begin{cases} a & x > 0 \\ b & x ‸< 1 \end{cases} = 1", "otherwise"),
        (r"\begin{cases} a ‸\\ b \end{cases} = 1", "expected `&`"),
        (r"\max ‸x = 1", "expected `(`"),
        (r"‸\min_i x_i = 1", "not supported yet"),
        (r"\lVert x \rVert_‸3 = 1", "the norms that are read"),
    ],
)
def test_refused(text: str, message: str) -> None:
    assert message in refused(text).message


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (r"x ‸\cdot y = 1", "x, y: real[n]", "may be read in two ways"),
        (r"A ‸\cdot B = A", "A, B: real[n,n]", "may be read in two ways"),
        (r"‸|A| = 1", "A: real[n,n]", r"\det A"),
        (r"A ‸x^\top = A", "A: real[n,n]; x: real[n]", "to the right of a row or a matrix"),
        (r"x^\top ‸y^\top = 1", "x, y: real[n]", "to the right of a row"),
        (r"x^\top ‸+ y = x", "x, y: real[n]", "a row and a column"),
        (r"A‸^{1/2} = A", "A: posdef[n,n]", "the powers -1, 2, 3"),
        (r"A‸^{99} = A", "A: posdef[n,n]", "the powers -1, 2, 3"),
        (r"A ‸x = b", "A: real[m,n]; b: real[m]", "declare what it is"),
        (r"‸c^\top = x", "c: real; x: real[n]", "this is a number"),
        (r"‸\sigma(x) = 1", "sigma: positive", r"\operatorname{sigmoid}(...)"),
        (r"‸\frac{d}{dx} x = 1", "d: real", r"\mathrm{d}"),
        (r"x_‸1 = 1", "x: real[n]; x1: real", "or the name that is declared"),
        (r"x_‸1 = 1", "x_1: real; x1: real", "both declared"),
        (r"x ‸+ y = 1", "x: real[n]; y: real[m]", "neither axes"),
        (r"A ‸x = 1", "A: real[n,m]; x: real[n]", "m"),
    ],
)
def test_refused_with_declarations(text: str, where: str, message: str) -> None:
    assert message in refused(text, where).message


HOSTILE = [
    "{" * 10_000 + "}" * 10_000,
    "{" * 200 + "x" + "}" * 200 + " = 1",
    "(" * 5_000,
    r"\frac{" * 2_000,
    r"\sqrt" * 3_000 + "x = 1",
    r"\hat" * 3_000 + "x = 1",
    "x^{" * 2_000 + "2" + "}" * 2_000 + " = 1",
    "x_{" * 2_000 + "2" + "}" * 2_000 + " = 1",
    r"\left(" * 1_000 + r"\right)" * 1_000,
    "|" * 19_999,
    "- " * 9_000 + "x = 1",
    r"\sum_{i=1}^n " * 1_500 + "x_i = 1",
    r"\frac{d}{dx} " * 1_500 + "x = 1",
    r"\nabla_x " * 2_000 + "x = 1",
    r"\begin{cases}" * 1_000,
    r"\begin{cases} 1 & x<0<1<2<3 \\" * 600 + r" 2 & \text{else} \end{cases} = 1",
    "x" * 20_000,
    "x " * 9_999 + "= 1",
    "x" * 30_000,
    "9" * 19_000 + " = 1",
    "9^{9^{9^{9}}} = 1",
    r"\mathrm{" + "a" * 10_000 + "} = 1",
    r"\def\a{\a\a}\a\a = 1",
    r"\newcommand{\x}{\x\x}\x",
    r"\csname def\endcsname",
    r"\input{/etc/passwd}",
    r"\immediate\write18{id}",
    r"\directlua{os.execute('id')}",
    "\x00\x1b[31m",
    "‮x = 1",
    "\\",
    "\\\\" * 5_000,
    "__import__('os').system('id')",
    "x = \ud800",
    r"\operatorname{__class__} = 1",
    r"\text{[].append} = 1",
    "&" * 100,
    r"\int_0^1" * 2_000,
    r"\log" * 5_000 + " x = 1",
    r"x^\top" * 3_000 + " = 1",
    r"\mathbb{E}_" * 3_000,
    r"\left.\right|" * 2_000,
]


def attempt(text: str) -> Statement | ParseError:
    """The statement, or why it is none; any other exception is a failure of the reader."""
    try:
        return parse(text, latex=True)
    except ParseError as error:
        return error


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_with_a_message_that_prints(text: str) -> None:
    found = attempt(text)
    assert isinstance(found, ParseError)
    assert len(str(found)) < 1_000
    assert all(c.isprintable() or c == "\n" for c in str(found))


WORDS = r"""
    \frac { } ^ _ x y i A T e d 1 12 + - = \le ( ) [ ] \left( \right) | \| \sum \sum_{i=1}^n \int_0^1 dx \hat
    \mathrm{KL} \log \sigma \top \cdot \odot / \begin{cases} \end{cases} & \\ \mathbb{E} , ; \partial \nabla
    \frac{d}{dx} \lim_{x\to0} ' ! \mathbf{1} H(X \mid \text{if} \max \infty \star \left. \right| \sqrt \delta {} ^{( _{
    \operatorname{relu} D_{\mathrm{KL}} p(x \sim \arg \min
    X Y \to \perp q(z|x) p_\theta(x) \mathbb{E}_{x\sim \mathbb{E}_{q(z|x)}[ p( D_{\mathrm{KL}}(p(x)\| P( \ne |X|
"""
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=600, deadline=None, database=None)
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_any_pieces_are_read_or_refused_with_a_position(text: str) -> None:
    found = attempt(text)
    assert isinstance(found, Statement) or 0 <= found.position <= len(text)
