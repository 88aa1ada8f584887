# `make demo` shows Penstock at work; `make test` proves it. Each target makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REQUIRE_ALL ?=
PYTEST_ARGS ?=

.PHONY: demo test lint bench lock ui-assets clean help

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 8

$(READY): requirements/runtime.txt requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q runtime builder ui
	@touch $@

demo: $(READY) ## start a real API here, sync it twice into DuckDB, show the masked tables
	$(BIN)/python manifests/flights/demo.py

test: $(READY) ## run everything; installs the servers that tests need where it may
	@sh tests/servers.sh
	@REQUIRE_ALL=$(REQUIRE_ALL) sh tests/pyairbyte.sh $(BIN)
	REQUIRE_ALL=$(REQUIRE_ALL) $(BIN)/python -m pytest -q -n auto $(PYTEST_ARGS)

lint: $(READY) ## ruff, mypy and pyright, all strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright

bench: $(READY) ## measure against peers, where they are installed (see benchmarks/README.md)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/builder.py

lock: ## pin the requirements anew, with hashes and without registry addresses
	uv pip compile -q pyproject.toml --extra postgres --generate-hashes --universal --no-header --python-version 3.11 -o requirements/runtime.txt
	uv pip compile -q requirements/dev.in --generate-hashes --universal --no-header --allow-unsafe --python-version 3.11 -o requirements/dev.txt
	uv pip compile -q requirements/pyairbyte.in --generate-hashes --universal --no-header --no-annotate --python-version 3.11 -o requirements/pyairbyte.txt
	uv pip compile -q pyproject.toml --extra postgres --generate-hashes --no-header --no-annotate --python-platform linux --python-version 3.11 --no-emit-package duckdb --no-emit-package pyarrow -o builder/penstock_builder/image/requirements.txt

ui-assets: ## build the JavaScript of the builder's own widgets (needs node)
	cd ui/penstock_ui/components/src && npm ci --no-audit --no-fund && npm run build

clean: ## remove what was made
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
