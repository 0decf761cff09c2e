"""What holds for every module: layers look down only, files stay small, nothing evaluates text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = {"derive": "derive", "catalog": "derive.catalog", "codegen": "derive.codegen"}  # by folder

# From the ground up. A module imports from its own layer and from those before it.
LAYERS = {
    "derive": ("expr", "text", "meaning", "chain", "prove", "rules", "derivation", "entry", "page"),
    "codegen": ("graph", "rewrite", "schedule", "emit", "check"),
}
ON_TOP = {"cli"}  # the only other folder of derive/; single modules (api, __main__, workers) stand on top as well
SEES_ALL = {"api", "cli", "library"}  # the modules of derive/ that may import catalog/ and codegen/
USES = {
    "catalog": {"entry", "rules"},
    "codegen": {"expr", "meaning", "chain", "entry", "files"},
}  # what they take from derive/

MAX_LINES = 450
WRITTEN = {".py", ".cpp", ".cu", ".cuh", ".h", ".jinja", ".js", ".css", ".html"}
NO_IDEA = {"common", "helper", "helpers", "misc", "util", "utils"}
EVALUATES_TEXT = {"eval", "exec", "sympify", "parse_expr"}


def files(folder: str, *suffixes: str) -> list[Path]:
    """The files we wrote in a folder; rglob does not follow the symlinks derive/catalog and derive/codegen."""
    found = (path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes and path.is_file())
    return sorted(path for path in found if "third_party" not in path.parts)


def module_name(path: Path) -> str:
    folder, *parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([PACKAGE[folder], *parts]).removesuffix(".__init__")


MODULES = {module_name(path): path for folder in PACKAGE for path in files(folder, ".py")}


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each of our modules that the source imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(level=0, module="derive" | "derive.catalog" | "derive.codegen" as package):
                names = [f"{package}.{alias.name}" for alias in node.names if not alias.name.startswith("__")]
            case ast.ImportFrom():
                names = ["." * node.level + (node.module or "")]
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(text)) | ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]), *_],
            ):
                names = [text]
            case _:
                continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in ("derive", ""))


def place(name: str) -> tuple[str, str]:
    """Folder and layer of a module: ("codegen", "emit") for derive.codegen.emit.names."""
    first, second = [*name.split("."), "", ""][1:3]
    return (first, second) if first in ("catalog", "codegen") else ("derive", first)


def height(folder: str, layer: str) -> int:
    layers = LAYERS[folder]
    if layer in layers:
        return layers.index(layer)
    if folder == "codegen" and layer and (ROOT / folder / layer).is_dir():
        return layers.index("emit")  # a target
    return len(layers)


def objection(importer: str, imported: str) -> str | None:
    """Why the first module must not import the second, if so."""
    if imported.startswith("."):
        return "write it from the root"
    (folder, layer), (target, wanted) = place(importer), place(imported)
    if target == folder == "catalog":
        return None
    if target == folder:
        return "it stands higher" if height(target, wanted) > height(folder, layer) else None
    if target == "derive":
        return None if wanted in USES[folder] else f"{folder}/ takes only {', '.join(sorted(USES[folder]))}"
    return None if folder == "derive" and layer in SEES_ALL else f"only {' and '.join(sorted(SEES_ALL))} may"


def violations(importer: str, source: str) -> list[str]:
    found = ((line, name, objection(importer, name)) for line, name in imports(source))
    return [f"{importer}:{line} imports {name}: {why}" for line, name, why in found if why]


def evaluations(source: str) -> list[int]:
    """The lines that name a function which runs or parses text as code; `model.eval()` is none of them."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) if name in EVALUATES_TEXT:
                lines.append(node.lineno)
            case ast.Attribute(attr="sympify" | "parse_expr") | ast.Attribute(ast.Name("builtins"), "eval" | "exec"):
                lines.append(node.lineno)
            case ast.ImportFrom(names=names) if EVALUATES_TEXT & {alias.name for alias in names}:
                lines.append(node.lineno)
            case ast.Call(func=ast.Attribute(ast.Name("sympy" | "sp"), "S")):
                lines.append(node.lineno)
    return lines


def test_layers_look_down_only() -> None:
    found = [line for name, path in MODULES.items() for line in violations(name, path.read_text("utf-8"))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("folder", PACKAGE)
def test_no_folder_escapes(folder: str) -> None:
    """Every folder with modules is walked, and in derive/ it has a place among the layers."""
    inside = [path for path in (ROOT / folder).iterdir() if path.is_dir() and not path.is_symlink()]
    layers = {path.name for path in inside if any(path.rglob("*.py"))}
    walked = {layer for where, layer in map(place, MODULES) if where == folder}
    assert layers <= walked
    assert PACKAGE[folder] in MODULES
    if folder == "derive":
        assert layers <= {*LAYERS["derive"], *ON_TOP}, "give the new folder a place in LAYERS"


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("derive.expr.node", "from derive.page.latex import show"),
        ("derive.expr.node", "def show():\n    import derive.page"),
        ("derive.meaning.laws", "from derive import rules as r"),
        ("derive.chain", "from derive import check"),
        ("derive.chain", "import derive"),
        ("derive.entry.walk", "import_module(f'derive.catalog.{name}')"),
        ("derive.page.code", "from derive.codegen.emit import program"),
        ("derive.text.parse", "from ..page import latex"),
        ("derive.worker", "from derive.catalog import loss"),
        ("derive.catalog.loss.focal", "from derive.expr import Sum"),
        ("derive.catalog.loss.focal", "from derive import check"),
        ("derive.codegen.graph", "from derive.codegen.emit import program"),
        ("derive.codegen.emit.names", "from derive.codegen import check"),
        ("derive.codegen.check", "from derive.prove import prove"),
        ("derive.codegen.check", "from derive.catalog.loss import focal"),
    ],
)
def test_a_planted_import_is_seen(importer: str, source: str) -> None:
    assert len(violations(importer, source)) == 1


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("derive.page.latex", "import sympy\nfrom derive.expr.node import Expr\nfrom derive.page import colours"),
        ("derive.cli", "from derive.catalog.loss import focal\nfrom derive.codegen import check\nimport derive.api"),
        ("derive.entry", "from derive import __version__, rules"),
        ("derive.catalog.loss.focal", "from derive import rules as r\nfrom derive.entry import Entry"),
        ("derive.codegen.check", "from derive.codegen.emit import program\nfrom derive.chain import Chain"),
    ],
)
def test_imports_that_look_down_pass(importer: str, source: str) -> None:
    assert violations(importer, source) == []


def test_files_stay_small() -> None:
    lengths = {path: path.read_text("utf-8").count("\n") for folder in PACKAGE for path in files(folder, *WRITTEN)}
    found = [f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths.items() if lines > MAX_LINES]
    assert lengths
    assert not found, "\n" + "\n".join(found)


def test_modules_are_named_for_an_idea() -> None:
    assert [name for name in MODULES if NO_IDEA & set(name.split("."))] == []


def test_nothing_evaluates_text() -> None:
    found = [f"{name}:{line}" for name, path in MODULES.items() for line in evaluations(path.read_text("utf-8"))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("eval(text)", [1]),
        ("list(map(eval, texts))", [1]),
        ("import sympy\nsympy.sympify(text)", [2]),
        ("from sympy import sympify as s", [1]),
        ("sympy.S(text)", [1]),
        ("builtins.exec(text)", [1]),
        ("model.eval()\nsympy.S.Half\nsympy.Symbol(text)", []),
    ],
)
def test_a_planted_evaluation_is_seen(source: str, lines: list[int]) -> None:
    assert evaluations(source) == lines
