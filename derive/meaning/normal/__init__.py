"""Normal form of index notation: decides equality of sums of products of entries and functions.

`equal(left, right)` proves an equality or says why not; `normalise(e)` is the normal form, `key(e)` a hashable value
that is the same for expressions which differ only by ring arithmetic, laws, and names of bound indices.
"""

from derive.meaning.normal.certificate import Certificate, verify
from derive.meaning.normal.checker import Unconfirmed
from derive.meaning.normal.prove import Outcome, equal, key, normalise
from derive.meaning.normal.work import Undecided

__all__ = ["Certificate", "Outcome", "Unconfirmed", "Undecided", "equal", "key", "normalise", "verify"]
