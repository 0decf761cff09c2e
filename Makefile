# make demo, make test: all that is needed is make, python3 and its venv module.

PYTHON ?= python3
TORCH ?= torch==2.13.0
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
READY := .venv/.ready

.PHONY: demo test lint types setup clean

demo: $(READY)
	@$(BIN)/python demo/run.py

test: $(READY)
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: $(READY)
	@$(BIN)/pyright

setup: $(READY) ; @:

# torch first and by itself, so that nothing else chooses its version
$(READY): pyproject.toml setup.py
	@echo "setting up .venv (once; downloads $(TORCH) and the tools)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(PIP) install "$(TORCH)"
	@$(PIP) install --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv build dist out *.egg-info
