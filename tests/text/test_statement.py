"""Statements that are read: their form, the shapes inferred, declarations, premises, definitions."""

from fractions import Fraction

import pytest

from derive.expr import domains
from derive.expr.leaves import Index, Let
from derive.expr.node import Expr, Sort, walk
from derive.expr.plain import plain
from derive.expr.propositions import Recurrence
from derive.expr.structure import Bound, Derivative
from derive.text.statement import parse, parse_expression


def form(text: str, where: str = "") -> str:
    return " ; ".join(plain(relation) for relation in parse(text, where).relations)


def shapes(text: str, where: str = "") -> dict[str, str]:
    return {name: ",".join(d.name for d in symbol.axes) for name, symbol in parse(text, where).symbols.items()}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        # relations
        ("a == b", "a = b"),
        ("a ≤ b", "a <= b"),
        ("a <= b < c", "a <= b ; b < c"),
        ("0 ≤ sigmoid(x) ≤ 1", "0 <= sigmoid(x) ; sigmoid(x) <= 1"),
        ("a ≠ b", "a != b"),
        ("same_argmin(x**2, abs(x), x)", "same_argmin(x**2, abs(x), x)"),
        # precedence
        ("-x**2 = y", "-x**2 = y"),
        ("(-x)**2 = y", "(-x)**2 = y"),
        ("-x*y = z", "-x * y = z"),
        ("a - b - c = a - (b - c)", "a - b - c = a - (b - c)"),
        ("a/b/c = a/(b*c)", "a / b / c = a / (b * c)"),
        ("a/b*c = y", "a / b * c = y"),
        ("2**3**2 = 512", "2**3**2 = 512"),
        ("x^-y = 1", "x**-y = 1"),
        ("x**-2**2 = 1", "x**-2**2 = 1"),
        ("(a*b)*c = a*(b*c)", "(a * b) * c = a * (b * c)"),
        ("a - -b = c", "a - -b = c"),
        ("A.T[1,2] = A[2,1]", "A.T[1, 2] = A[2, 1]"),
        # numbers are exact
        ("0.5 = 1/2", "1/2 = 1/2"),
        ("0.125*x = 1e-2", "1/8 * x = 1/100"),
        ("2/4 = 1.50", "2 / 4 = 3/2"),
        ("x + 1/2 = y", "x + 1/2 = y"),
        ("x*1/2 = y", "x * 1 / 2 = y"),
        ("pi + eulergamma > 3", "pi + eulergamma > 3"),
        # Unicode
        ("σ(x) = sigmoid(x)", "sigmoid(x) = sigmoid(x)"),
        ("σ + β₁ = sigma + beta1", "sigma + beta1 = sigma + beta1"),
        ("Σ(x, i, 1, n) = Sum(x, i, 1, n)", "Sum(x, i, 1, n) = Sum(x, i, 1, n)"),
        ("Π(x, i, 1, n) = x**n", "Prod(x, i, 1, n) = x**n"),
        ("2·x × y ⊙ z − 1 = 0", "2 * x * y * z - 1 = 0"),
        ("x² + x⁻¹ = x¹⁰", "x**2 + x**-1 = x**10"),
        ("-x² = y", "-x**2 = y"),
        ("√(x)² = x", "sqrt(x)**2 = x"),
        ("Γ(x) + ψ(x) + Φ(x) + φ(x) = gamma(x)", "gamma(x) + digamma(x) + Phi(x) + phi(x) = gamma(x)"),
        ("π = pi", "pi = pi"),
        ("(Aᵀ @ A)ᵀ = A⊤ @ A", "(A.T @ A).T = A.T @ A"),
        ("f′(x) = f'(x)", "f'(x) = f'(x)"),
        # a name is a function only before a bracket
        ("beta + gamma + lambda + S + I + E + D + N = 0", "beta + gamma + lambda + S + I + E + D + N = 0"),
        ("gamma(gamma) = phi", "gamma(gamma) = phi"),
        ("log 2 <= log K", "log(2) <= log(K)"),
        ("log n / n = log(n)/n", "log(n) / n = log(n) / n"),
        ("log x[i] = 1", "log(x[i]) = 1"),
        # SymPy's habits
        ("Abs(x) = abs(x)", "abs(x) = abs(x)"),
        ("ln(x) = log(x)", "log(x) = log(x)"),
        ("diff(x**2, x) = 2*x", "D(x**2, x) = 2 * x"),
        ("Sum(x[i], (i, 1, n)) = Sum(x[i], i, 1, n)", "Sum(x[i], i, 1, n) = Sum(x[i], i, 1, n)"),
        ("Sum(A[i,j], (i, 1, n), (j, 1, m)) = 1", "Sum(Sum(A[i, j], i, 1, n), j, 1, m) = 1"),
        ("KroneckerDelta(i, j) = delta(i, j)", "delta(i, j) = delta(i, j)"),
        # functions
        ("max(a, b, c) >= min(a, b)", "max(max(a, b), c) >= min(a, b)"),
        ("relu'(x) = D(relu)(x)", "relu'(x) = relu'(x)"),
        ("f''(x) = D(f)(x)", "f''(x) = f'(x)"),
        ("f(x, y) = g(y)", "f(x, y) = g(y)"),
        ("where(x > 0, x, 0) = relu(x)", "where(x > 0, x, 0) = relu(x)"),
        ("at(x**2 + y, x, 3, y, 1) = 10", "at(x**2 + y, x, 3, y, 1) = 10"),
        ("Sum(1/2**k, k, 0, oo) = 2", "Sum(1 / 2**k, k, 0, oo) = 2"),
        ("Sum(exp(-k**2), k, -oo, ∞) > 0", "Sum(exp(-k**2), k, -oo, oo) > 0"),
        ("Max(z[k], k, 1, K) <= logsumexp(z)", "Max(z[k], k, 1, K) <= logsumexp(z)"),
        ("logsumexp(z[k], k, 1, K) = logsumexp(z)", "logsumexp(z[k], k, 1, K) = logsumexp(z)"),
        ("softmax(z, over=C) = softmax(z)", "softmax(z) = softmax(z)"),
        ("grad(x @ x, x) = 2*x", "D(x @ x, x) = 2 * x"),
        ("[A[i,j] - A[j,i] for i, j] = A - A.T", "[A[i, j] - A[j, i] for i, j] = A - A.T"),
        # information
        ("H(X,Y|Z) = H(X|Z) + H(Y|X,Z)", "H(X,Y|Z) = H(X|Z) + H(Y|X,Z)"),
        ("I(X;Y;Z) = I(X;Y) - I(X;Y|Z)", "I(X;Y;Z) = I(X;Y) - I(X;Y|Z)"),
        ("2 I(X;Y) <= H(X) + H(Y)", "2 * I(X;Y) <= H(X) + H(Y)"),
        ("1/2 H(X) - 0.5 H(X|Y) = 1/2 I(X;Y)", "1/2 * H(X) - 1/2 * H(X|Y) = 1/2 * I(X;Y)"),
        ("-2 I_q(X;Z) <= 0", "-2 * I_q(X;Z) <= 0"),
        # definitions come first
        ("s @ s = 1; with s = softmax(z)", "softmax(z) @ softmax(z) = 1"),
        ("D(b, x) = 2*a; with a = x + 1; b = a**2", "D((x + 1)**2, x) = 2 * (x + 1)"),
        ("x = y;", "x = y"),
    ],
)
def test_form(text: str, printed: str) -> None:
    assert form(text, "f, g: function") == printed


