"""The autograd.Function behind a value: its backward is the derived gradient, and can itself be differentiated.

Every computation is written in differentiable torch operations on saved inputs, so a second derivative, and every
transform of torch.func, goes through. Terms that a network keeps for its backward are computed anew when the gradient
is differentiated in turn: kept tensors do not know how they depend on the inputs.
"""

from __future__ import annotations

from derive.codegen.emit.torch import names
from derive.codegen.emit.torch.layout import bracketed, docstring, indented
from derive.codegen.emit.torch.program import Program, named, returning, variables
from derive.expr.leaves import Symbol


def traced(p: Program) -> list[str]:
    """The Function without a jvp, which is the one that torch.compile takes."""
    what = "The loss of every example" if p.per_example else "The value"
    return [
        f"class _{p.class_name}Traced(torch.autograd.Function):",
        *indented(docstring(f"{what} and its derived backward, as torch.compile takes it.")),
        "",
        "    generate_vmap_rule = True",
        "",
        *indented([*_forward(p), "", *_setup(p), "", *_backward(p)]),
    ]


def with_jvp(p: Program) -> list[str]:
    """The Function with a jvp."""
    return [
        f"class _{p.class_name}Function(_{p.class_name}Traced):",
        *indented(docstring("The same, with a jvp for forward-mode differentiation.")),
        "",
        *indented(_jvp(p)),
    ]


def _forward(p: Program) -> list[str]:
    head = ["@staticmethod", *bracketed("def forward", p.arguments, ":", 1)]
    if p.interior:
        return [*head, f"    return _value({', '.join(p.arguments)})"]
    return [*head, *indented(returning(p.writer().lines([p.derived.value]), [p.derived.value]))]


def _setup(p: Program) -> list[str]:
    tensors, numbers = variables(p.tensors), variables(p.numbers)
    body = [_unpacked(p.arguments, "inputs")]
    if p.interior:
        body.append("ctx.mark_non_differentiable(*output[1:])")
    kept = [*tensors, *(["*output[1:]"] if p.interior else [])]
    body += bracketed("ctx.save_for_backward", kept, "", 2) + bracketed("ctx.save_for_forward", tensors, "", 2)
    if numbers:
        body.append(f"{', '.join(f'ctx.{n}' for n in numbers)} = {', '.join(numbers)}")
    return ["@staticmethod", "def setup_context(ctx, inputs, output):", *indented(body)]


def _backward(p: Program) -> list[str]:
    body = [_unpacked([*variables(p.tensors), *map(names.variable, p.interior)], "ctx.saved_tensors")]
    if p.interior:
        body += ["if torch.is_grad_enabled():  # this derivative is differentiated in turn", f"    {_recomputed(p)}"]
    body += _slopes_call(p, "ctx.needs_input_grad")
    products = []
    for s in p.tensors:
        slope = names.variable(p.derived.slopes.get(s, ""))
        product = _times_output(p, s, slope) if slope else "None"
        products.append(f"None if {slope} is None else {product}" if slope and p.several else product)
    products += ["None"] * len(p.numbers)
    if p.several:
        body += ["return (", *(f"    {product}," for product in products), ")"]
    else:
        body.append(f"return {', '.join(products)}")
    return ["@staticmethod", f"def backward(ctx, grad_output{', *_' if p.interior else ''}):", *indented(body)]


def _times_output(p: Program, symbol: Symbol, slope: str) -> str:
    """The gradient of one input: slope times incoming gradient, summed where all examples share the input."""
    axes = p.derived.axes(symbol)
    spread = "grad_output" + (f"[..., {', '.join(['None'] * len(axes))}]" if axes and p.per_example else "")
    product = f"{spread} * {slope}"
    if not p.per_example or p.derived.batched(symbol):
        return product
    return f"({product}).sum_to_size({names.variable(symbol.name)}.shape)" if axes else f"({product}).sum()"


