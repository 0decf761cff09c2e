"""An update rule as a PyTorch file: the step as a function, and the optimizer that takes it for every parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from derive.codegen.emit.torch import names
from derive.codegen.emit.torch.checks import range_checks
from derive.codegen.emit.torch.expression import Writer
from derive.codegen.emit.torch.layout import bracketed, docstring, indented, paragraph
from derive.codegen.emit.torch.program import default, named, variables
from derive.codegen.graph.example import one_example
from derive.codegen.graph.graph import Graph, GraphError
from derive.codegen.graph.lower import lower
from derive.codegen.graph.passes import run
from derive.codegen.rewrite.contraction import Contractions
from derive.entry.record import Record, Update
from derive.expr.leaves import Let, Number, Symbol
from derive.expr.node import Expr


@dataclass(frozen=True)
class UpdateProgram:
    """The pieces of one update rule: what it changes, what it is given, and its computation."""

    record: Record

    @property
    def update(self) -> Update:
        assert self.record.step is not None
        return self.record.step

    @cached_property
    def terms(self) -> Mapping[Symbol, Let]:
        """The new value of each state, as a named term."""
        return {s: e if isinstance(e, Let) else Let(f"{s.name}_new", e) for s, e in self.update.new.items()}

    @cached_property
    def graph(self) -> Graph:
        """All new states at once; entry by entry if the rule is entrywise, so that any shape will do."""
        example = one_example(tuple(self.terms.values()))
        if example is None and any(t.axes for t in self.terms.values()):
            raise GraphError(f"{self.record.id}: a rule that mixes entries of a parameter is not available in PyTorch")
        terms = example.outputs if example else tuple(self.terms.values())
        return run(lower(terms, terms, self.record.id), [Contractions()])[0]

    @property
    def parameter(self) -> Symbol:
        """The state that is a parameter: the one whose start is not given."""
        free = [s for s in self.update.new if s not in self.update.start]
        if len(free) != 1:
            found = ", ".join(s.name for s in free) or "none"
            raise GraphError(f"{self.record.id}: one state must have no start, the parameter; without a start: {found}")
        return free[0]

    @property
    def states(self) -> tuple[Symbol, ...]:
        """What is kept from step to step, besides the parameter."""
        return tuple(s for s in self.update.new if s is not self.parameter)

    @cached_property
    def used(self) -> tuple[Symbol, ...]:
        found = {node.name for node in self.graph.inputs}
        return tuple(s for s in self.record.symbols if s.name in found)

    @property
    def gradient(self) -> Symbol:
        inputs = [s for s in self.used if s.role == "input"]
        if len(inputs) != 1:
            raise GraphError(f"{self.record.id}: a rule takes one input, the gradient, not {len(inputs)}")
        return inputs[0]

    @property
    def clock(self) -> str:
        """The name of the step's number; made up if the rule does not mention it."""
        free = [s for s in self.used if s.role == ""]
        if len(free) > 1:
            raise GraphError(f"{self.record.id}: {', '.join(s.name for s in free)} have no role")
        return names.variable(free[0].name) if free else "t"

    @property
    def numbers(self) -> tuple[Symbol, ...]:
        return tuple(s for s in self.used if s.role == "hyperparameter")

    @property
    def name(self) -> str:
        return names.function_name(self.record.id)

    @property
    def class_name(self) -> str:
        return names.class_name(self.record.id)


# torch casts a floating state to the dtype of its parameter as it loads; the state here is float32 or wider
LOADING = """\
def load_state_dict(self, state_dict) -> None:
    \"\"\"The saved states in the precision in which they were saved.\"\"\"
    super().load_state_dict(state_dict)
    numbers = [k for group in state_dict["param_groups"] for k in group["params"]]
    parameters = [p for group in self.param_groups for p in group["params"]]
    for k, p in zip(numbers, parameters, strict=True):
        for name, value in state_dict["state"].get(k, {}).items():
            if isinstance(value, Tensor):
                self.state[p][name] = value.to(p.device, copy=True)
""".splitlines()


def sections(record: Record) -> list[list[str]]:
    p = UpdateProgram(record)
    return [_states(p), _step(p), _optimizer(p)]


def _states(p: UpdateProgram) -> list[str]:
    return [
        f"class {p.class_name}State(NamedTuple):",
        *indented(docstring("What a step changes.")),
        "",
        *(f"    {v}: Tensor" for v in variables(p.update.new)),
    ]


