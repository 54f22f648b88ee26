# The commands of the house. `make help` lists them; CONTRIBUTING.md says when to use which.
# Needs python3 (3.11 or newer) and make, nothing else; written for GNU make 3.81 and later.
PYTHON ?= python3
PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
# Processes the tests run in: a number, or auto for one on each core.
TEST_PROCESSES ?= auto
# More options for pytest: make test ARGS="-k deadline -x"
ARGS ?=
CHROMIUM ?= /usr/bin/chromium
# Locks hold nothing younger than this: a week in which a bad release is usually found and withdrawn.
LOCK_CUTOFF ?= $(shell $(PYTHON) -c "import datetime as d; print(d.date.today() - d.timedelta(7))")
# What a site in production would be told, so that Django's deployment checks look at those settings.
AS_IN_PRODUCTION = DEBUG=false SITE_URL=https://museums.example EMAIL_URL=smtp://127.0.0.1:25 \
	DATABASE_URL=sqlite:///:memory: REDIS_URL= ALLOWED_HOSTS=museums.example \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')"

PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --exclude-newer $(LOCK_CUTOFF)

.PHONY: help demo test test-services test-browser check bench docs messages lock clean FORCE
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /:/' | awk -F: '{printf "  make %-14s %s\n", $$1, $$2}'

demo: $(VENV)/.runtime ## Install, migrate, load the demo content and serve it (PORT=8000)
	@$(BIN)/python manage.py demo --port $(PORT)

test: $(VENV)/.development ## Every test but the browser's; with DATABASE_URL and REDIS_URL also those that need them
	$(BIN)/python -m pytest -m "not browser and not services and not faults" -n $(TEST_PROCESSES) $(ARGS)
	@if [ -n "$$DATABASE_URL" ] && [ -n "$$REDIS_URL" ]; then $(MAKE) --no-print-directory test-services; fi

test-services: $(VENV)/.development ## The tests with a real worker and real faults (needs DATABASE_URL and REDIS_URL)
	@case "$$DATABASE_URL" in postgres*) ;; *) echo "Set DATABASE_URL=postgres://… first: these tests need PostgreSQL." >&2; exit 2;; esac
	@test -n "$$REDIS_URL" || { echo "Set REDIS_URL=redis://… first: these tests need Redis." >&2; exit 2; }
	$(BIN)/python -m pytest -m "services or faults" $(ARGS)

test-browser: $(VENV)/.development ## The journeys in a real browser (CHROMIUM=/usr/bin/chromium)
	@test -x "$(CHROMIUM)" || { echo "There is no browser at $(CHROMIUM). On Debian: sudo apt-get install chromium; elsewhere: make test-browser CHROMIUM=/path/to/chromium" >&2; exit 2; }
	CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest -m browser $(ARGS)

check: $(VENV)/.development ## Lint, types, layers, migrations, templates, translations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py messages --check
	@$(AS_IN_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@echo "All checks passed."

bench: $(VENV)/.development ## Benchmarks, printed as ratios measured in one run (PostgreSQL where DATABASE_URL says so)
	$(BIN)/python -m tests.bench $(ARGS)

docs: $(VENV)/.development ## Write the generated pages of docs/ anew
	$(BIN)/python manage.py document

messages: $(VENV)/.development ## Collect the texts for translation and compile them (needs GNU gettext)
	$(BIN)/python manage.py messages

lock: $(VENV)/.development ## Resolve both locks anew from pyproject.toml, nothing younger than a week
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group dev pyproject.toml -o requirements-dev.lock

clean: ## Remove what was installed, built or cached; the demo's data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Installing ---------------------------------------------------------------------------------
# A lock is installed when its text differs from the one installed last, whatever the files' dates.
$(VENV)/.runtime: FORCE
	@if ! cmp -s requirements.lock $@; then \
		$(MAKE) --no-print-directory $(VENV)/.environment && \
		echo "Installing the locked packages into $(VENV) …" && \
		$(PIP) install --require-hashes -r requirements.lock && cp requirements.lock $@; \
	fi

$(VENV)/.development: $(VENV)/.runtime FORCE
	@if ! cmp -s requirements-dev.lock $@; then \
		echo "Installing the packages for development into $(VENV) …" && \
		$(PIP) install --require-hashes -r requirements-dev.lock && cp requirements-dev.lock $@; \
	fi

# An environment that was half made, or whose Python is gone, is made anew.
$(VENV)/.environment: FORCE
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "MuseumHub needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo 'not there'). Name another one, for example: make demo PYTHON=python3.12" >&2; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
		echo "$(PYTHON) could not make a virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 2; }

FORCE:
