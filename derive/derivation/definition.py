"""Definitions, used in both directions: opened where a derivative or a logarithm needs them, recognised at the end."""

from __future__ import annotations

from derive.derivation.entry import entry, of_sum, tensor
from derive.derivation.logarithm import of
from derive.derivation.rewrite import Rewrite
from derive.derivation.written import TWO, minus, over, split, times
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, Index, Let, indices_along
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, cosh, exp, gamma_function, log, loggamma, sigmoid, sinh, softplus, sqrt, tanh
from derive.expr.structure import Bound, Derivative, Indexed, over_dim
from derive.expr.substitute import free_indices, substitute
from derive.expr.tensor import Along, Array, MatMul, Reduce
from derive.meaning.matrix_form import matrix_form

# -- opened


def open_logsumexp(e: Expr) -> Rewrite | None:
    """logsumexp(z) = log Σ exp zᵢ."""
    if isinstance(e, Along) and e.name == "logsumexp" and len(e.args[0].axes) == 1:
        k = Index.along(e.over)
        return Rewrite("definition(logsumexp)", log(over_dim("sum", exp(entry(e.args[0], (k,))), k)), {"z": e.args[0]})
    if isinstance(e, Bound) and e.kind == "logsumexp":
        return Rewrite("definition(logsumexp)", log(Bound.of("sum", exp(e.body), e.index, e.low, e.high)), {})
    return None


def open_softmax(e: Expr) -> Rewrite | None:
    """softmax(z)ⱼ = exp zⱼ / Σ exp zᵢ."""
    if not isinstance(e, Indexed) or not isinstance(e.of_what, Along) or e.of_what.name != "softmax":
        return None
    (z,) = e.of_what.args
    at = e.of_what.place
    k = Index.along(e.of_what.over)
    below = over_dim("sum", exp(entry(z, (*e.places[:at], k, *e.places[at + 1 :]))), k)
    return Rewrite("definition(softmax)", over(exp(entry(z, e.places)), below), {"z": z})


def open_norm(e: Expr) -> Rewrite | None:
    """‖x‖² = Σ xᵢ², and ‖x‖ = √Σ xᵢ²."""
    squared = isinstance(e, Pow) and e.args[1] is TWO
    norm = e.args[0] if squared else e
    if not isinstance(norm, Reduce) or norm.kind != "norm" or norm.axes:
        return None
    (u,) = norm.args
    at = indices_along(u.axes)
    out: Expr = entry(u, at) ** 2
    for i in reversed(at):
        out = over_dim("sum", out, i)
    return Rewrite("definition(norm)", out if squared else sqrt(out), {"x": u})


def open_squared_norm(e: Expr) -> Rewrite | None:
    """Only the square of a norm: it has no root."""
    return open_norm(e) if isinstance(e, Pow) else None


def open_operation(e: Expr) -> Rewrite | None:
    """A function with a definition by others: σ, softplus, tanh, cosh and their like."""
    if not isinstance(e, Apply) or e.operation.unfold is None or e.operation.name == "sqrt":
        return None
    bindings = {"x": e.args[0]} if len(e.args) == 1 else {}
    return Rewrite(f"definition({e.operation.name})", e.operation.unfold(*e.args), bindings)


def open_slope(e: Expr) -> Rewrite | None:
    """The derivative f′ of an operation that has one by name: relu′ is step."""
    return open_operation(e) if isinstance(e, Apply) and e.operation.name.endswith("'") else None


def open_mirror(e: Expr) -> Rewrite | None:
    """σ(−x) = 1 − σ(x)."""
    x = of(e, sigmoid)
    return Rewrite("sigmoid-mirror", 1 - sigmoid(x.args[0]), {"x": x.args[0]}) if isinstance(x, Neg) else None


def open_matmul(e: Expr) -> Rewrite | None:
    """An entry of a product of matrices is a sum of products."""
    what, at = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
    if not isinstance(what, MatMul) or len(what.axes) != len(at):
        return None
    left, right = what.args
    k = Index.along(left.axes[-1])
    cut = len(left.axes) - 1
    body = times(entry(left, (*at[:cut], k)), entry(right, (k, *at[cut:])))
    return Rewrite("definition(matrix-product)", over_dim("sum", body, k), {"A": left, "B": right})


def open_product_with_logarithm(e: Expr) -> Rewrite | None:
    """The product of two vectors, one of which has logarithms: as a sum, in which they can be taken apart."""
    if not isinstance(e, MatMul) or e.axes:
        return None
    has_log = any(isinstance(node, Apply) and node.operation is log for node in walk(e, into_terms=False))
    return open_matmul(e) if has_log else None


def open_let(e: Expr) -> Rewrite | None:
    """A named term is replaced by what it stands for."""
    term, at = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
    if not isinstance(term, Let) or len(term.axes) != len(at) or isinstance(term.expr, Derivative):
        return None
    return Rewrite("let-substitute", entry(term.expr, at), {"f": term})


# -- recognised


def see_softmax(e: Expr) -> Rewrite | None:
    """exp zⱼ / Σᵢ exp zᵢ, with whatever else is in the quotient."""
    if isinstance(e, Apply) and (u := of(e, exp)) is not None:
        return _from_difference(u)
    if not isinstance(e, Div | Mul):
        return None
    sign, above, below = split(e)
    for b in below:
        total = of_sum(b)
        inner = of(total.body, exp) if total is not None else None
        if total is None or inner is None:
            continue
        for a in above:
            x = of(a, exp)
            found = _softmax(inner, total.index, x) if x is not None else None
            if found is None:
                continue
            rest_above = [found if f is a else f for f in above]
            rest_below = list(below)
            rest_below.remove(b)
            value = over(times(*rest_above), times(*rest_below)) if rest_below else times(*rest_above)
            return Rewrite("definition(softmax)", minus(value) if sign < 0 else value, {"z": found.of_what.args[0]})
    return None


