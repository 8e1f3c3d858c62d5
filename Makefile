# The two commands: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PIP := $(BIN)/pip --disable-pip-version-check --no-input -qq
# The machine's own npm, else the one that requirements/node.txt puts into the virtual environment.
NPM = $(shell command -v npm 2>/dev/null || echo $(CURDIR)/$(BIN)/npm)
TEMPLATES = $$(git ls-files 'templates/*.html' 'templates/**/*.html')

.PHONY: help
help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo
	@echo "  From the environment: HOST (127.0.0.1), PORT (8000) and DATA_DIR (var/) of the demo, PYTHON (python3)"

# -- set-up: each step leaves a stamp and is done again only when its input changes ------------------------------------
$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed: say where it is, such as PYTHON=/usr/bin/python3.11 make demo" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making a virtual environment ..."; $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/prod: requirements/prod.txt | $(STAMPS)/venv
	@echo "Installing Python packages ..."
	@$(PIP) install --require-hashes --no-warn-script-location -r requirements/prod.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/venv
	@echo "Installing Python packages for tests ..."
	@$(PIP) install --require-hashes --no-warn-script-location -r requirements/dev.txt
	@touch $@ $(STAMPS)/prod

$(STAMPS)/npm: package-lock.json .npmrc requirements/node.txt | $(STAMPS)/venv
	@command -v npm >/dev/null 2>&1 || { echo "Installing Node from PyPI, this machine has none ..."; \
	  $(PIP) install --require-hashes --no-warn-script-location -r requirements/node.txt; }
	@echo "Installing front-end packages ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) ci --silent --ignore-scripts
	@touch $@

$(STAMPS)/fonts: academy/management/commands/build_fonts.py $(STAMPS)/npm | $(STAMPS)/python
	@echo "Cutting the type ..."
	@$(BIN)/python manage.py build_fonts >/dev/null
	@touch $@

H5P_SOURCES = curriculum/h5p/building.py curriculum/management/commands/build_h5p.py \
  $(shell find curriculum/h5p/types curriculum/content/activities -type f)
$(STAMPS)/h5p: $(H5P_SOURCES) | $(STAMPS)/python
	@echo "Zipping our own activities ..."
	@$(BIN)/python manage.py build_h5p >/dev/null
	@touch $@

# Whichever set of Python packages there is: dev holds all of prod.
.PHONY: $(STAMPS)/python
$(STAMPS)/python:
	@test -e $(STAMPS)/dev -a $(STAMPS)/dev -nt requirements/dev.txt || $(MAKE) -s --no-print-directory $(STAMPS)/prod

CATALOGUES = $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
$(CATALOGUES): %.mo: %.po | $(STAMPS)/python
	@$(BIN)/python manage.py compile_messages

.PHONY: setup
setup: $(STAMPS)/python $(STAMPS)/npm $(STAMPS)/fonts $(STAMPS)/h5p $(CATALOGUES) ## Install what the academy needs; quick the second time

.PHONY: setup-test
setup-test: $(STAMPS)/dev setup chromium ## Install what the tests need as well, Chromium included

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
	  || command -v google-chrome >/dev/null 2>&1 || .ci/install-chromium "$(BIN)"

# -- the demo ---------------------------------------------------------------------------------------------------------
.PHONY: demo
demo: setup ## Serve the demo academy (HOST, PORT, DATA_DIR)
	@DJANGO_SETTINGS_MODULE=academy.settings.demo exec $(BIN)/python manage.py demo

.PHONY: demo-reset
demo-reset: setup ## Forget the demo's data and load it afresh
	@DJANGO_SETTINGS_MODULE=academy.settings.demo exec $(BIN)/python manage.py demo --reset --prepare

# -- checks and tests -------------------------------------------------------------------------------------------------
.PHONY: lint
lint: setup-test ## Style, types, import contracts, templates, messages, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(BIN)/python manage.py check_messages
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/mypy

# Lint keeps one core busy: the other makes the databases that tests begin with.
.PHONY: test
test: setup-test ## Everything that is checked before a change lands: lint, then pytest
	@$(MAKE) --no-print-directory -j 2 lint test-databases
	$(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: test-databases
test-databases: setup-test
	@$(BIN)/python -W ignore -m tests.prepare >/dev/null

.PHONY: prove
prove: setup-test ## The larger proofs, on PostgreSQL and Redis; writes tests/proofs/RESULTS.md
	$(BIN)/python -m tests.performance.measure --write
	$(BIN)/python -m tests.performance.items --write
	$(BIN)/python -m tests.performance.submits --write
	$(BIN)/python -m tests.performance.seats --write
	$(BIN)/python -m tests.performance.steps --write
	$(BIN)/python -m tests.performance.progress --write
	$(BIN)/python -m tests.performance.board --write
	$(BIN)/python -m tests.performance.kills --write
	$(BIN)/python -m tests.performance.month --write
	$(BIN)/python -m tests.performance.certificates --write
	$(BIN)/python -m tests.performance.imports --write
	$(BIN)/python -m tests.performance.statements --write
	$(BIN)/python -m tests.performance.packages --write
	$(BIN)/python -m tests.performance.package_kills --write

.PHONY: format
format: $(STAMPS)/dev ## Format Python and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 5.2 $(TEMPLATES)

.PHONY: messages
messages: $(STAMPS)/dev ## Bring the message catalogues up to date with code and templates
	$(BIN)/python manage.py update_messages

.PHONY: lock
lock: $(STAMPS)/dev ## Lock the newest allowed versions of Python and front-end packages
	cd requirements && for name in prod dev node; do \
	  ../$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    --python-version 3.11 --universal $$name.in -o $$name.txt || exit 1; \
	done
	PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) install --package-lock-only --ignore-scripts
	$(BIN)/python .ci/clean-lock package-lock.json
	! grep -nE 'https?://' requirements/*.txt package-lock.json

.PHONY: clean
clean: ## Remove everything that set-up made, but no data
	rm -rf $(VENV) node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
