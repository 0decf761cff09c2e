"""Which parts of a line are new: the smallest sub-expressions in which two expressions differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.node import Expr, walk


@dataclass(frozen=True)
class Place:
    """A part of an expression where it stands."""

    part: Expr
    above: Place | None = None
    sign: bool = False  # a factor that has only lost its minus

    def around(self) -> Iterator[Place]:
        """The places that contain this one, the next larger first."""
        place = self.above
        while place is not None:
            yield place
            place = place.above


def changed(before: Expr, after: Expr) -> frozenset[Expr]:
    """The smallest parts of `after` that are not in `before` at their place; none if the two are one.

    Equal parts are one object, so a part that also stands elsewhere in `after`, unchanged, is widened to what is
    around it.
    """
    places = set(_differences(before, after, None))
    places = {place for place in places if not place.sign} or places
    standing = _occurrences(after)
    while True:
        new = Counter(place.part for place in places)
        widened = {place.above if place.above and new[place.part] < standing[place.part] else place for place in places}
        if widened == places:
            return frozenset(place.part for place in places if places.isdisjoint(place.around()))
        places = widened


def worth_colour(parts: frozenset[Expr], line: Expr) -> frozenset[Expr]:
    """`parts`, or none where they are the whole line, or all the terms or factors of it: colour would say nothing."""
    pieces = line.args if isinstance(line, Add | Mul) else ()
    whole = pieces and all(p in parts or (isinstance(p, Neg) and p.args[0] in parts) for p in pieces)
    return frozenset() if whole or line in parts else parts


def _differences(before: Expr, after: Expr, above: Place | None) -> Iterator[Place]:
    here = Place(after, above)
    if before is after:
        return
    if type(before) is not type(after) or before.params != after.params or not after.args:
        yield here
    elif isinstance(after, Add | Mul):
        yield from _among_terms(before.args, after.args, here)
    else:
        yield from _pairwise(before.args, after.args, here)


def _pairwise(before: tuple[Expr, ...], after: tuple[Expr, ...], here: Place) -> Iterator[Place]:
    """The differences of children that correspond; the whole if all of several children differ."""
    if len(before) != len(after) or (len(after) > 1 and all(b is not a for b, a in zip(before, after, strict=True))):
        yield here
        return
    for b, a in zip(before, after, strict=True):
        yield from _differences(b, a, here)


def _among_terms(before: tuple[Expr, ...], after: tuple[Expr, ...], here: Place) -> Iterator[Place]:
    """The new terms of a sum or product; terms that stand for as many others are compared one by one.

    The whole if a term is gone and none has come in its place, or if no term is left and their number has changed.
    """
    blocks = [b for b in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if b[0] != "equal"]
    gone = any(tag == "delete" for tag, *_ in blocks)
    if gone or (blocks[0][1:] == (0, len(before), 0, len(after)) and len(before) != len(after)):
        yield here
        return
    for _, i, j, k, m in blocks:
        if j - i == m - k:
            for b, a in zip(before[i:j], after[k:m], strict=True):
                if isinstance(here.part, Mul) and isinstance(b, Neg) and b.args[0] is a:
                    yield Place(a, here, sign=True)
                else:
                    yield from _differences(b, a, here)
        else:
            yield from (Place(a, here) for a in after[k:m])


def _occurrences(e: Expr) -> Counter[Expr]:
    """How often each part stands in `e`, counted without walking the tree."""
    count: Counter[Expr] = Counter({e: 1})
    for node in reversed(list(walk(e, into_terms=False))):
        for child in node.args:
            count[child] += count[node]
    return count
