"""Integrals to ∞ that certainly do not converge absolutely. Rigorous."""

from __future__ import annotations

from derive.meaning.numbers.growth import Growth
from derive.meaning.numbers.integrand import Tree


def diverges(f: Tree, growth: Growth) -> bool:
    """Whether ∫_T^∞ |f| is certainly infinite: |f| does not fall below a rate that is not integrable.

    A wave sin(cy+d) with c ≠ 0 may be left out where what is left does not fall faster than 1/y.
    """
    factors = f.args if f.kind == "mul" else (f,)
    waves = [a for a in factors if a.kind in ("sin", "cos") and _is_wave(a, growth)]
    rest = [a for a in factors if a not in waves]
    if len(waves) > 1:
        return False
    if not rest:
        return True
    rate = growth.below(Tree("mul", tuple(rest)))
    if rate is None or not rate.c > 0:
        return False
    grows = rate.a < 0 or (rate.a <= 0 and rate.b > 0)
    return bool((grows and not waves) or (rate.a <= 0 and rate.b >= 0 and rate.n >= -1))


def _is_wave(f: Tree, growth: Growth) -> bool:
    line = growth.line(f.args[0])
    return line is not None and bool(line[0] > 0 or line[0] < 0)
