"""C++ text for functions of single elements: a statement for every named value, expressions for the rest."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

from derive.codegen.emit.cpp.names import identifier
from derive.codegen.emit.cpp.operations import ATOM, CHOICE, PRODUCT, SUM, implementation
from derive.codegen.emit.cpp.selection import select
from derive.codegen.graph.graph import Node
from derive.codegen.schedule.stage import Argument, Function, Schedule, Step

CONSTANTS = {"pi": "3.141592653589793238", "eulergamma": "0.577215664901532861"}
WIDTH = 120
LONGEST = 72  # of an expression that is written inside another
LONGEST_COMMENT = 110
COMPARE = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "delta")
INTEGERS = ("size", "position")
Text = tuple[str, int]  # an expression, and how tightly its outermost operator binds


def needed_files(functions: Iterable[Function]) -> tuple[str, ...]:
    """The files of codegen/emit/functions that these functions call."""
    operations = (s.node.operation for f in functions for s in select(f).steps if s.node.kind != "constant")
    return tuple(dict.fromkeys(need for o in operations for need in implementation(o).needs))


def element_function(function: Function) -> str:
    """A template that computes the results of one element, each through a reference."""
    writer = _Writer(select(function), "Real")
    arguments = [f"{_type(a, 'Real')} {identifier(a.variable)}" for a in function.arguments]
    results = [f"Real& {name}" for name in outputs(function)]
    head = f"template <class Real>\nDERIVE_HD void {function.name}({', '.join((*arguments, *results))}) {{"
    return "\n".join((wrapped(head), *writer.body(), "}"))


def coefficient_struct(schedule: Schedule) -> str:
    """A struct whose constructor computes, in double precision, what depends on plain numbers alone."""
    function = schedule.coefficients
    if function is None:
        return ""
    writer = _Writer(select(function), "double", fields=True)
    arguments = ", ".join(f"{_type(a, 'double')} {identifier(a.variable)}" for a in function.arguments)
    fields = ", ".join(identifier(r) for r in function.results)
    return "\n".join((
        f"struct {function.name} {{",
        f"  double {fields};",
        f"  explicit {function.name}({arguments}) {{",
        *(f"  {line}" for line in writer.body()),
        "  }",
        "};",
    ))  # fmt: skip


def outputs(function: Function) -> tuple[str, ...]:
    """The variables through which results leave; a result that is an argument gets another name than the argument."""
    taken = {identifier(a.variable) for a in function.arguments}
    names = []
    for result in function.results:
        name = identifier(result)
        while name in taken:
            name += "_out"
        names.append(name)
    return tuple(names)


def _type(argument: Argument, real: str) -> str:
    return "std::int64_t" if argument.node.kind in INTEGERS else real


def wrapped(text: str) -> str:
    """Text in lines of at most 120 columns, broken after commas; what follows is indented by four more."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        while len(line) > WIDTH and ", " in line[len(indent) : WIDTH]:
            cut = line.rfind(", ", 0, WIDTH) + 1
            lines.append(line[:cut])
            line = indent + line[cut:].lstrip()
        lines.append(line)
    return "\n".join(lines)