def _step(p: UpdateProgram) -> list[str]:
    """The step as a function of the old states: nothing is changed in place, all new values are from the old ones."""
    ticks = [f"{p.clock}: int"] if any(s.role == "" for s in p.used) else []
    tensors = [s for s in (p.parameter, p.gradient, *p.states) if s in p.used or s is p.parameter]
    parts = [*(f"{v}: Tensor" for v in variables(tensors)), *ticks, *(_keyword_parameters(p))]
    theta = names.variable(p.parameter.name)
    writer = Writer(p.graph, theta, frozenset(s.name for s in tensors if s.axes))
    lines = writer.lines([t.name for t in p.terms.values()])
    docs = [line for s, v in named(p.used) for line in paragraph(f"{v}: {s.doc or s.role}", hanging=4, width=92)]
    values = [f"{names.variable(s.name)}={names.variable(t.name)}" for s, t in p.terms.items()]
    body = [*docstring(f"One step of {p.class_name}.", "", *docs), *map(str, lines)]
    body += bracketed(f"return {p.class_name}State", values, "", 1)
    return [*bracketed(f"def {p.name}_step", parts, f" -> {p.class_name}State:"), *indented(body)]


def _keyword_parameters(p: UpdateProgram) -> list[str]:
    return ["*", *(f"{v}: float{default(s)}" for s, v in named(p.numbers))] if p.numbers else []


def _optimizer(p: UpdateProgram) -> list[str]:
    theta, numbers = names.variable(p.parameter.name), variables(p.numbers)
    table = ", ".join(f'"{n}": {n}' for n in numbers)
    init = [*range_checks(p.name, p.numbers), *bracketed("super().__init__", ["params", f"{{{table}}}"], "", 2)]
    given = [theta if s is p.parameter else "gradient" for s in (p.parameter, p.gradient)]
    given += [f'state["{v}"]' for s, v in named(p.states) if s in p.used]
    given += [f'state["{p.clock}"]'] if any(s.role == "" for s in p.used) else []
    given += [f'{n}=group["{n}"]' for n in numbers]
    step = [
        "loss = None",
        "if closure is not None:",
        "    with torch.enable_grad():",
        "        loss = closure()",
        "for group in self.param_groups:",
        f'    for {theta} in group["params"]:',
        f"        if {theta}.grad is None:",
        "            continue",
        f"        if {theta}.grad.is_sparse:",
        f'            raise TypeError("{p.name}: sparse gradients are not supported")',
        f"        wide = torch.promote_types({theta}.dtype, torch.float32)",
        f"        gradient = {theta}.grad.to(wide)",
        f"        state = self.state[{theta}]",
        "        if not state:",
        f'            state["{p.clock}"] = {p.update.first_step - 1}',
        *(f'            state["{v}"] = {_start(p, p.update.start[s], theta)}' for s, v in named(p.states)),
        f'        state["{p.clock}"] += 1',
        *indented(bracketed(f"new = {p.name}_step", given, "", 4), 2),
        f"        {theta}.copy_(new.{theta})",
        *(f'        state["{v}"].copy_(new.{v})' for v in variables(p.states)),
        "return loss",
    ]
    return [
        f"class {p.class_name}(torch.optim.Optimizer):",
        *indented(docstring(f"`{p.name}_step` for every parameter; the state of half-precision ones is float32.")),
        "",
        *indented(bracketed("def __init__", ["self", "params", *_keyword_parameters(p)], " -> None:", 1)),
        *indented(init, 2),
        "",
        "    @torch.no_grad()",
        "    def step(self, closure=None):",
        *indented(docstring("One step for every parameter that has a gradient."), 2),
        *indented(step, 2),
        *(["", *indented(LOADING)] if p.states else []),
    ]


def _start(p: UpdateProgram, start: Expr, theta: str) -> str:
    """A state before the first step: a number everywhere, or the parameter itself."""
    if isinstance(start, Number):
        if start.value == 0:
            return f"torch.zeros_like({theta}, dtype=wide)"
        return f"torch.full_like({theta}, {names.number(start.value)[0]}, dtype=wide)"
    if start is p.parameter:
        return f"{theta}.to(wide, copy=True)"
    raise GraphError(f"{p.record.id}: a state that starts at `{start}` is not available in PyTorch yet")
