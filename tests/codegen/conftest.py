"""Generated files, loaded as a user would load them: from a folder that knows nothing of this project."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch

from derive.codegen.emit.torch.emitter import emit
from derive.entry.record import Record


@pytest.fixture(scope="session")
def torch_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Record], ModuleType]:
    """Writes the PyTorch file of a record and imports it; once for each record."""
    torch.set_num_threads(1)  # the workers of a parallel run share the cores
    loaded: dict[str, ModuleType] = {}

    def load(record: Record) -> ModuleType:
        if record.id not in loaded:
            path: Path = tmp_path_factory.mktemp("generated") / f"{record.id.rpartition('.')[2]}.py"
            path.write_text(emit(record), "utf-8")
            spec = importlib.util.spec_from_file_location(f"generated_{path.stem}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            loaded[record.id] = module
        return loaded[record.id]

    return load
