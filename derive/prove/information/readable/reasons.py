"""Why a move may be made, in words: a measure that is not negative, a premise by its number, a copy, a lemma."""

from __future__ import annotations

from collections.abc import Sequence

from derive.expr.dependence import relations_of
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.information.certificate import Copy
from derive.prove.information.problem import Constant, Generator, Lemma, Premise, Problem, combined
from derive.prove.information.readable import naming
from derive.prove.information.readable.moves import Move
from derive.prove.information.readable.step import Reason
from derive.prove.information.readable.vocabulary import Parts, UnspeakableError, Vocabulary


class Reasons:
    """The reasons of one proof. `own` is how many equations the author gave; those after it define copies."""

    def __init__(self, problem: Problem, premises: Sequence[Expr], own: int, copies: Sequence[Copy] = ()) -> None:
        self.problem = problem
        self.own = own
        self._copies = {copy.name: copy for copy in copies}
        self._numbers: dict[str, tuple[int, Expr]] = {}
        for number, premise in enumerate(premises, start=1):
            for text in (str(premise), *(str(relation) for relation in relations_of(premise))):
                self._numbers.setdefault(text, (number, premise))

    def of(self, move: Move) -> tuple[Reason, ...]:
        """The reasons of one move."""
        if move.vanishing is None:
            return (self._of(move.term),)
        return tuple(dict.fromkeys(self._of(g) for _, g in move.vanishing.premises))

    def written(self, generator: Generator, words: Vocabulary) -> Parts:
        """The difference of the sides of a premise, as its author wrote them. Raises `UnspeakableError`."""
        if isinstance(generator, Premise):
            number, premise = self._numbers.get(self.problem.premises[generator.number].text, (0, None))
            if number and isinstance(premise, Relation):
                parts = words.split(words.difference(premise.left, premise.right))
                row, total = generator.row(self.problem), words.total(parts)
                for sign in (1, -1):
                    if not combined([(1, row), (-sign, total)]):
                        return tuple((sign * value, part) for value, part in parts)
        raise UnspeakableError(str(generator))

    def _of(self, generator: Generator) -> Reason:
        match generator:
            case Premise():
                return self._premise(generator.number)
            case Lemma():
                lemma = self.problem.lemmas[generator.number]
                return Reason(f"{lemma.text} ({lemma.cites})" if lemma.cites else lemma.text)
            case Constant():
                return Reason("a fact about numbers")
        return Reason(naming.NONNEGATIVE[type(generator)])

    def _premise(self, number: int) -> Reason:
        known = self.problem.premises[number]
        if self.own <= number < len(self.problem.zero):
            copy = self._copies[known.text.partition(" ")[0]]
            of, over = (self.problem.text_of(mask) for mask in (copy.of, copy.over))
            return Reason(f"copy lemma, {copy.name} a copy of {of} over {over}")
        if known.cites in ("definition", "domain"):
            return Reason(f"{known.cites}: {known.text}")
        found = self._numbers.get(known.text)
        if found is None:
            return Reason(f"premise: {known.text}")
        return Reason("premise", (found[1],), found[0])
