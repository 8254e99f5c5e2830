# All commands of the project. `make` alone lists them. CI runs .ci/run, which runs `make check`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
COMPETITORS := $(VENV)/.competitors
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate
# What users install: the versions that the tests run with.
PINNED := $(LOCK) --constraint .requirements.lock
EXTRAS = $(shell $(BIN)/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb")); \
    print(*project["project"]["optional-dependencies"])')
SPECTRAL := openapi/node_modules/.ready
PORT ?= 8080
FORMAT ?= markdown
EXAMPLES ?= 20
# Modules that are not covered without a Redis server.
NO_REDIS = $(shell command -v redis-server >/dev/null || echo '--omit=*/redis_limiter.py,*/redis_window.py')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo mock test coverage fuzz mutants conformance check format-check lint types \
        lint-workflows verify-generated docs generate format docs-diff api-diff bench build release lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

# --- use it

setup: $(READY) ## install everything, at the locked versions, into .venv

demo: $(READY) ## start the mock and run overlay/examples/demo.py against it
	@$(BIN)/python overlay/examples/demo.py

mock: $(READY) ## serve the mock on 127.0.0.1 (PORT=8080) until Ctrl-C
	@$(BIN)/python -m mews_vouchers.mock --port $(PORT)

# --- check it

test: $(READY) ## run the tests, on all cores (HTTP_LIBRARY=httpx2: on httpx2 instead of httpx)
	@$(BIN)/python -m pytest --numprocesses auto

coverage: $(READY) ## run the tests; fail unless they reach every line and branch of the overlay
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest --quiet --numprocesses auto -m "not slow and not anywhere"
	@$(BIN)/python -m pytest --quiet --numprocesses auto -m "anywhere and not slow"
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report $(NO_REDIS)

fuzz: $(READY) ## run the property tests with EXAMPLES=20 times the examples; SEED=... repeats a run
	@export EXAMPLES=$(EXAMPLES) SEED=$(or $(SEED),$(strip $(shell od -An -N4 -tu4 /dev/urandom))); \
	    echo "make fuzz SEED=$$SEED EXAMPLES=$$EXAMPLES"; \
	    $(BIN)/python -m pytest --numprocesses auto -m hypothesis --hypothesis-profile=fuzz --hypothesis-seed=$$SEED

conformance: $(READY) ## compare a server with the mock (BASE_URL=https://...; default: a served mock)
	@$(BIN)/python -m tests.programs.conformance $(BASE_URL)

check: format-check lint types verify-generated coverage ## run all checks of the sources, as CI does

format-check: $(READY)
	@$(BIN)/ruff format --check --quiet . || { echo "error: not formatted: run 'make format'" >&2; exit 1; }

lint: $(READY) $(SPECTRAL) lint-workflows ## lint the code, the direction of imports, the document and the workflows
	@$(BIN)/ruff check --quiet .
	@PYTHONPATH=openapi $(BIN)/lint-imports --no-cache >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@cd openapi && PATH="$(abspath $(BIN)):$$PATH" npx --no-install spectral lint --quiet \
	    --ruleset .spectral.yaml --fail-severity hint mews-vouchers.yaml

lint-workflows: $(READY)
	@{ $(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml && \
	    $(BIN)/zizmor --quiet --offline --strict-collection --pedantic .github; } \
	    >$(VENV)/workflows.log 2>&1 || { cat $(VENV)/workflows.log; exit 1; }

types: $(READY) ## run mypy --strict and pyright, also on the generated code
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pyright --pythonpath $(BIN)/python >$(VENV)/pyright.log || { cat $(VENV)/pyright.log; exit 1; }

verify-generated: $(READY) ## fail unless generated/ and the sync client are up to date
	@PYTHONPATH=openapi $(BIN)/python -m pipeline.generate --check
	@$(BIN)/python overlay/unasync.py --check

docs: $(READY) ## build the documentation site into build/docs, and check it: links, and in Chromium if there is one
	@rm -rf build/docs build/doctrees
	@$(BIN)/sphinx-build -q -W --keep-going -n -d build/doctrees -b html overlay/docs build/docs
	@$(BIN)/python -m tests.programs.site build/docs

mutants: $(READY) ## plant known bugs, which tests must catch (ONLY=name, LIST=1)
	@$(BIN)/python -m tests.programs.mutants $(if $(LIST),--list) $(if $(ONLY),'$(ONLY)')

# --- change it

generate: $(READY) ## generate generated/ from openapi/, and the sync client from the async one
	@PYTHONPATH=openapi $(BIN)/python -m pipeline.generate
	@$(BIN)/python overlay/unasync.py

format: $(READY) ## format the code and apply safe fixes
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

docs-diff: $(READY) ## show what is new in the vendor's documentation ([SOURCE=...] [DEMO=1] [FORMAT=json] [RECORD=1])
	@PYTHONPATH=openapi $(BIN)/python -m comparison.docs_diff --format '$(FORMAT)' $(if $(DEMO),--demo) $(if $(RECORD),--record) \
	    $(foreach source,$(SOURCE),'$(source)')

api-diff: $(READY) ## show what changed for users since OLD=<git revision>
	@[ -n '$(OLD)' ] || { echo "error: name the revision to compare with: make api-diff OLD=<git revision>" >&2; exit 2; }
	@PYTHONPATH=openapi $(BIN)/python -m comparison.api_diff '$(OLD)'

bench: $(COMPETITORS) ## compare the speed with other clients: ten minutes (ONLY=name)
	@$(BIN)/python -m tests.programs.benchmarks $(if $(ONLY),'$(ONLY)')

build: $(READY) ## build the wheel and the sdist into dist/
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation . >$(VENV)/build.log 2>&1 || { cat $(VENV)/build.log; exit 1; }
	@ls dist/*

release: $(READY) ## check whether the last commit can be released, and build it into dist/; publishes nothing
	@PYTHONPATH=openapi $(BIN)/python -m tests.programs.release

lock: $(READY) ## lock the newest versions that pyproject.toml allows
	@$(LOCK) --group dev --all-extras --output-file .requirements.lock pyproject.toml
	@$(LOCK) --group bench --constraint .requirements.lock --output-file .requirements-bench.lock
	@$(PINNED) --output-file overlay/requirements/base.txt pyproject.toml
	@for extra in $(EXTRAS); do \
	    $(PINNED) --extra $$extra --output-file overlay/requirements/$$extra.txt pyproject.toml || exit 1; \
	done

clean: ## remove everything that the other targets created
	@rm -rf $(VENV) build dist openapi/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- how

$(LOCKED): .requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "error: Python 3.11 or newer is required: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) (once; takes a minute or two)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --require-hashes --requirement .requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(COMPETITORS): .requirements-bench.lock $(READY)
	@echo "installing what only the benchmarks need"
	@$(PIP) --require-hashes --requirement .requirements-bench.lock
	@touch $@

$(SPECTRAL): openapi/package-lock.json $(READY)
	@cd openapi && PATH="$(abspath $(BIN)):$$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@
