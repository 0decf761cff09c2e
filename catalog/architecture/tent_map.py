"""The tent map: a two-unit rectifier network whose compositions fold the line exponentially often."""

from derive import rules as r
from derive.entry import Entry, Expr, Index, calc, eq, half, le, real, recurrence, refute, relu, where


def tent(x: Expr) -> Expr:
    """The tent map as a network with two rectifiers, and a third on its output."""
    return relu(2 * relu(x) - 4 * relu(x - half))


class TentMap(Entry):
    """m(x) = 2x up to ½, 2 − 2x up to 1, 0 outside; n compositions have 2ⁿ linear pieces on [0, 1]."""

    title = "The tent map and its compositions"
    states = ("P4",)
    x = real()
    m = where(x < 0, 0, where(x <= half, 2 * x, where(x <= 1, 2 - 2 * x, 0)))

    network = calc(tent(x), eq(m), note="two units, and one on their difference")
    mirrored = calc(tent(1 - x), eq(tent(x)), note="so the composition is mirrored at ½ as well")
    bounded = calc(tent(x), le(1))
    one_unit_less = refute(2 * relu(x) - 4 * relu(x - half), eq(m), note="without the outer unit it falls below 0")

    twice = calc(
        tent(tent(x)),
        eq(
            where(
                x < 0,
                0,
                where(
                    x <= half / 2,
                    4 * x,
                    where(x <= half, 2 - 4 * x, where(x <= 3 * half / 2, 4 * x - 2, where(x <= 1, 4 - 4 * x, 0))),
                ),
            )
        ),
        note="four pieces on [0, 1]",
    )

    n = Index()
    pieces = real(family=n, doc="linear pieces on [0, 1] after n compositions")
    folded = recurrence(pieces, n, start=1, step=2 * pieces[n - 1])
    doubling = calc(pieces[n], eq(2**n, by=r.induction(n)), note="every piece passes the fold at ½ once")
    units = real(family=n, doc="rectifiers in n compositions")
    grown = recurrence(units, n, start=0, step=units[n - 1] + 3)
    size = calc(units[n], eq(3 * n, by=r.induction(n)))

    cites = (
        "Telgarsky 2016, arXiv:1602.04485: a network with one hidden layer needs 2ⁿ - 1 units for 2ⁿ pieces on [0, 1]",
    )