@pytest.mark.parametrize(
    ("text", "where", "inferred"),
    [
        ("x + y = z", "", {"x": "", "y": "", "z": ""}),
        ("softmax(z)[i] = exp(z[i]) / Sum(exp(z[j]), j, 1, n)", "", {"z": "n"}),
        ("softmax(z + c) = softmax(z)", "", {"z": "n", "c": ""}),
        ("D(x @ A @ x, x) = (A + A.T) @ x", "", {"x": "n", "A": "n,n"}),
        ("Sum(w[i]*x[i], i, 1, d) = w @ x", "", {"w": "d", "x": "d"}),
        ("Sum(x[i+1] - x[i], i, 1, n) = x[n+1] - x[1]", "", {"x": "n + 1"}),
        ("Sum(x[i] - x[i+1], i, 1, n-1) = x[1] - x[n]", "", {"x": "n"}),
        ("Sum(Sum(a[i,j], j, 1, i), i, 1, n) = 0", "", {"a": "n,n"}),
        ("Sum(Sum(w[k]*x[t+k-1], k, 1, K), t, 1, T) = 0", "", {"w": "K", "x": "T + K - 1"}),
        ("Sum(x[n+1-i], i, 1, n) = Sum(x[i], i, 1, n)", "", {"x": "n"}),
        ("x[1] + x[2] = 0", "", {"x": "2"}),
        ("norm(x - y) <= norm(x) + norm(y)", "", {"x": "n", "y": "n"}),
        ("grad(tr(A @ B), A) = B.T", "", {"A": "n,m", "B": "m,n"}),
        ("P = softmax(Q @ K.T / sqrt(d))", "", {"P": "n,m", "Q": "n,k", "K": "m,k", "d": ""}),
        ("(A @ X)[i,j] = Sum(A[i,k]*X[k,j], k, 1, n)", "", {"A": "m,n", "X": "n,d"}),
        ("diag(s) - outer(s, s) = J; with s = softmax(z)", "", {"z": "n", "J": "n,n"}),
        ("inv(A + lambda*eye(n)) @ A = B", "", {"A": "n,n", "lambda": "", "B": "n,n"}),
        ("Sum(x**2, N) = norm(x)**2", "", {"x": "N"}),
        ("A @ x = b", "", {"A": "n,m", "x": "m", "b": "n"}),
        ("(x - mu) @ inv(Sigma) @ (x - mu) >= 0", "", {"x": "n", "mu": "n", "Sigma": "n,n"}),
        ("A @ x = y", "A: real[m,n+1]", {"A": "m,n + 1", "x": "n + 1", "y": "m"}),
        ("X @ W.T + b = Z", "X: real[B,F]; W: real[H,F]; b: real[H]", {"X": "B,F", "W": "H,F", "b": "H", "Z": "B,H"}),
        ("p[k] <= 1", "k: int in [1,n]", {"p": "n"}),
        ("x[i]*x[j] = 1", "", {"x": "n"}),
        ("A[i,i] = 0", "", {"A": "n,n"}),
        ("softmax(z, over=C) = p", "z: real[B,C]", {"z": "B,C", "p": "B,C"}),
        ("I(X;Y) >= 0", "", {"X": "", "Y": ""}),
    ],
)
def test_shapes_are_inferred(text: str, where: str, inferred: dict[str, str]) -> None:
    assert shapes(text, where) == inferred