def _softmax(inner: Expr, k: Index, x: Expr) -> Indexed | None:
    """softmax(z)[j] where `inner` is z[k] and `x` is z[j]."""
    outside = tuple(i for i in free_indices(inner) if i is not k)
    z = tensor(inner, (*outside, k))
    if z is None or z.axes != (*(i.dim for i in outside), k.dim):
        return None
    for j in free_indices(x):
        if j.dim is k.dim and substitute(inner, {k: j}) is x:
            return Indexed.of(Along.of("softmax", z, k.dim), (*outside, j))  # type: ignore[arg-type]
    return None


def _from_difference(u: Expr) -> Rewrite | None:
    """exp(zⱼ − logsumexp(z)) = softmax(z)ⱼ."""
    if not isinstance(u, Add) or len(u.args) != 2:
        return None
    x, rest = u.args
    if not isinstance(rest, Neg):
        return None
    total = rest.args[0]
    found = None
    if isinstance(total, Along) and total.name == "logsumexp":
        k = Index.along(total.over)
        found = _softmax(entry(total.args[0], (k,)), k, x)
    elif isinstance(total, Bound) and total.kind == "logsumexp":
        found = _softmax(total.body, total.index, x)
    return None if found is None else Rewrite("definition(softmax)", found, {"z": found.of_what.args[0]})


def see_logsumexp(e: Expr) -> Rewrite | None:
    """log Σᵢ exp zᵢ = logsumexp(z)."""
    u = of(e, log)
    total = of_sum(u) if u is not None else None
    inner = of(total.body, exp) if total is not None else None
    if total is None or inner is None:
        return None
    z = tensor(inner, (total.index,))
    if z is None or len(z.axes) != 1:
        return None
    return Rewrite("definition(logsumexp)", Along.of("logsumexp", z, z.axes[0]), {"z": z})


def see_norm(e: Expr) -> Rewrite | None:
    """√Σ xᵢ² = ‖x‖."""
    u = of(e, sqrt)
    total = of_sum(u) if u is not None else None
    if total is None or not isinstance(total.body, Pow) or total.body.args[1] is not TWO:
        return None
    x = tensor(total.body.args[0], (total.index,))
    if x is None or len(x.axes) != 1:
        return None
    return Rewrite("definition(norm)", Reduce.of("norm", x, x.axes), {"x": x})


def see_sigmoid(e: Expr) -> Rewrite | None:
    """1/(1 + exp(−x)) = σ(x) and exp(x)/(1 + exp(x)) = σ(x), with whatever else is in the quotient."""
    if not isinstance(e, Div):
        return None
    sign, above, below = split(e)
    for b in below:
        x = _one_plus_exp(b)
        if x is None:
            continue
        rest_below = list(below)
        rest_below.remove(b)
        if any(f is exp(x) for f in above):
            rest_above = [sigmoid(x) if f is exp(x) else f for f in above]
        else:
            rest_above = [*above, sigmoid(minus(x))]
        value = over(times(*rest_above), times(*rest_below)) if rest_below else times(*rest_above)
        return Rewrite("definition(sigmoid)", minus(value) if sign < 0 else value, {"x": x})
    return None


def _one_plus_exp(e: Expr) -> Expr | None:
    """x, if `e` is 1 + exp(x) in either order."""
    if not isinstance(e, Add) or len(e.args) != 2 or ONE not in e.args:
        return None
    other = e.args[1] if e.args[0] is ONE else e.args[0]
    return of(other, exp)


def see_softplus(e: Expr) -> Rewrite | None:
    """log(1 + exp x) = softplus(x)."""
    u = of(e, log)
    x = _one_plus_exp(u) if u is not None else None
    return None if x is None else Rewrite("definition(softplus)", softplus(x), {"x": x})


def see_mirror(e: Expr) -> Rewrite | None:
    """1 − σ(x) = σ(−x) where x has a minus already."""
    if not isinstance(e, Add) or len(e.args) != 2 or e.args[0] is not ONE or not isinstance(e.args[1], Neg):
        return None
    x = of(e.args[1].args[0], sigmoid)
    return Rewrite("sigmoid-mirror", sigmoid(x.args[0]), {"x": x.args[0]}) if isinstance(x, Neg) else None


def see_loggamma(e: Expr) -> Rewrite | None:
    """log Γ(x) = loggamma(x)."""
    u = of(e, log)
    x = of(u, gamma_function) if u is not None else None
    return None if x is None else Rewrite("definition(loggamma)", loggamma(x), {"x": x})


def see_tanh(e: Expr) -> Rewrite | None:
    """sinh(x)/cosh(x) = tanh(x)."""
    if not isinstance(e, Div):
        return None
    x = of(e.args[0], sinh)
    if x is None or of(e.args[1], cosh) is not x:
        return None
    return Rewrite("definition(tanh)", tanh(x), {"x": x})


def see_product(e: Expr) -> Rewrite | None:
    """Σₖ A[i,k] x[k] = (A x)[i], an entry of a product of matrices."""
    if not isinstance(e, Bound):
        return None
    indices = free_indices(e)
    whole = matrix_form(Array.of(e, indices)) if len(indices) <= 2 and all(i.dim for i in indices) else None
    if whole is None or not any(isinstance(n, MatMul) for n in walk(whole, into_terms=False)):
        return None
    return Rewrite("matrix-notation", entry(whole, indices) if whole.axes else whole)


DEFINITIONS = (open_norm, open_logsumexp, open_softmax, open_operation, open_matmul)
SEEN = (see_softmax, see_logsumexp, see_sigmoid, see_softplus, see_norm, see_tanh, see_mirror, see_loggamma)
