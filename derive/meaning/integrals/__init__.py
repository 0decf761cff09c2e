"""Integrals whose values are cited: one law each, its integrand, range, value and needs. Trusted, ball-tested.

`INTEGRAL_LAWS` has them all by name. A law is a formula for every choice of its parameters that meets the needs, under
which the integral converges absolutely.
"""

from __future__ import annotations

from derive.meaning.integrals import gamma_type, gaussian, powers, special
from derive.meaning.integrals.law import MINUS_INFINITY, IntegralLaw

INTEGRAL_LAWS: dict[str, IntegralLaw] = {
    row.name: row for module in (powers, gaussian, gamma_type, special) for row in module.LAWS
}

__all__ = ["INTEGRAL_LAWS", "MINUS_INFINITY", "IntegralLaw"]
