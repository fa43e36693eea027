# make         set up, and say where the command is
# make run     the product with a demonstration programme, on http://127.0.0.1:5000
# make test    every check and test
# make assure  the long campaigns, and the long versions of tests, that `make test` leaves out
# make bench   speed and memory beside their limits
# make lock    resolve requirements*.in again (needs uv)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
BIN := .venv/bin
ADDRESS ?= 127.0.0.1:5000
WORKERS ?= 2

# Where compiled Python is not kept, each of the hundreds of processes of a test run compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

# The first interpreter that is new enough; empty when there is none, which `environment` then says.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

# $(call install,PACKAGES,WHAT FOR,CODE): from Debian's packages when this user may, else one line that says what to do.
# What can be done without goes on with the code 0.
define install
	@may=; if [ "$$(id -u)" = 0 ]; then may=env; elif sudo -n true 2>/dev/null; then may=sudo; fi; \
	if [ -n "$$may" ] && command -v apt-get >/dev/null; then \
		echo "Installing $(1): $(2)"; \
		{ $$may apt-get update && $$may env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(1); } \
			>/dev/null || { echo "Could not install $(1): $(2)" >&2; exit $(or $(3),1); }; \
	else echo "$(2): install it first, on Debian with ‘sudo apt-get install $(1)’" >&2; exit $(or $(3),1); fi
endef

# What sets the text of a PDF, with a font for it; looked at when a target that needs it runs.
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation
PRINTS = $(shell $(BIN)/python -c 'import ctypes; ctypes.CDLL("libpangoft2-1.0.so.0")' 2>/dev/null && echo yes)

.PHONY: all run test assure bench lock browser environment
all: $(BIN)/tracker
	@echo "tracker is at $(CURDIR)/$(BIN)/tracker"

run: $(BIN)/tracker
	$(if $(PRINTS),,$(call install,$(PANGO),What makes a PDF of the briefing is missing; the rest works without,0))
	$(BIN)/tracker init
	$(BIN)/tracker demo --if-empty
	exec $(BIN)/tracker serve --with-scheduler --workers $(WORKERS) --bind $(ADDRESS)

test: $(BIN)/tracker .venv/tests-installed browser
	$(if $(PRINTS),,$(call install,$(PANGO),What makes a PDF of the briefing is missing))
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m pytest -n 2

assure: $(BIN)/tracker .venv/tests-installed browser
	$(BIN)/python -m pytest -n 2 -m "assure and not browser"
	$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=search
	TRACKER_TEST_LOOKS=all $(BIN)/python -m pytest -n 2 -m browser

bench: $(BIN)/tracker .venv/tests-installed
	$(if $(PRINTS),,$(call install,$(PANGO),What makes a PDF of the briefing is missing))
	$(BIN)/python -m tests.benchmarks

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras \
		--upgrade requirements.in --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras \
		--upgrade requirements-dev.in --output-file requirements-dev.txt

# Each step leaves a file behind, so it is done again only when what it was made from has changed.
environment:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or later is needed: install it first, on Debian with ‘sudo apt-get install python3’" >&2; exit 1; }
	$(if $(PYTHON),$(if $(shell $(PYTHON) -c 'import ensurepip, venv' 2>&1),$(call install,python3-venv,Python’s own venv is missing)))
	$(PYTHON) -m venv --clear .venv

# What is loaded is compiled when it is loaded first, which is a small part of all there is.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

# An environment that was broken off, or whose Python has gone, is made anew.
.venv/installed: requirements.txt $(if $(shell $(BIN)/python -c 'import pip' 2>/dev/null && echo whole),,environment)
	$(INSTALL) --require-hashes -r requirements.txt
	@touch $@

.venv/tests-installed: requirements-dev.txt .venv/installed
	$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

$(BIN)/tracker: setup.cfg pyproject.toml .venv/installed
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# A browser, and what the driver of the browser tests itself needs, which a bare system lacks too. Any will do, but the one
# that has no window costs the tests a fifth: where it may be installed it is, beside whatever there is.
BROWSER := chromium-headless-shell fonts-liberation libatomic1
ANY_BROWSER = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
browser: .venv/tests-installed
	$(if $(shell command -v chromium-headless-shell && $(BIN)/playwright --version 2>/dev/null),,\
		$(call install,$(BROWSER),The quickest browser for the browser tests is missing,$(if $(ANY_BROWSER),0)))
