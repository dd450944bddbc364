# make demo   install into .venv and run: your live sessions or, without any, a made-up fleet
# make test   install what the tests need and run the tests; the long ones: make lab
PYTHON ?= python3
BIN := .venv/bin
# where it is set, each start of cst would compile cst
export PYTHONDONTWRITEBYTECODE :=

# make lint, lab, tmux-matrix, bench, generate, clean: see CONTRIBUTING.md
.PHONY: demo test lint lab tmux-matrix bench generate clean

# a look of our own leaves nothing in the state folder
demo: .venv/installed
	@own=$$(mktemp -d) && live=$$(CST_STATE_DIR=$$own $(BIN)/cst status); rm -rf "$$own"; \
	if [ -n "$$live" ]; then \
	  $(BIN)/cst ls; $(BIN)/cst status; \
	  if [ -t 0 ] && [ -t 1 ]; then $(BIN)/cst pick || true; fi; \
	else $(BIN)/cst demo; fi

# one test more at a time than there are processors, for tests wait for terminals more than they reckon; the real Claude
# Code alone
WORKERS ?= $$(($$(getconf _NPROCESSORS_ONLN) + 1))
test: .venv/tested
	@code=0; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore tests/lab || code=$$?; \
	$(BIN)/python -m pytest tests/lab || code=$$?; \
	exit $$code

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/generate.py --check

# every live scenario, also on clients without hooks; and whatever else is too long for every run
lab: .venv/tested
	CST_LAB_ALL=1 CST_REQUIRE_LAB=1 $(BIN)/python -m pytest tests/lab
	CST_LAB_ALL=1 $(BIN)/python -m pytest -m long --ignore tests/lab

# the tests that drive tmux, with each other tmux that can be had
tmux-matrix: .venv/tested
	tests/tmux-matrix

bench: .venv/tested
	$(BIN)/python -m bench
	$(BIN)/python -m bench.live
	$(BIN)/python -m bench.costs
	$(BIN)/python -m bench.hosts

generate: .venv/tested
	$(BIN)/python tools/generate.py

clean:
	rm -rf .venv .cache

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cst needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@command -v tmux >/dev/null || { echo "cst needs tmux 3.2 or newer; install it with your package manager" >&2; exit 1; }
	@echo "installing cst and what it needs into .venv; this takes a minute"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@$(BIN)/python -m compileall -q cst
	@touch $@

.venv/tested: .venv/installed
	@echo "installing what the tests need into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m compileall -q cst tests
	@touch $@
