"""What the texts of one question say about names before anything is elaborated: which are indexed, bound, or alone.

LaTeX has one subscript for an entry of a tensor and for part of a name. A text is read twice: what the first reading
finds, a sum over i with ``x_i`` under it, tells the second that ``x_1`` is an entry too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from derive.text.tree import Entry, Name, Node, Reduction, Table

CUSTOMARY = frozenset("ijklmn")  # letters that index without being bound


@dataclass(slots=True)
class Evidence:
    """`places` counts the indices of a name; `bound` are index letters; `alone` are names without any index,
    `defined` those that the statement defines.
    """

    places: dict[str, int] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    faces: dict[str, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    exponential: bool = False  # whether e^x stands somewhere
    complete: bool = False  # whether a first reading has said what it found

    def indexed(self, name: str, places: int) -> None:
        self.places.setdefault(name, places)

    def learn(self, nodes: Iterable[Node]) -> None:
        """What syntax of the plain grammar says: the premises."""
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            match node:
                case Entry(e=Name(name=name), places=places):
                    self.indexed(name, len(places))
                case Reduction(ranges=ranges):
                    self.bound |= {each.index.name for each in ranges}
                case Table(indices=indices):
                    self.bound |= {each.name for each in indices}
            waiting += node.parts

    def joined(self, other: Evidence) -> Evidence:
        """What both say; of the number of places, what this one says."""
        return Evidence(
            {**other.places, **self.places},
            self.bound | other.bound,
            self.alone | other.alone,
            defined=self.defined | other.defined,
            exponential=self.exponential or other.exponential,
            complete=True,
        )
