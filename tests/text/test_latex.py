"""What LaTeX means: each formula beside the plain text that says the same."""

import pytest

from derive.text.statement import parse, parse_expression

SAME = [
    # scalars
    (r"\frac{1}{2} + x = \frac12 + x", "1/2 + x = 1/2 + x", ""),
    (r"\tfrac1n \dfrac{a+b}{c} = \frac{\frac{a}{b}}{c}", "1/n * ((a + b)/c) = (a/b)/c", ""),
    (r"2 a b = a \cdot 2 \cdot b", "2*a*b = a*2*b", ""),
    (r"a(b+c) = ab + ac", "a*(b + c) = a*b + a*c", ""),
    (r"-x^2 y = -(x^2 y)", "-(x**2*y) = -(x**2*y)", ""),
    (r"a - b c = a + (-b) c", "a - b*c = a + (-b)*c", ""),
    (r"x^{n+1} = x^n x", "x**(n + 1) = x**n*x", ""),
    (r"{x^2}^3 = x^{2 \cdot 3}", "(x**2)**3 = x**(2*3)", ""),
    (r"\sqrt{x} = \sqrt[2]{x}", "sqrt(x) = x**(1/2)", ""),
    (r"a/b = \frac{a}{b}", "a/b = a/b", ""),
    (r"a b/c \cdot d = 1/2 \cdot d", "(a*b)/c*d = 1/2*d", ""),
    (r"0.25 x = x/4", "1/4*x = x/4", ""),
    (r"e^{-x} = \exp(-x) = \mathrm{e}^{-x}", "exp(-x) = exp(-x) = exp(-x)", ""),
    (r"e^x = e^{x}", "e**x = e**x", "e: real"),
    (r"n! = \Gamma(n+1)", "gamma(n + 1) = gamma(n + 1)", ""),
    (r"|x| = \left|x\right| = \lvert x \rvert", "abs(x) = abs(x) = abs(x)", ""),
    (r"|a|b|c| = |a| b |c|", "abs(a)*b*abs(c) = abs(a)*b*abs(c)", ""),
    (r"\left\{ a + b \right\} c = \bigl[a+b\bigr] c", "(a + b)*c = (a + b)*c", ""),
    (r"a \le b \leq c < d", "a <= b <= c < d", ""),
    (r"a \ge b \geq c \ne d \neq f", "a >= b >= c != d != f", ""),
    (r"x \, y \; z \quad w = x\!y z~w", "x*y*z*w = x*y*z*w", ""),
    # functions
    (r"\log x = \ln x = \log(x)", "log(x) = log(x) = log(x)", ""),
    (r"\log \frac{a}{b} = \log a - \log b", "log(a/b) = log(a) - log(b)", ""),
    (r"\log 2\pi\sigma^2 = \log(2\pi\sigma^2)", "log(2*pi*sigma**2) = log(2*pi*sigma**2)", ""),
    (r"\sin x \cos y = \cos y \sin x", "sin(x)*cos(y) = cos(y)*sin(x)", ""),
    (r"y \log p + (1-y) \log(1-p) = 0", "y*log(p) + (1 - y)*log(1 - p) = 0", ""),
    (r"\log x^2 = 2\log x", "log(x**2) = 2*log(x)", ""),
    (r"\sin^2 x + \cos^2(x) = 1", "sin(x)**2 + cos(x)**2 = 1", ""),
    (r"\log_2 x = \frac{\log x}{\log 2}", "log(x)/log(2) = log(x)/log(2)", ""),
    (r"\log\Gamma(x) = \psi(x) + \psi'(x)", "loggamma(x) = digamma(x) + trigamma(x)", ""),
    (r"\sigma(z) = \operatorname{sigmoid}(z)", "sigmoid(z) = sigmoid(z)", ""),
    (r"\sigma'(z) = \sigma(z)\bigl(1-\sigma(z)\bigr)", "sigmoid'(z) = sigmoid(z)*(1 - sigmoid(z))", ""),
    (r"\Phi(x) + \varphi(x) = \phi(x)", "Phi(x) + phi(x) = phi(x)", ""),
    (r"\operatorname{ReLU}(x) = \max(0, x) = \max\{0,x\}", "relu(x) = max(0, x) = max(0, x)", ""),
    (r"f(x) + f'(x) = f(2x)", "f(x) + f'(x) = f(2*x)", "f: function"),
    (r"\tanh\left(\frac{x}{2}\right) = \mathrm{erf}(x)", "tanh(x/2) = erf(x)", ""),
    (r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases} = x", "where(x > 0, x, 0) = x", ""),
    (r"\begin{cases} a, & x \le 0 \\ b, & x > 0 \end{cases} = c", "where(x <= 0, a, b) = c", ""),
    (
        r"\begin{cases} a & 0 \le x < 1 \\ b & x = 2 \\ c & \text{else} \end{cases} = c",
        "where(0 <= x, where(x < 1, a, where(x = 2, b, c)), where(x = 2, b, c)) = c",
        "",
    ),
    (r"\mathbb{1}[x > 0] x = \mathbf{1}_{x > 0} x", "where(x > 0, 1, 0)*x = where(x > 0, 1, 0)*x", ""),
    (r"\left. x^2 y \right|_{x=2, y=a} = 4a", "at(x**2*y, x, 2, y, a) = 4*a", ""),
    # names
    (r"\beta_1 + \beta_{12} = \alpha_t", "beta1 + beta12 = alpha_t", ""),
    (r"\hat m + \hat{m} + \bar x_1 = \tilde{\theta}", "m_hat + m_hat + x_bar1 = theta_tilde", ""),
    (r"\hat{x_1} = \widehat{x_1}", "x1_hat = x1_hat", ""),
    (r"m_{\mathrm{new}} + p_\theta = \theta^\star + \theta^*", "m_new + p_theta = theta_star + theta_star", ""),
    (r"\mathrm{nll} + \text{nll} = \mathcal{L}", "nll + nll = loss", ""),
    (r"\mathcal{L} = 1", "L = 1", "L: real"),
    (r"\beta_1 = 1", "beta_1 = 1", "beta_1: real"),
    (r"x_{max} + x_{a,b} = H_{xy}", "x_max + x_a_b = H_xy", ""),
    (r"\varepsilon = \lambda", "epsilon = lambda", ""),
    ("α ≤ β·γ", "alpha <= beta*gamma", ""),
    (r"y = a x, \text{ where } a = 2", "y = a*x; with a = 2", ""),
    (r"$$ x = x. $$", "x = x", ""),
    (r"\( x = x \)", "x = x", ""),
    # sums
    (r"\sum_{i=1}^n (x_i - \bar x)^2 + 1 = 0", "Sum((x[i] - x_bar)**2, i, 1, n) + 1 = 0", ""),
    (r"\sum_{i=1}^{n} a_i b_i c = \frac1n \sum_{i=1}^n a_i", "Sum(a[i]*b[i]*c, i, 1, n) = 1/n*Sum(a[i], i, 1, n)", ""),
    (r"\prod_{k=0}^{n-1} r^k = \sum\limits_{k=0}^{n-1} r^k", "Prod(r**k, k, 0, n-1) = Sum(r**k, k, 0, n-1)", ""),
    (r"\sum_{k=0}^\infty r^k = \frac{1}{1-r}", "Sum(r**k, k, 0, oo) = 1/(1 - r)", ""),
    (r"\sum_i x_i = 0", "Sum(x[i], i, 1, n) = 0", "x: real[n]"),
    (r"\sum_{i,j} W_{ij} = 0", "Sum(Sum(W[i,j], j, 1, m), i, 1, n) = 0", "W: real[n,m]"),
    (r"\sum_{i,j=1}^n W_{ij} = 0", "Sum(Sum(W[i,j], j, 1, n), i, 1, n) = 0", ""),
    (r"\max_{1 \le i \le n} x_i = \max_i x_i", "Max(x[i], i, 1, n) = Max(x[i], i, 1, n)", "x: real[n]"),
    (r"1/n \sum_{i=1}^n x_i = 0", "1/n*Sum(x[i], i, 1, n) = 0", ""),
    (r"\sum_{i=1}^2 x_i = x_1 + x_2", "Sum(x[i], i, 1, 2) = x[1] + x[2]", ""),
    (r"\sum_{i=1}^n x_{i+1} - x_i = 0", "Sum(x[i+1], i, 1, n) - x[i] = 0", ""),
    (r"W_{12} = W_{2,1}", "W[1,2] = W[2,1]", "W: real[3,3]"),
    # tensors
    (r"A x = b", "A @ x = b", "A: real[m,n]; x: real[n]; b: real[m]"),
    (r"x^\top y = y^{\mathsf T} x", "x @ y = y @ x", "x, y: real[n]"),
    (r"x y^\top = (y x^T)^\top", "outer(x, y) = outer(y, x).T", "x: real[n]; y: real[m]"),
    (r"x^\top A y = y^\top A^\top x", "x @ A @ y = y @ A.T @ x", "A: real[m,n]; x: real[m]; y: real[n]"),
    (r"(AB)^\top = B^\top A^\top", "(A @ B).T = B.T @ A.T", "A: real[m,n]; B: real[n,k]"),
    (r"2 \lambda A x = \lambda (2 A x)", "2*lambda*A @ x = lambda*(2*A @ x)", "A: real[m,n]; x: real[n]"),
    (r"A^{-1} A = \mathbf{I}_n", "inv(A) @ A = eye(n)", "A: posdef[n,n]"),
    (r"A^2 = A A", "A @ A = A @ A", "A: real[n,n]"),
    (r"A^{\odot 2} = A \odot A", "A**2 = A*A", "A: real[n,m]"),
    (r"A^{-\top} = A^{-1}", "inv(A).T = inv(A)", "A: symmetric[n,n]"),
    (r"x^2 = x \odot x", "x**2 = x*x", "x: real[n]"),
    (r"y \log p = \log p \odot y", "y*log(p) = log(p)*y", "y, p: positive[n]"),
    (r"\mathbf{x}^\top \mathbf{x} = \sum_i x_i^2", "x @ x = Sum(x[i]**2, i, 1, n)", "x: real[n]"),
    (r"\lVert x \rVert_2^2 = \|x\|^2", "norm(x)**2 = norm(x)**2", "x: real[n]"),
    (r"\|x\|_1 = \|x\|_\infty", "Sum(abs(x)) = Max(abs(x))", "x: real[n]"),
    (r"\langle x, y \rangle = x^\top y", "x @ y = x @ y", "x, y: real[n]"),
    (r"\operatorname{tr}(A) = \det A", "tr(A) = det(A)", "A: real[n,n]"),
    (r"\gamma^T = \gamma^{T-1} \gamma", "gamma**T = gamma**(T - 1)*gamma", ""),
    (r"[x_i y_j]_{ij} = x y^\top", "[x[i]*y[j] for i, j] = outer(x, y)", "x: real[n]; y: real[m]"),
    (r"\delta_{ij} x_j = \delta_{i,j} x_i", "delta(i, j)*x[j] = delta(i, j)*x[i]", "x: real[n]"),
    # derivatives, integrals, limits
    (r"\frac{\partial f}{\partial x} = \frac{d}{dx} f, \text{ where } f = x^2", "D(f, x) = D(f, x); with f = x**2", ""),
    (r"\frac{\mathrm d}{\mathrm d x} \tanh x = 1 - \tanh^2 x", "D(tanh(x), x) = 1 - tanh(x)**2", ""),
    (r"\frac{d^2}{dx^2} x^3 = 6x", "D(D(x**3, x), x) = 6*x", ""),
    (r"\frac{\partial^2 f(x, y)}{\partial x\,\partial y} = 0", "D(D(f(x, y), y), x) = 0", "f: function"),
    (r"\partial f/\partial x = \partial_x f", "D(f, x) = D(f, x)", "f: real"),
    (r"\frac{d}{dx} x \sin x = 0", "D(x*sin(x), x) = 0", ""),
    (r"\frac{d}{dx} x^2 + 1 = 0", "D(x**2, x) + 1 = 0", ""),
    (r"\frac{d}{d+1} = d", "d/(d + 1) = d", ""),
    (
        r"\frac{\partial}{\partial z_j} \log \sum_k e^{z_k} = 0",
        "D(log(Sum(exp(z[k]), k, 1, n)), z[j]) = 0",
        "z: real[n]",
    ),
    (r"\nabla_x \|x\|^2 = 2x", "grad(norm(x)**2, x) = 2*x", "x: real[n]"),
    (r"\nabla_x^2 (x^\top A x) = A + A^\top", "hessian(x @ A @ x, x) = A + A.T", "x: real[n]; A: real[n,n]"),
    (r"\int_0^1 x^2\,dx = \frac13", "Integral(x**2, x, 0, 1) = 1/3", ""),
    (r"\int_0^1 \int_0^1 x y \, dx \, dy = 0", "Integral(Integral(x*y, x, 0, 1), y, 0, 1) = 0", ""),
    (r"\int_{-\infty}^{\infty} e^{-t^2} \mathrm{d}t = \sqrt\pi", "Integral(exp(-t**2), t, -oo, oo) = sqrt(pi)", ""),
    (r"\lim_{x \to \infty} \frac{1}{x} = 0", "Limit(1/x, x, oo) = 0", ""),
    (r"\lim_{x\to 0^+} \frac{\sin x}{x} + 1 = 2", "Limit(sin(x)/x, x, 0) + 1 = 2", ""),
    # information
    (r"H(X \mid Y) = H(X,Y) - H(Y)", "H(X|Y) = H(X,Y) - H(Y)", ""),
    (r"I(X;Y|Z) \ge 0", "I(X;Y|Z) >= 0", ""),
    (r"2 I(X;Y) \le \frac{1}{2} H(X) + I_q(X;Y)", "2*I(X;Y) <= 1/2*H(X) + I_q(X;Y)", ""),
    (r"I(\hat Y; X_1) \ge 0", "I(Y_hat;X1) >= 0", ""),
    (r"\mathbb{E}_p[\log p] = \mathbb{E}_{k \sim p}[p_k]", "E(p, log(p)) = E(p, [p[k] for k])", "p: simplex[n]"),
    (r"D_{\mathrm{KL}}(p\|q) = D_{KL}[p \| q] = \mathrm{KL}(p \Vert q)", "KL(p||q) = KL(p||q) = KL(p||q)", ""),
    (r"H(p,q) = H(p) + D_{\mathrm{KL}}(p\|q)", "H(p,q) = H(p) + KL(p||q)", ""),
    (r"\mathrm{JS}(p,q) + D_{\mathrm{TV}}(p,q) = \chi^2(p\|q)", "JS(p,q) + TV(p,q) = chi2(p||q)", ""),
    (r"\operatorname{h}(t) = x^{H(\hat Y, X_1 \mid Z)} + 1", "h(t) = x**H(Y_hat,X1|Z) + 1", ""),
    (r"\mathbb{E}_{x \sim p}[f(x)] = 0", "E(p, [f(x) for x]) = 0", "f: function; p: simplex[n]"),
    (
        r"\arg\min_\theta \frac12 (\theta - a)^2 = \operatorname*{arg\,min}_{\theta} (\theta - a)^2",
        "same_argmin(1/2*(theta - a)**2, (theta - a)**2, theta)",
        "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "plain", "where"), SAME, ids=[each[0] for each in SAME])
def test_reads_as(latex: str, plain: str, where: str) -> None:
    read, meant = parse(latex, where, latex=True), parse(plain, where)
    assert list(map(str, read.relations)) == list(map(str, meant.relations))
    assert {s.name: len(s.axes) for s in read.symbols.values()} == {s.name: len(s.axes) for s in meant.symbols.values()}


def test_a_premise_tells_that_a_name_is_indexed() -> None:
    read = parse("m_1 = g_1", given=("m[0] = 0; m[t] = m[t-1] + g for t in [1,T]",), latex=True)
    assert str(read.relations[0]) == "m[1] = g1"


def test_the_source_says_that_it_is_latex() -> None:
    assert parse(r"\frac{a}{b} = c", latex=True).latex
    assert not parse("a/b = c").latex


def test_an_expression_by_itself() -> None:
    assert str(parse_expression(r"\frac{a}{b}\,x_1", latex=True)) == "a / b * x1"


def test_the_given_scope_counts() -> None:
    x = parse("x = x", "x: real[n]").symbols["x"]
    assert str(parse_expression("x_i + x_1", scope={"x": x}, latex=True)) == "x[i] + x[1]"
