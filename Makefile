# make run        set up, index the seeds and open the page     (ARTICLES=folder PORT=n)
# make test       set up, check, and run every test; drawn examples are the same in every run,
#                 plain pytest draws new ones
# make setup      the part that both share; afterwards .venv/bin/qa works
PYTHON ?= python3
ARTICLES ?= seeds
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run setup setup-dev test check bench clean

run: setup
	$(BIN)/qa serve --articles "$(ARTICLES)" --port $(PORT)

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Footnote needs Python 3.11 or newer: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# torch first and alone: pip then never looks for another build of it
$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -q -c constraints.txt torch==2.13.0
	$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: setup-dev check
	@sh tests/browser.sh $(BIN)
	$(BIN)/python -m pytest --hypothesis-profile=ci

bench: setup-dev
	$(BIN)/python -m benchmarks.one_question

clean:
	rm -rf $(VENV)
