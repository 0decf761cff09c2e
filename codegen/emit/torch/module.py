"""What a user calls: the function, with its checks and its reduction, and the module that holds its parameters."""

from __future__ import annotations

from derive.codegen.emit.torch import names
from derive.codegen.emit.torch.checks import range_checks
from derive.codegen.emit.torch.layout import bracketed, docstring, indented, paragraph
from derive.codegen.emit.torch.program import Program, named, returning, variables
from derive.codegen.graph.graph import GraphError
from derive.codegen.graph.lower import lower
from derive.codegen.graph.passes import run
from derive.codegen.rewrite.contraction import Contractions
from derive.codegen.rewrite.derived import continuous
from derive.expr.dims import Dim
from derive.expr.leaves import Let, Symbol
from derive.expr.node import walk

RESET = [
    "def reset_parameters(self) -> None:",
    "    for parameter in self.parameters():",
    "        if parameter.ndim > 1:",
    "            nn.init.xavier_uniform_(parameter)",
    "        else:",
    "            nn.init.zeros_(parameter)",
    "",
]


def function(p: Program) -> list[str]:
    """The functional form: checks, then the autograd.Function in a precision that is wide enough."""
    like, tensors = names.variable(p.like.name), variables(p.tensors)
    parts = [f"{v}: Tensor{' | float' if s in p.scalars else ''}" for s, v in named(p.tensors)]
    parts += [*p.number_parameters(), *p.reduction_parameter()]
    lines = docstring(f"{p.title}.", "", *_arguments(p))
    for s in variables(p.scalars):
        lines += [f"if not isinstance({s}, Tensor):", f"    {s} = {like}.new_tensor({s})"]
    lines += bracketed("_check", [f"{v}={v}" for v in tensors], "", 1)
    lines += range_checks(p.name, p.numbers)
    if p.per_example:
        lines += [
            'if reduction not in ("none", "mean", "sum"):',
            f'    raise ValueError(f"{p.name}: reduction must be none, mean or sum, not {{reduction!r}}")',
        ]
    given = [*(f"{v}.to(wide)" for v in tensors), *variables(p.numbers)]
    lines.append(f"wide = torch.promote_types({like}.dtype, torch.float32)  # half precision in float32")
    call = "_value"
    if p.derived.slopes:
        call = "function.apply"
        lines.append(f"function = _{p.class_name}Traced if torch.compiler.is_compiling() else _{p.class_name}Function")
    lines += [
        f"with torch.autocast({like}.device.type, enabled=False):",
        *indented(bracketed(f"{'loss, *_' if p.interior else 'loss'} = {call}", given, "", 2)),
    ]
    if p.per_example:
        lines += [
            'if reduction == "mean":',
            "    loss = loss.sum() / max(loss.numel(), 1)  # 0 for an empty batch",
            'elif reduction == "sum":',
            "    loss = loss.sum()",
        ]
    lines.append(f"return loss.to({like}.dtype)" if continuous(p.like) else "return loss")
    return [*bracketed(f"def {p.name}", parts, " -> Tensor:"), *indented(lines)]


def _arguments(p: Program) -> list[str]:
    out: list[str] = []
    for s, v in named((*p.tensors, *p.numbers)):
        shape = f"shape ({', '.join(d.name for d in s.axes)}); " if s.axes else ""
        out += paragraph(f"{v}: {shape}{s.doc or s.role}", hanging=4, width=92)
    if p.per_example:
        batch = ", ".join(d.name for d in p.derived.batch)
        out += ["reduction: none, mean or sum over the examples; the mean of no examples is 0", ""]
        out += [f"{batch} stands for any leading axes."]
    return out


def module(p: Program) -> list[str]:
    """The module: hyperparameters, parameters of given sizes, and the function."""
    given = [f"{v}: Tensor{' | float' if s in p.scalars else ''}" for s, v in named(p.tensors) if s.role != "parameter"]
    settings = [*variables(p.numbers), *(["reduction"] if p.per_example else [])]
    passed = [f"self.{v}" if s.role == "parameter" else v for s, v in named(p.tensors)]
    out = [f"class {p.class_name}(nn.Module):", *indented(docstring(f"`{p.name}` as a module.")), ""]
    out += indented(_constructor(p, settings))
    out += [
        *indented(bracketed("def forward", ["self", *given], " -> Tensor:", 1)),
        *indented(bracketed(f"return {p.name}", [*passed, *(f"self.{v}" for v in settings)], "", 2), 2),
    ]
    out += indented(_predict(p))
    if settings:
        shown = ", ".join(f"{v}={{self.{v}!r}}" if v == "reduction" else f"{v}={{self.{v}}}" for v in settings)
        out += ["", "    def extra_repr(self) -> str:", f'        return f"{shown}"']
    return out


def _constructor(p: Program, settings: list[str]) -> list[str]:
    sizes = _parameter_sizes(p)
    parts = [*(f"{names.variable(d.name)}: int" for d in sizes), *p.number_parameters(), *p.reduction_parameter()]
    body = ["super().__init__()"]
    if sizes:
        parts += ["*", "device: torch.device | None = None", "dtype: torch.dtype | None = None"]
        body.append('kind = {"device": device, "dtype": dtype}')
    for s, v in named(p.parameters):
        shape = ", ".join(names.variable(d.name) for d in s.axes) or "()"
        body.append(f"self.{v} = nn.Parameter(torch.empty({shape}, **kind))")
    body += [f"self.{v} = {v}" for v in settings]
    if sizes:
        body.append("self.reset_parameters()")
    if not parts:
        return []
    return [
        *bracketed("def __init__", ["self", *parts], " -> None:", 1),
        *indented(body),
        "",
        *(RESET if sizes else []),
    ]


def _parameter_sizes(p: Program) -> list[Dim]:
    """The axes of the parameters, those of the inputs first: F, H, C for W1 of (H, F) and W2 of (C, H)."""
    return list(dict.fromkeys(d for s in p.parameters for d in reversed(p.derived.axes(s))))


def _predict(p: Program) -> list[str]:
    """A method for the last term that needs no target, if there are parameters to predict with."""
    term = _prediction(p)
    if term is None:
        return []
    try:
        graph = run(lower((term,), (term,), p.derived.record.id), [Contractions()])[0]
    except GraphError:
        return []
    symbols: list[Symbol] = [node.symbol for node in graph.inputs]
    inputs = variables(s for s in p.tensors if s in symbols and s.role == "input")
    used = variables(s for s in p.parameters if s in symbols)
    return [
        "",
        f"def predict(self, {', '.join(f'{v}: Tensor' for v in inputs)}) -> Tensor:",
        *indented(docstring(f"{term.name}, the last term that needs no target.")),
        f"    {', '.join(used)} = {', '.join(f'self.{v}' for v in used)}",
        *indented(returning(p.writer(graph).lines([term.name]), [term.name])),
    ]


def _prediction(p: Program) -> Let | None:
    targets = {s for s in p.tensors if s.role == "target"}
    if not targets or not p.parameters or p.per_example:
        return None
    learned = set(p.parameters)
    free = [t for t in p.derived.record.terms if t.axes and not targets & (below := set(walk(t))) and learned & below]
    return free[-1] if free else None
