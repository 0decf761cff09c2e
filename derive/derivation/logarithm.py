"""Rules of logarithms and exponentials, used where the signs of the arguments license them."""

from __future__ import annotations

from derive.derivation.entry import entry
from derive.derivation.rewrite import Rewrite
from derive.derivation.written import minus, over, plus, power, times
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.errors import DeriveError
from derive.expr.leaves import HALF, ONE, ZERO, Let, Number
from derive.expr.node import Expr
from derive.expr.operations import Apply, exp, log, sigmoid, softplus, sqrt
from derive.expr.structure import Bound, Indexed
from derive.expr.tensor import Along
from derive.meaning import index_form
from derive.meaning.interval import Ranges


def is_positive(e: Expr) -> bool:
    """Whether the domains alone make `e` positive."""
    try:
        return Ranges()(index_form.unfold(index_form.entry(e))).positive
    except DeriveError:
        return False


def of(e: Expr, operation: object) -> Expr | None:
    """The argument, if `e` is this operation of one."""
    return e.args[0] if isinstance(e, Apply) and e.operation is operation else None


def log_product(e: Expr) -> Rewrite | None:
    """log(ab) = log a + log b, where a factor is such that its logarithm becomes simpler: an exponential, a power."""
    u = of(e, log)
    return log_every_product(e) if isinstance(u, Mul) and any(map(_simpler, u.args)) else None


def _simpler(f: Expr) -> bool:
    if isinstance(f, Apply):
        return f.operation is exp
    if isinstance(f, Pow):
        return not isinstance(f.args[1], Number) or of(f.args[0], exp) is not None
    return isinstance(f, Div | Bound | Indexed)


def log_every_product(e: Expr) -> Rewrite | None:
    """log(ab) = log a + log b for positive a and b."""
    u = of(e, log)
    if not isinstance(u, Mul) or not all(map(is_positive, u.args)):
        return None
    return Rewrite("log-product", plus(*(log(f) for f in u.args)), dict(zip("abcd", u.args, strict=False)))


def log_quotient(e: Expr) -> Rewrite | None:
    """log(a/b) = log a − log b for positive a and b."""
    u = of(e, log)
    if not isinstance(u, Div) or not all(map(is_positive, u.args)):
        return None
    above, below = u.args
    first = ZERO if above is ONE else log(above)
    return Rewrite("log-quotient", plus(first, minus(log(below))), {"a": above, "b": below})


def log_power(e: Expr) -> Rewrite | None:
    """log aᵏ = k log a for positive a; a square root is a power."""
    u = of(e, log)
    if isinstance(u, Pow) and is_positive(u.args[0]):
        return Rewrite("log-power", times(u.args[1], log(u.args[0])), {"a": u.args[0], "k": u.args[1]})
    if u is not None and (inner := of(u, sqrt)) is not None and is_positive(inner):
        return Rewrite("log-power", times(HALF, log(inner)), {"a": inner, "k": HALF})
    return None


def log_exp(e: Expr) -> Rewrite | None:
    """log exp x = x, and log 1 = 0."""
    u = of(e, log)
    if u is ONE:
        return Rewrite("log-exp", ZERO)
    x = of(u, exp) if u is not None else None
    return None if x is None else Rewrite("log-exp", x, {"x": x})


def exp_log(e: Expr) -> Rewrite | None:
    """exp log a = a and exp(k log a) = aᵏ for positive a."""
    u = of(e, exp)
    if u is None:
        return None
    if (a := of(u, log)) is not None:
        return Rewrite("exp-log", a, {"a": a})
    if isinstance(u, Neg) and (a := of(u.args[0], log)) is not None:
        return Rewrite("exp-log", over(ONE, a), {"a": a})
    if isinstance(u, Mul) and (a := of(u.args[-1], log)) is not None and is_positive(a):
        k = times(*u.args[:-1])
        return Rewrite("exp-log", power(a, k), {"a": a, "k": k})
    return None


def exp_sum(e: Expr) -> Rewrite | None:
    """exp(a + b) = exp(a) exp(b), a quotient for a difference."""
    u = of(e, exp)
    if not isinstance(u, Add):
        return None
    above = [exp(t) for t in u.args if not isinstance(t, Neg)]
    below = [exp(t.args[0]) for t in u.args if isinstance(t, Neg)]
    value = over(times(*above), times(*below)) if below else times(*above)
    return Rewrite("exp-sum", value, dict(zip("abcd", u.args, strict=False)))


def log_softmax(e: Expr) -> Rewrite | None:
    """The logarithm of a softmax: the logit less the log-sum-exp."""
    u = of(e, log)
    if not isinstance(u, Indexed) or not isinstance(u.of_what, Along) or u.of_what.name != "softmax":
        return None
    (z,) = u.of_what.args
    at = u.of_what.place
    total = entry(Along.of("logsumexp", z, u.of_what.over), u.places[:at] + u.places[at + 1 :])
    return Rewrite("log-softmax", plus(entry(z, u.places), minus(total)), {"z": z})


def log_sigmoid(e: Expr) -> Rewrite | None:
    """log σ(x) = −softplus(−x), and log(1 − σ(x)) = −softplus(x)."""
    u = of(e, log)
    if u is None:
        return None
    if (x := of(u, sigmoid)) is not None:
        return Rewrite("log-sigmoid", minus(softplus(minus(x))), {"x": x})
    if isinstance(u, Add) and len(u.args) == 2 and u.args[0] is ONE and isinstance(u.args[1], Neg):
        x = of(u.args[1].args[0], sigmoid)
        return None if x is None else Rewrite("log-sigmoid", minus(softplus(x)), {"x": x})
    return None


def softplus_mirror(e: Expr) -> Rewrite | None:
    """softplus(−x) = softplus(x) − x."""
    u = of(e, softplus)
    if not isinstance(u, Neg):
        return None
    x = u.args[0]
    return Rewrite("softplus-mirror", plus(softplus(x), minus(x)), {"x": x})


def log_of_product(e: Expr) -> Rewrite | None:
    """The logarithm of a product over an index is a sum of logarithms, for positive factors."""
    u = of(e, log)
    if not isinstance(u, Bound) or u.kind != "prod" or not is_positive(u.body):
        return None
    return Rewrite("log-product", Bound.of("sum", log(u.body), u.index, u.low, u.high), {"a": u.body})


def open_term(e: Expr) -> Rewrite | None:
    """The logarithm of a named term that is a product, a quotient, a power or an exponential: the term is opened."""
    u = of(e, log)
    if not isinstance(u, Let | Indexed):
        return None
    term, at = (u, ()) if isinstance(u, Let) else (u.of_what, u.places)
    if not isinstance(term, Let):
        return None
    inner = entry(term.expr, at)
    softmax = isinstance(inner, Indexed) and isinstance(inner.of_what, Along)
    if not softmax and not isinstance(inner, Mul | Div | Pow | Let | Apply | Bound):
        return None
    return Rewrite("let-substitute", log(inner), {"f": term})


LOGARITHMS = (log_softmax, log_exp, log_product, log_quotient, log_power, log_of_product, exp_log)
