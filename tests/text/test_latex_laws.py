"""Densities, expectations under them and structures of dependence in LaTeX."""

import pytest

from derive.page.latex import latex
from derive.text.errors import ParseError
from derive.text.statement import parse, parse_expression

SAME = {
    r"\log p(x) = \mathbb{E}_{q(z \mid x)}[\log p(x,z)] + D_{\mathrm{KL}}(q(z|x)\,\|\,p(z|x))": (
        "log p(x) = E_q(z|x)[log p(x,z)] + KL(q(z|x)||p(z|x))"
    ),
    r"\mathbb{E}_{x\sim p(x)}[x] = 0": "E_p(x)[x] = 0",
    r"\mathbb{E}_{x\sim p}[\log p(x)] = 0": "E_p(x)[log p(x)] = 0",
    r"\mathbb{E}_{x,y\sim p(x,y)}\left[\log \frac{p(x,y)}{p(x)p(y)}\right] = I(X;Y)": (
        "E_p(x,y)[log(p(x,y)/(p(x)*p(y)))] = I(X;Y)"
    ),
    r"\mathbb{E}_{z\sim q_\phi(\cdot\mid x)}[\log p_\theta(x\mid z)] = 0": "E_q_phi(z|x)[log p_theta(x|z)] = 0",
    r"\mathbb{E}_{x \sim p(x), y \sim q(y|x)}[x y] = 0": "E_p(x)q(y|x)[x*y] = 0",
    r"\mathbb{E}_{p(x)\,p(y)}\bigl[(y - a x)^2\bigr] \ge 0": "E_p(x)p(y)[(y - a*x)**2] >= 0",
    r"\mathbb{E}[\log p(x)] = -H(X)": "E[log p(x)] = -H(X)",
    r"\operatorname{Var}_{p(y \mid x)}[y] = \mathrm{Cov}_{p(y \mid x)}[y, y]": "Var_p(y|x)[y] = Cov_p(y|x)[y, y]",
    r"p_{\mathrm{data}}(x_1) = \hat p(\hat z)": "p_data(x1) = p_hat(z_hat)",
    r"D_{\mathrm{KL}}\bigl(p(y \mid x) \,\|\, q(y \mid x) \,\mid\, p(x)\bigr) \ge 0": "KL(p(y|x)||q(y|x) | p(x)) >= 0",
    r"H(p(x), q(x)) \ge H(p(x))": "H(p(x),q(x)) >= H(p(x))",
    r"\chi^2(p(x) \| q(x)) \ge \mathrm{KL}(p(x)\|q(x))": "chi2(p(x)||q(x)) >= KL(p(x)||q(x))",
    r"X_1 \to \hat Y \to Z": "X1 -> Y_hat -> Z",
    r"X \perp\!\!\!\perp Y \mid Z, W": "X _|_ Y | Z,W",
    r"X \indep Y": "X _|_ Y",
    r"P(X \ne Y) \le 1": "P(X != Y) <= 1",
    r"H(X) \le \log |\mathcal{X}|": "H(X) <= log |X|",
    r"q(\theta \mid x)^2 = \sqrt{p(\theta)}": "q(theta|x)**2 = sqrt(p(theta))",
    r"p(\mathbf{x} \mid \mathbf{z}) = 1": "p(x|z) = 1",
}


@pytest.mark.parametrize("text", SAME)
def test_says_the_same_as_the_plain_text(text: str) -> None:
    plain = parse(SAME[text])
    read = parse(text, latex=True)
    assert list(map(str, read.relations)) == list(map(str, plain.relations))


PRINTED = [
    "log p(x) = E_q_phi(z|x)[log p(x,z) - log q_phi(z|x)] + KL(q_phi(z|x)||p(z|x))",
    "KL(p(y|x)||q(y|x) | p(x)) = H(p(y|x),q(y|x) | p(x)) - H(p(y|x) | p(x))",
    "E_p(x)r(y|x)[E_q(z|y)[x*z]/2] = p(x)**2*q(y)",
    "X1 -> Y,W -> Z",
    "X _|_ Y _|_ W | Z",
    "TV(p(x),q(x)) <= P(X != Y)",
]


@pytest.mark.parametrize("text", PRINTED)
def test_the_page_is_read_back(text: str) -> None:
    expression = parse_expression(text)
    scope = {v.name: v for v in parse(text).symbols.values()}
    scoped = parse_expression(text, scope=scope)
    assert parse_expression(latex(scoped), scope=scope, latex=True) is scoped
    assert str(scoped) == str(expression)


def test_premises_in_latex() -> None:
    statement = parse(
        r"I(X;Z) \le I(X;Y)", given=[r"X \to Y \to Z", r"X \perp Y \mid Z", "X - Y - Z", "H(Y|X) = 0"], latex=True
    )
    assert list(map(str, statement.premises)) == ["X -> Y -> Z", "X _|_ Y | Z", "X -> Y -> Z", "H(Y|X) = 0"]


def test_a_declared_table_stays_a_table() -> None:
    table = parse(r"\mathbb{E}_{p(x)}[f_x] = p(x)", where="p: simplex[n]; f: real[n]", latex=True)
    assert str(table.relations[0]) == "E(p, [f[x] for x]) = p[x]"
    assert str(parse(r"\mathbb{E}_{k \sim p}[f_k] = 0", latex=True).relations[0]) == "E(p, [f[k] for k]) = 0"


MARK = "‸"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\log p(x)‸/q(x) = 0", "read in two ways"),
        (r"\log p(x) ‸q(y) = 0", "read in two ways"),
        (r"p(‸X) = 0", "the value of X is x"),
        (r"\mathbb{E}_{x \sim ‸q(z|x)}[x] = 0", "what is drawn, x, stands before the bar"),
        (r"\mathbb{E}_{p(x)q(‸x)}[x] = 0", "x has two laws"),
        (r"\mathbb{E}_{p(x)} ‸x = 0", "`[`"),
        (r"‸\mathrm{Var}_p[x] = 1", "needs what is drawn"),
        (r"\int_0^1 p(‸x)\,dx = 1", "bound by an integral"),
        (r"‸X \to Y", "at least three members"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text.replace(MARK, ""), latex=True)
    assert message in caught.value.message
    assert caught.value.position == text.index(MARK)
