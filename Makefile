# evalpipe: `make run` and `make test` do all their set-up themselves.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STUDIES ?=
CORES ?=
PYTEST_ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without compiled bytecode every stage starts three to five times slower.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

TESTED := src tests scripts $(wildcard notebooks) $(wildcard benchmarks)
SIMULATIONS := $(wildcard benchmarks/simulation*.py)
# One thread for linear algebra while several tests run side by side.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow test-slurm simulation bench lint format docs words lock audit clean distclean

help: ## Say what can be done
	@echo 'evalpipe: from the raw files of an intervention study to its report'
	@echo
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo
	@echo '  make run STUDIES=btheb       one study only'
	@echo '  make run PYTHON=python3.12   with this Python (3.11, 3.12 or 3.13)'
	@echo
	@echo '  Afterwards $(BIN)/evalpipe --help teaches the rest.'

setup: ## Make the environment (run and test do this themselves)
	@$(PYTHON) scripts/set_up.py --venv '$(VENV)'

run: setup ## Take every study from its raw files to its report
	@$(BIN)/evalpipe run $(STUDIES) $(if $(CORES),--cores $(CORES))

test: lint ## Check the code and run the tests (minutes)
	$(ONE_THREAD) $(BIN)/python -m pytest -q -n 2 --dist loadscope $(PYTEST_ARGS)

test-slow: setup ## The slow tests too: every mutant, every replicate (long)
	$(ONE_THREAD) $(BIN)/python -m pytest -q -n 2 --dist loadscope -m slow $(PYTEST_ARGS)

test-slurm: setup ## A study through a real Slurm, compared byte by byte (installs Slurm as root)
	EVALPIPE_INSTALL_SLURM=1 $(ONE_THREAD) $(BIN)/python -m pytest -q -m slow \
	  tests/workflow/test_slurm.py $(PYTEST_ARGS)

simulation: setup ## Redo the committed simulation tables (long)
	@for script in $(SIMULATIONS); do echo $$script; \
	  $(ONE_THREAD) $(BIN)/python $$script || exit 1; done

bench: setup ## Measure engine and pipeline; rewrites benchmarks/results
	@for script in $(filter-out $(SIMULATIONS),$(wildcard benchmarks/*.py)); do echo $$script; \
	  $(ONE_THREAD) $(BIN)/python $$script || exit 1; done

lint: setup ## Format, lint, types, import order; changes nothing
	@$(BIN)/ruff format --check --quiet --output-format concise $(TESTED) \
	  || { echo 'not formatted; run: make format'; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise $(TESTED)
	@$(BIN)/snakefmt --check Snakefile >/dev/null 2>&1 \
	  || { echo "Snakefile: not formatted; run: make format"; exit 1; }
	@$(BIN)/snakemake --lint >$(VENV)/lint-snakefile.txt 2>&1 \
	  || { cat $(VENV)/lint-snakefile.txt; exit 1; }
	@$(BIN)/python scripts/strip_notebooks.py --check
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >$(VENV)/lint-imports.txt 2>&1 \
	  || { cat $(VENV)/lint-imports.txt; exit 1; }
	@echo 'lint: clean'

format: setup ## Format the code
	$(BIN)/ruff check --fix-only --quiet $(TESTED)
	$(BIN)/ruff format --quiet $(TESTED)
	$(BIN)/snakefmt Snakefile
	$(BIN)/python scripts/strip_notebooks.py || true

words: setup ## Write the words of the small studies anew (STUDIES=few_lost: only these)
	$(ONE_THREAD) $(BIN)/python tests/words/golden.py $(STUDIES)

docs: setup ## Rewrite what is generated: JSON schema, guide to the plan, tables of proof
	$(BIN)/python scripts/make_docs.py

lock: setup ## Resolve the dependencies again (UPGRADE=1 takes newer versions)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --all-extras $(if $(UPGRADE),--upgrade) \
	  --output-file requirements.lock pyproject.toml >/dev/null

audit: setup ## Compare the lock with known vulnerabilities (DATABASE=folder: a full copy)
	@$(BIN)/python scripts/audit.py $(if $(DATABASE),--database '$(DATABASE)')

clean: ## Remove results and caches; raw data and the environment stay
	rm -rf .snakemake logs .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache \
	  build dist
	find data/processed reports -mindepth 1 ! -name .gitkeep -delete

distclean: clean ## Remove the environment too
	rm -rf '$(VENV)' '$(VENV).lock'
