# The first `make` sets everything up in .venv, from the versions in requirements.lock.
# That lists everything, hence --no-deps: a release made since then changes nothing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
BENCH := build/bench-venv

.PHONY: help demo demo-import test check mypy pyright generate format lock bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      try the SDK against a sandbox on this machine"
	@echo "make demo-import  load a million events into a sandbox on this machine, in a minute"
	@echo "make test      run the tests, with coverage"
	@echo "make check     generated files, lint, formatting, types"
	@echo "make generate  write the generated files from openapi/"
	@echo "make format    format the code, and mend what lint can mend"
	@echo "make lock      choose the versions of the dependencies anew"
	@echo "make bench     measure the SDK beside other clients, in five minutes (ARGS=--quick: in half of one)"
	@echo "make clean     remove what make has made"

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once, about half a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cio-sdk needs Python 3.11 or newer")'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(READY)

demo: $(READY)
	@$(BIN)/python examples/quickstart.py

demo-import: $(READY)
	@$(BIN)/python scripts/demo_import.py

test: $(READY)
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal --cov --cov-report=term --cov-fail-under=95

check: $(READY)
	$(BIN)/python scripts/generate.py --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/doc_code.py
	@$(MAKE) --no-print-directory --jobs 2 --output-sync mypy pyright

mypy pyright: $(READY)
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/$@

generate: $(READY)
	$(BIN)/python scripts/generate.py

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--no-emit-find-links --group dev --all-extras pyproject.toml --output-file requirements.lock

$(BENCH)/ready: benchmarks/requirements.lock
	@echo "Setting up $(BENCH) (once, about half a minute) ..."
	@$(PYTHON) -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

bench: $(BENCH)/ready
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
		--force-reinstall .
	@$(BENCH)/bin/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
