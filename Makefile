PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: demo install test check lock clean

demo: install
	$(BIN)/meoktong demo

install: $(VENV)/.runtime

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

# What continuous integration adds to `make test`.
check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.runtime: requirements.lock pyproject.toml
	@echo "Installing meoktong into $(VENV) (about a minute)"
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "meoktong needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

# Needs uv; writes names, versions and hashes for Python 3.11 to 3.13 on every platform.
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info
