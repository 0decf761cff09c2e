"""Canonical labels of bound indices: colour refinement, then individualisation, with a cap on the leaves.

Two closed sums that differ in the names of their indices get the same atom. Labels are numbered from the height of
what is inside, so that a label never clashes with one further in.
"""

from __future__ import annotations

from derive.meaning.normal import rename
from derive.meaning.normal.poly import Atom, Poly, digest
from derive.meaning.normal.work import Work

Bound = tuple[tuple[str, Poly, Poly], ...]
Colours = dict[str, int]


def canonical(w: Work, kind: str, bound: Bound, body: Poly) -> Atom:
    """The closed atom over these bound indices, whatever they were called."""
    if len(bound) == 1:
        return _labelled(w, kind, bound, body, {bound[0][0]: 0})
    best: list[Atom] = []

    def search(colours: Colours) -> None:
        colours = _refined(w, bound, body, colours)
        cells: dict[int, list[str]] = {}
        for name in sorted(colours):
            cells.setdefault(colours[name], []).append(name)
        open_cells = [cells[c] for c in sorted(cells) if len(cells[c]) > 1]
        if not open_cells:
            w.leaf()
            found = _labelled(w, kind, bound, body, colours)
            if not best or found.key < best[0].key:
                best[:] = [found]
            return
        cell = open_cells[0]
        for chosen in _representatives(w, bound, body, cell):
            search({name: 2 * c + (name in cell and name != chosen) for name, c in colours.items()})

    search({name: 0 for name, _, _ in bound})
    return best[0]


def _labelled(w: Work, kind: str, bound: Bound, body: Poly, colours: Colours) -> Atom:
    order = sorted(bound, key=lambda b: colours[b[0]])
    height = max(body.height, *(r.height for _, low, high in bound for r in (low, high)))
    names = {b[0]: f"%{height + n}" for n, b in enumerate(order)}
    ranges = tuple(
        (names[n], rename.renamed(w, low, names), rename.renamed(w, high, names)) for n, low, high in order
    )  # fmt: skip
    return Atom(kind, None, (rename.renamed(w, body, names),), ranges)


def _refined(w: Work, bound: Bound, body: Poly, colours: Colours) -> Colours:
    """Colours split by what an index occurs in, until nothing more is told apart."""
    while True:
        signature = {name: _signature(w, name, bound, body, colours) for name, _, _ in bound}
        ranks = {s: n for n, s in enumerate(sorted(set(signature.values())))}
        finer = {name: ranks[s] for name, s in signature.items()}
        if len(ranks) == len(set(colours.values())):
            return finer
        colours = finer


def _signature(w: Work, name: str, bound: Bound, body: Poly, colours: Colours) -> tuple[int, str]:
    seen = {other: f"${c}" for other, c in colours.items()}
    seen[name] = "$*"
    around = [
        f"{c}*" + "*".join(sorted(f"{rename.renamed_atom(w, a, seen).key}^{e}" for a, e in m.factors if name in a.free))
        for m, c in body.terms.items()
    ]  # fmt: skip
    around += [
        f"{seen[n]}:{rename.renamed(w, low, seen).key}:{rename.renamed(w, high, seen).key}"
        for n, low, high in bound
        if n == name or name in low.free | high.free
    ]
    return colours[name], digest(";".join(sorted(around)))


def _representatives(w: Work, bound: Bound, body: Poly, cell: list[str]) -> list[str]:
    """One index of each class of interchangeable ones: swapping two of a class changes nothing."""
    kept: list[str] = []
    for name in cell:
        if not any(_interchangeable(w, bound, body, name, other) for other in kept):
            kept.append(name)
    return kept


def _interchangeable(w: Work, bound: Bound, body: Poly, a: str, b: str) -> bool:
    swap = {a: b, b: a}

    def ranges(names: dict[str, str]) -> list[tuple[str, str, str]]:
        return sorted(
            (names.get(n, n), rename.renamed(w, low, names).key, rename.renamed(w, high, names).key)
            for n, low, high in bound
        )

    return rename.renamed(w, body, swap).key == body.key and ranges(swap) == ranges({})
