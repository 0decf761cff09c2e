"""What a statement says of its laws: their variables, what is only given, functions of outcomes, equal alphabets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.dims import Dim
from derive.expr.information import Information
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, walk
from derive.expr.structure import Call

THEORY = (Outcome, Density, Expectation, Contrast, Information, Cardinality, Unequal, MarkovChain, Independence)
MEASURES = (Information, Unequal, MarkovChain, Independence)  # of a joint law


def speaks(*roots: Expr) -> bool:
    """Whether random variables, outcomes or laws stand in an expression, also inside its named terms."""
    return any(isinstance(node, THEORY) for node in walk(*roots))


@dataclass
class Usage:
    """`variables` of every law in order of first use, those that are always `given`, and the `arguments` of functions
    that are applied to outcomes alone: at which variables."""

    variables: dict[str, dict[Symbol, None]] = field(default_factory=dict)
    drawn: dict[str, set[Symbol]] = field(default_factory=dict)  # those of which the law is spoken of
    arguments: dict[Symbol, set[tuple[Symbol, ...] | None]] = field(default_factory=dict)
    counted: dict[Symbol, None] = field(default_factory=dict)  # of |X|
    alike: list[tuple[Symbol, Symbol]] = field(default_factory=list)  # variables with one alphabet
    outcomes: dict[Symbol, None] = field(default_factory=dict)
    conditionals: dict[str, dict[Density, None]] = field(default_factory=dict)  # p(y|x), by law

    @staticmethod
    def of(*roots: Expr) -> Usage:
        usage = Usage()
        for node in walk(*roots):
            usage._see(node)
        for law, variables in usage.variables.items():  # given once, but with what is drawn elsewhere: drawn
            drawn = usage.drawn.setdefault(law, set())
            always = None
            for node in walk(*roots):
                if isinstance(node, Density) and node.law == law:
                    given = {x.variable for x in node.given}
                    always = given if always is None else always & given
                elif isinstance(node, MEASURES) and node.under == law:  # H(Y) needs a law of all that Y depends on
                    always = set()
            drawn |= {v for v in variables if always is None or v not in always}
        return usage

    def given(self, law: str) -> tuple[Symbol, ...]:
        """The variables that are given wherever the law is spoken of."""
        return tuple(v for v in self.variables[law] if v not in self.drawn[law])

    def alphabets(self) -> dict[Symbol, Dim]:
        """A dim for every random variable, one for those that are compared."""
        of_laws = [v for law in self.variables.values() for v in law]
        first = {v: v for v in (*self.outcomes, *of_laws, *self.counted)}
        for left, right in self.alike:
            old, new = first[right], first[left]
            first = {v: new if w is old else w for v, w in first.items()}
        dims = {
            v: Dim(v.name, index=Outcome.of(v).name, doc=f"outcomes of {v.name}") for v in dict.fromkeys(first.values())
        }
        return {v: dims[w] for v, w in first.items()}

    def table_axes(self, function: Symbol, alphabets: Mapping[Symbol, Dim]) -> tuple[Dim, ...] | None:
        """The axes of the table that a function is; None if it is applied to other things than outcomes too."""
        at = self.arguments[function]
        found = {tuple(alphabets[v] for v in one) if one else None for one in at}
        return found.pop() if len(found) == 1 else None

    def _see(self, node: Expr) -> None:
        match node:
            case Outcome():
                self.outcomes[node.variable] = None
            case Density():
                if node.given:
                    self.conditionals.setdefault(node.law, {})[node] = None
                self._know(node.law, (x.variable for x in (*node.outcomes, *node.given)))
            case Information():
                self._draw(node.under, (v for group in (*node.groups, node.given) for v in group))
            case Unequal():
                self._draw(node.under, (node.left, node.right))
                self.alike.append((node.left, node.right))
            case MarkovChain():
                self._draw(node.under, (v for group in node.groups for v in group))
            case Independence():
                self._draw(node.under, (v for group in (*node.groups, node.given) for v in group))
            case Cardinality():
                self.counted[node.variable] = None
            case Call():
                plain = all(isinstance(a, Outcome) for a in node.args) and not node.order
                at = tuple(a.variable for a in node.args if isinstance(a, Outcome)) if plain else None
                self.arguments.setdefault(node.function, set()).add(at)

    def _know(self, law: str, variables: Iterable[Symbol]) -> None:
        self.variables.setdefault(law, {}).update(dict.fromkeys(variables))

    def _draw(self, law: str, variables: Iterable[Symbol]) -> None:
        variables = tuple(variables)
        self._know(law, variables)
        self.drawn.setdefault(law, set()).update(variables)