def test_axes_of_one_size_are_one_dim() -> None:
    symbols = parse("Sum(x[i]*y[i], i, 1, n) = x @ y").symbols
    assert symbols["x"].axes[0] is symbols["y"].axes[0]


def test_declarations() -> None:
    where = (
        "x: real; n: int in [1,6]; s: positive[n] in [1/4,2]; b: unit; p: simplex[K]; W: real[m,n+1]; "
        "A: symmetric[n,n]; C: posdef[n,n]; y: onehot[K]; f: function; c, d: nonneg; v: binary[n]; "
        "t: int in [-2,3]; r: unit_closed"
    )
    symbols = parse("x = x", where).symbols
    assert {name: symbol.domain.name for name, symbol in symbols.items()} == {
        "x": "real", "n": "counting", "s": "positive", "b": "unit", "p": "simplex", "W": "real", "A": "symmetric",
        "C": "posdef", "y": "onehot", "f": "function", "c": "nonneg", "d": "nonneg", "v": "binary", "t": "int",
        "r": "unit_closed",
    }  # fmt: skip
    s, n, W, A = (symbols[name] for name in "snWA")
    assert (s.domain.lower, s.domain.upper) == (Fraction(1, 4), 2)
    assert (n.domain.lower, n.domain.upper) == (1, 6)
    assert (symbols["t"].domain.lower, symbols["t"].domain.upper) == (-2, 3)
    assert symbols["p"].sort is Sort.DISTRIBUTION
    assert symbols["f"].sort is Sort.FUNCTION
    assert s.axes[0].size is n
    assert plain(W.axes[1].size) == "n + 1"
    assert A.axes[0] is A.axes[1] is s.axes[0]


def test_one_size_formula_is_one_dim() -> None:
    symbols = parse("x = y", "x: real[n+1]; y: real[n+1]").symbols
    assert symbols["x"].axes[0] is symbols["y"].axes[0]


def test_the_name_of_a_size_is_its_size() -> None:
    statement = parse("Sum(x)/n = m", "x: real[n]")
    assert statement.symbols["x"].axes[0].size in walk(statement.relations[0])
    assert "n" not in statement.symbols


def test_an_integer_up_to_a_size_is_a_free_index() -> None:
    statement = parse("y[k] <= 1", "k: int in [1,n]; y: real[n]")
    (k,) = (e for e in walk(statement.relations[0]) if isinstance(e, Index))
    assert k.dim is statement.symbols["y"].axes[0]


def test_a_range_with_formulas_is_a_premise() -> None:
    statement = parse("x <= b", "x: real in [a, b]")
    assert [plain(e) for e in statement.premises] == ["a <= x", "x <= b"]


def test_undeclared_bounds_are_sizes_and_undeclared_names_are_real() -> None:
    statement = parse("Sum(r**k, k, 0, n) = s")
    assert {name: symbol.domain for name, symbol in statement.symbols.items()} == dict.fromkeys("rs", domains.REAL)


def test_premises_share_the_names_of_the_statement() -> None:
    statement = parse("A @ x = A.T @ x", given=("A = A.T; a > b", "Sum(y[k], k, 1, K) = 1"))
    assert [plain(e) for e in statement.premises] == ["A = A.T", "a > b", "Sum(y[k], k, 1, K) = 1"]
    assert statement.symbols["A"] in walk(statement.premises[0])
    assert list(statement.symbols) == ["A", "x", "a", "b", "y"]


