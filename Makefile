# make serve: run it · make test: all tests · make check: everything CI checks · make bench: measure · make format
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= data

serve: $(VENV)/.installed
	CERTDESK_HOST=$(HOST) CERTDESK_PORT=$(PORT) CERTDESK_DATA_DIR=$(DATA_DIR) $(BIN)/certdesk serve

test: $(VENV)/.tested
	@$(BIN)/python -c "import shutil, sys; sys.exit(not any(map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))))" \
		|| echo "No Chromium found: the browser tests are skipped (Debian: apt-get install chromium)."
	$(BIN)/pytest $(ARGS)

check: $(VENV)/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/certdesk lint
	$(BIN)/pytest $(ARGS)

bench: $(VENV)/.tested
	$(BIN)/python -m evals.bench

format: $(VENV)/.tested
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(BIN)/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'CertDesk needs Python 3.11 or newer')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.tested: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --editable '.[test]'
	@touch $(VENV)/.installed $@

.PHONY: serve test check bench format