def _jvp(p: Program) -> list[str]:
    tensors = variables(p.tensors)
    tangents = [f"{v}_tangent" for v in tensors]
    body = [_unpacked(tensors, "ctx.saved_tensors")]
    body += [_recomputed(p)] if p.interior else []
    if p.several:
        body += bracketed("tangents = ", tangents, "", 2)
    body += _slopes_call(p, "[t is not None for t in tangents]")
    products = [(f"{v}_tangent", _times_tangent(p, s, v)) for s, v in named(p.tensors) if s in p.derived.slopes]
    if p.several:
        body += ["products = [", *(f"    {product} if {t} is not None else 0," for t, product in products), "]"]
    out = "sum(products)" if p.several else products[0][1]
    body.append(f"return {', '.join([out, *(['None'] * len(p.interior))])}")
    more = ["*_"] if p.numbers else []
    return ["@staticmethod", *bracketed("def jvp", ["ctx", *tangents, *more], ":", 1), *indented(body)]


def _times_tangent(p: Program, symbol: Symbol, variable: str) -> str:
    """The derivative along one input's tangent, summed over the axes of the slope."""
    axes = p.derived.axes(symbol)
    product = f"{names.variable(p.derived.slopes[symbol])} * {variable}_tangent"
    if not axes:
        return product
    dims = ", ".join(str(-n) for n in range(len(axes), 0, -1)) if p.per_example else ""
    return f"({product}).sum({f'({dims})' if ',' in dims else dims})"


def value(p: Program) -> list[str]:
    """The value with the terms that its derivative uses again; or by itself, if it has no derivative."""
    if p.derived.slopes and not p.interior:
        return []
    wanted = [p.derived.value, *p.interior]
    kept = ", ".join(map(names.variable, p.interior))
    return [
        *bracketed("def _value", p.arguments, ":"),
        *indented(docstring(f"The value, and {kept}, which its derivative needs." if kept else "The value.")),
        *indented(returning(p.writer().lines(wanted), wanted)),
    ]


def slopes(p: Program) -> list[str]:
    """The derivative of the value by each input, named d<input>."""
    wanted = list(p.derived.slopes.values())
    given = [*variables(p.tensors), *map(names.variable, p.interior), *variables(p.numbers)]
    what = "loss of an example" if p.per_example else "value"
    lines = p.writer().lines(wanted, known=p.interior)
    if not p.several:
        (symbol,) = p.derived.slopes
        body = [
            *docstring(f"The derivative of the {what} by {names.variable(symbol.name)}."),
            *returning(lines, wanted),
        ]
        return [*bracketed("def _slopes", given, ":"), *indented(body)]
    read = {n for line in lines for n in line.reads}
    last = {n: f"need_{names.variable(s.name)}" for s, n in p.derived.slopes.items() if n not in read}
    asked = {line.node for line in lines} & set(last)
    flags = [last[n] if (n := p.derived.slopes.get(s, "")) in asked else "_" for s in p.tensors]
    body = [
        *docstring(f"The derivative of the {what} by each input, None where it is not needed."),
        f"{', '.join([*flags, *(['*_'] if p.numbers else [])])} = needed",
        *(f"{line} if {last[line.node]} else None" if line.node in asked else str(line) for line in lines),
        f"return {', '.join(map(names.variable, wanted))}",
    ]
    return [*bracketed("def _slopes", [*given, "needed"], ":"), *indented(body)]


def _slopes_call(p: Program, needed: str) -> list[str]:
    given = [*variables(p.tensors), *map(names.variable, p.interior), *(f"ctx.{n}" for n in variables(p.numbers))]
    targets = ", ".join(names.variable(n) for n in p.derived.slopes.values())
    return bracketed(f"{targets} = _slopes", [*given, *([needed] if p.several else [])], "", 2)


def _recomputed(p: Program) -> str:
    stored = [*variables(p.tensors), *(f"ctx.{n}" for n in variables(p.numbers))]
    return f"_, {', '.join(map(names.variable, p.interior))} = _value({', '.join(stored)})"


def _unpacked(targets: list[str], source: str) -> str:
    return f"({targets[0]},) = {source}" if len(targets) == 1 else f"{', '.join(targets)} = {source}"