def test_a_free_index_belongs_to_its_formula() -> None:
    statement = parse("y[k] <= 1", given=("y[k] >= 0; y[k] <= 2", "y[k] != 3"))
    (own,) = (e for e in walk(statement.relations[0]) if isinstance(e, Index))
    assert all(own not in walk(premise) for premise in statement.premises)


def test_recurrences() -> None:
    statement = parse(
        "m[T] = (1 - beta)*Sum(beta**(T-i)*g[i], i, 1, T)",
        "beta: unit",
        ("m[0] = 0; m[t] = beta*m[t-1] + (1-beta)*g[t] for t in [1,T]",),
    )
    (premise,) = statement.premises
    assert isinstance(premise, Recurrence)
    assert plain(premise) == "m[0] = 0; m[t] = beta * m[t - 1] + (1 - beta) * g[t] for t in [1, T]"
    assert premise.family is statement.symbols["m"]
    assert premise.index.dim is statement.symbols["g"].axes[0]
    assert plain(statement.relations[0]).startswith("m[T] = ")


def test_a_recurrence_keeps_the_declaration_of_its_family() -> None:
    given = ("theta[0] = x; theta[t] = theta[t-1] - g for t in [1,oo]",)
    statement = parse("theta[1] = x - g", "theta, x, g: real[n]", given)
    (premise,) = statement.premises
    assert isinstance(premise, Recurrence)
    assert premise.index.dim is None
    assert statement.symbols["theta"].axes == statement.symbols["x"].axes


def test_a_recurrence_can_be_the_statement() -> None:
    (relation,) = parse("m[0] = 0; m[t] = m[t-1] + 1 for t in [1,T]").relations
    assert isinstance(relation, Recurrence)


def test_a_definition_is_substituted_under_derivatives() -> None:
    (relation,) = parse("D(a, x) = 2*x; with a = x**2").relations
    derivative = relation.args[0]
    assert isinstance(derivative, Derivative)
    assert plain(derivative.f) == "x**2"


def test_premises_see_the_definitions() -> None:
    assert [plain(e) for e in parse("a > 0; with a = x**2", given=("a > 1",)).premises] == ["x**2 > 1"]


def test_a_bound_index_shadows_a_symbol() -> None:
    (relation,) = parse("Sum(k, k, 1, n) = k", "k: real").relations
    total, k = relation.args
    assert isinstance(total, Bound)
    assert total.body is total.index
    assert total.index is not k


def test_nested_bound_indices_of_one_name_are_two() -> None:
    (relation,) = parse("Sum(x[i] * Sum(y[i], i, 1, m), i, 1, n) = 0").relations
    indices = {e.index for e in walk(relation) if isinstance(e, Bound)}
    assert len(indices) == 2


def test_an_index_has_a_dim_only_if_it_runs_over_all_of_it() -> None:
    dims = [
        e.index.dim
        for text in ("Sum(x[i], i, 1, n) = 0", "Sum(x[i], i, 2, n) = 0", "Sum(x[i+1] - x[i], i, 1, n) = 0")
        for e in walk(parse(text, "").relations[0])
        if isinstance(e, Bound)
    ]
    assert [None if d is None else d.name for d in dims] == ["n", None, None]


def test_a_scope_gives_terms_and_symbols() -> None:
    x = parse_expression("x", where="x: real[n]")
    term = Let("loss", x @ x)
    e = parse_expression("D(loss, x) + x", scope={"loss": term, "x": x})
    assert plain(e) == "D(loss, x) + x"
    assert isinstance(e.args[0], Derivative)
    assert e.args[0].f is term


def test_a_scope_holds_expressions_and_dims_only() -> None:
    with pytest.raises(TypeError, match="a scope holds"):
        parse_expression("x", scope={"x": 0.5})


def test_a_greek_name_in_a_scope_has_both_spellings() -> None:
    sigma = parse_expression("σ")
    scope: dict[str, Expr] = {"σ": sigma}
    assert parse_expression("σ", scope=scope) is parse_expression("sigma", scope=scope) is sigma


def test_an_expression_may_be_a_proposition() -> None:
    assert plain(parse_expression("x <= y")) == "x <= y"
    assert plain(parse_expression("m[0] = 0; m[t] = 1 for t in [1,oo]")) == "m[0] = 0; m[t] = 1 for t in [1, oo]"


def test_the_source_is_kept() -> None:
    assert parse("x = x ").source == "x = x "


def test_reading_is_repeatable() -> None:
    text = "softmax(Q @ K.T / sqrt(d)) @ V = Y"
    first, second = (parse(text) for _ in range(2))
    assert list(first.symbols) == list(second.symbols)
    assert [[d.name for d in s.axes] for s in first.symbols.values()] == [
        [d.name for d in s.axes] for s in second.symbols.values()
    ]