class _Writer:
    """The body of one function."""

    def __init__(self, function: Function, real: str, fields: bool = False) -> None:
        self.function = function
        self.real = real
        self.fields = fields  # results are members, not references
        self.steps = {s.variable: s for s in function.steps}
        self.arguments = {a.variable: a for a in function.arguments}
        self.uses = Counter(operand for s in function.steps for operand in s.operands)
        self.texts: dict[str, Text] = {}
        self.outputs = dict(zip(function.results, outputs(function), strict=True))

    def body(self) -> Iterator[str]:
        for step in self.function.steps:
            text = self.expression(step)
            name = identifier(step.variable)
            if step.variable in self.function.results:
                yield from self._statement(f"{name} = {text[0]};", step.node)
                self.texts[step.variable] = (name, ATOM)
            elif self._stands_alone(step, text[0]):
                yield from self._statement(f"const {self.real} {name} = {text[0]};", step.node)
                self.texts[step.variable] = (name, ATOM)
            else:
                self.texts[step.variable] = text
        for result in self.function.results:
            if result in self.arguments:
                yield f"  {self.outputs[result]} = {self.operand(result, CHOICE)};"

    def _stands_alone(self, step: Step, text: str) -> bool:
        """Whether a value gets a statement: it has the author's name, or is used twice, or is long."""
        if step.node.kind == "constant" or step.node.operation in COMPARE[:6]:
            return False
        return step.node.named or self.uses[step.variable] > 1 or len(text) > LONGEST

    def _statement(self, text: str, node: Node) -> Iterator[str]:
        definition = comment(f"{node.name} = {node.origin.text}")
        if node.named and node.origin.text and node.origin.term == node.name and len(definition) <= LONGEST_COMMENT:
            yield f"  // {definition}"
        yield f"  {text}"

    def expression(self, step: Step) -> Text:
        if step.node.kind == "constant":
            return self._constant(step.node)
        match step.node.operation:
            case "add":
                return self._sum(step.operands)
            case "multiply":
                first, *rest = step.operands
                return " * ".join((self.operand(first, PRODUCT), *(self.operand(r, ATOM) for r in rest))), PRODUCT
            case "integer_power":
                base, exponent = step.operands
                return f"integer_power<{self.steps[exponent].node.number}>({self.operand(base, CHOICE)})", ATOM
        row = implementation(step.node.operation)
        if step.node.operation in COMPARE and all(self._integer(o) for o in step.operands):
            texts = [self._integer(o) for o in step.operands]
        else:
            right = ATOM if step.node.operation == "divide" else row.operands
            texts = [self.operand(o, row.operands if k == 0 else right) for k, o in enumerate(step.operands)]
        return row.text.format(*texts).replace("Real(", f"{self.real}("), row.binds

    def operand(self, variable: str, binds: int) -> str:
        """The text of an operand, in brackets unless it binds at least this tightly."""
        text, own = self._value(variable)
        return text if own >= binds else f"({text})"

    def _value(self, variable: str) -> Text:
        if variable not in self.arguments:
            return self.texts[variable]
        name = identifier(variable)
        return (f"{self.real}({name})" if self.arguments[variable].node.kind in INTEGERS else name), ATOM

    def _integer(self, variable: str) -> str:
        """The text of an operand that is an integer, else nothing."""
        if variable in self.arguments and self.arguments[variable].node.kind in INTEGERS:
            return identifier(variable)
        number = self.steps[variable].node.number if variable in self.steps else None
        return str(number) if number is not None and number.denominator == 1 else ""

    def _sum(self, operands: tuple[str, ...]) -> Text:
        out = self.operand(operands[0], SUM)
        for variable in operands[1:]:
            step = self.steps.get(variable)
            number = step.node.number if step is not None else None
            text, _ = self._value(variable)
            if number is not None and number < 0:
                out += f" - {self._number(-number)}"
            elif step is not None and step.node.operation == "negate" and not self.uses_name(variable):
                out += f" - {self.operand(step.operands[0], PRODUCT)}"
            else:
                out += f" + {text if self._value(variable)[1] > CHOICE else f'({text})'}"
        return out, SUM

    def uses_name(self, variable: str) -> bool:
        """Whether a value stands in a variable of its own."""
        return self.texts.get(variable) == (identifier(variable), ATOM)

    def _constant(self, node: Node) -> Text:
        if node.number is not None:
            return self._number(node.number), ATOM
        return f"{self.real}({CONSTANTS[str(node.value)]})", ATOM

    def _number(self, value: Fraction) -> str:
        """A number in the precision of the function, as exact as that allows."""
        text = str(value) if value.denominator == 1 and abs(value) < 2**53 else repr(float(value))
        if self.real == "double":
            return repr(float(value))
        return f"{self.real}({text})"


def comment(text: str) -> str:
    """Text on one line that ends no comment and joins no lines."""
    return " ".join(text.split()).replace("*/", "* /").rstrip("\\").rstrip()


def comment_lines(*texts: str) -> str:
    """Texts as // comments of at most 120 columns; an empty text is an empty line."""
    width = WIDTH - len("// ")
    lines = [line for text in texts for line in textwrap.wrap(comment(text), width, subsequent_indent="  ") or [""]]
    return "\n".join(f"// {line}".rstrip() for line in lines)
