"""How an error of the author is printed: its code, where it is, the message."""

from __future__ import annotations

import sys

from derive.expr.errors import DeriveError


def print_error(error: DeriveError, place: str = "") -> None:
    """One error on stderr; `derive explain` with the code says more."""
    from derive.cli.explained.errors import kind_of

    sys.stdout.flush()
    print(f"error[{kind_of(error).code}]: {place}{error}", file=sys.stderr)
