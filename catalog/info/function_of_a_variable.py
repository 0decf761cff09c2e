"""A function of a variable adds nothing to it."""

from derive import rules as r
from derive.entry import Entry, H, I, calc, eq, equals, le, refute, variable


class FunctionOfAVariable(Entry):
    """Y = g(X), that is H(Y|X) = 0: the pair has the entropy of X, and X tells all there is in Y."""

    title = "A function of a variable"
    states = ("I5",)
    X, Y = variable(doc="what is known"), variable(doc="a function of X")
    U, V = variable(doc="any variable"), variable(doc="any other")
    given = (equals(H(Y, given=X), 0),)

    joint = calc(
        H(X, Y),
        eq(H(X) + H(Y, given=X), by=r.entropy_chain_rule),
        eq(H(X), by=r.premise),
    )
    shared = calc(
        I(X, Y),
        eq(H(Y) - H(Y, given=X), by=r.measure_definition),
        eq(H(Y), by=r.premise),
        le(H(X), by=(r.premise, r.entropy_is_nonnegative), note="so a function has no more entropy"),
    )

    no_function = refute(H(U, V), eq(H(U)), note="true of a function of U alone")
    shared_without = refute(I(U, V), eq(H(V)), note="true of a function of U alone")
    wrong_way = refute(H(X, Y), eq(H(Y)), note="X need not be a function of Y")

    cites = ("Cover and Thomas 2006, Elements of Information Theory, problem 2.4",)
