# Every task. `make` lists them. Needs only Python 3.11+ and make; the rest is set up here.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PACK ?= var/demo-city
LANGUAGE ?= en
# Test processes: one for each core, at least two; from four on the memory of the browsers tells.
PROCESSES ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 2 ? 2 : n > 4 ? 4 : n)))
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The test processes take all cores: threads of the linear algebra would only fight them.
export OPENBLAS_NUM_THREADS ?= 1
# Hundreds of processes start in a test run: compiled modules and parsed definitions are kept for the next.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.ready $(VENV)/.assets $(VENV)/.compressed ## everything that the other tasks need

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Convive needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Node comes from the machine where it is 18 or newer, otherwise from a Python wheel.
$(VENV)/.assets: package.json package-lock.json tools/build_assets.py tools/photo_models.py tools/npm.sh $(VENV)/.ready
	bash tools/npm.sh ci --ignore-scripts --no-audit --no-fund --silent
	$(BIN)/python tools/build_assets.py
	$(BIN)/python tools/photo_models.py
	@touch $@

# Again whenever a file of the pages has changed: copies are named by what they are made of.
$(VENV)/.compressed: $(VENV)/.assets $(shell find src/convive/web/static -type f)
	$(BIN)/python tools/build_assets.py --compress
	@touch $@

demo: setup ## build the demo city, audit it, enter a year of work, open it (PORT=8000)
	rm -rf var/demo-city.new
	PYTHONPATH=. $(BIN)/python -m examples.demo_city --workspace var/demo-city.new
	rm -rf var/demo-city && mv var/demo-city.new var/demo-city
	$(BIN)/convive audit var/demo-city
	PYTHONPATH=. $(BIN)/python -m examples.demo_city.partnership var/demo-city
	$(BIN)/convive serve var/demo-city --port $(PORT)

real: setup ## build and audit the real packs (needs CONVIVE_REAL_DATA)
	set -e; for city in manchester berlin northumbria; do \
	  $(BIN)/python examples/real_packs/$$city.py var/$$city; \
	  $(BIN)/convive audit var/$$city; done

run: setup ## open the observatory on PACK
	$(BIN)/convive serve $(PACK) --port $(PORT)

report: setup ## print the audit report of PACK in LANGUAGE
	$(BIN)/convive report $(PACK) --language $(LANGUAGE)

test: setup ## the tests (set-up included)
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder -m "not calibration" $(ARGS)

check: setup ## formatting, lint, types, import contracts, generated docs; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/docs.py --check

fix: setup ## what a machine can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python tools/docs.py

calibrate: setup ## simulations: coverage, false alarms, recovery (takes a while)
	$(BIN)/python -m pytest -n $(PROCESSES) -m calibration $(ARGS)
	$(BIN)/python tools/calibration.py

oracle: setup ## renew the numbers of R that tests compare with (needs R)
	$(BIN)/python tools/oracle.py $(ARGS)

bench: setup .venv-bench/.ready ## measure the main jobs against peers; writes docs/benchmarks.md
	$(BIN)/python bench/run.py $(ARGS)

# The peers clash with our own packages, so they have an environment of their own.
.venv-bench/.ready: requirements/bench.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

docs: setup ## write the generated reference pages
	$(BIN)/python tools/docs.py

spark: setup $(VENV)/.spark ## set up Spark as another engine (450 MB, needs Java 17)

$(VENV)/.spark: requirements/spark.txt $(VENV)/.ready
	@command -v java >/dev/null || { echo "Spark needs Java 17, and there is no 'java' here. Install a Java runtime first."; exit 1; }
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --require-hashes -r requirements/spark.txt
	@touch $@

pin: $(VENV)/.ready ## renew the pinned requirements
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra dev --python-version 3.11 -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 -o requirements/bench.txt requirements/bench.in
	echo 'pyspark>=4.0,<4.1' | $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 -o requirements/spark.txt -

clean: ## remove what set-up and runs have made
	rm -rf $(VENV) .venv-bench node_modules var src/convive/web/static/vendor src/convive/web/compressed src/convive/web/observatory/methods src/convive/reports/fonts/*.ttf src/convive/connectors/photos/networks/*

.PHONY: help setup spark demo real run report test check fix calibrate bench oracle docs pin clean
