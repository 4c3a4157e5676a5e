# Vigilex: make run | demo | test | check | lock | clean. POSIX shell, GNU make 3.81 or later.
# Everything is made below this folder (.venv, var); nothing on the system is changed.
PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
PORT = 8000

.PHONY: help test run demo pictures check lint types styles catalogue lock clean

help:
	@echo "make test    make the environment (first time: downloads it) and run all tests"
	@echo "make run     the whole service on http://127.0.0.1:8000: crawls, tags, publishes, mails; data in var/"
	@echo "make demo    the same on a small invented set, without a network; data in var/demo"
	@echo "             (on another port: make demo PORT=8001)"
	@echo "make pictures   the pictures of docs/, taken anew from the demo (needs Chromium)"
	@echo "make check   verify the store, its index and the archive against each other"
	@echo "make lint types    what CI runs besides the tests"
	@echo "make styles  write mail.css into the mail templates (after a change to either)"
	@echo "make catalogue  collect the texts for translators into model/data/locale (after a change to a text)"
	@echo "make lock    resolve the pinned requirements anew (for developers)"
	@echo "make clean   remove the environment and everything built, but not var/"

test: $(VENV)/ready
	$(BIN)/python -m pytest

run: $(VENV)/ready
	exec $(BIN)/vigilex up --port $(PORT)

demo: $(VENV)/ready
	$(BIN)/python -m scripts.demo var/demo
	exec $(BIN)/vigilex up --no-crawl --port $(PORT) --data var/demo --now 2026-11-23T06:30:00Z

pictures: $(VENV)/ready
	$(BIN)/python -m scripts.pictures docs/pictures

check: $(VENV)/ready
	$(BIN)/vigilex check

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready
	$(BIN)/mypy

# The mark "ready" is written last, so that a broken installation is begun again.
$(VENV)/ready: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make: $(PYTHON) is missing: install Python 3.11 or later (Debian: apt install python3)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11: install Python 3.11 or later, or name one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: Python's venv module is missing: install it (Debian: apt install python3-venv)." >&2; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@# setuptools warns that folders may shadow packages: here the folders are the packages
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(VENV)/ready

styles: $(VENV)/ready
	$(BIN)/python scripts/inline_styles.py

LOCALE = model/data/locale
PYBABEL = $(BIN)/python -m babel.messages.frontend --quiet
# A text says itself where it belongs; places by line would change with every edit.
catalogue: $(VENV)/ready
	$(PYBABEL) extract --mapping-file=babel.cfg --no-location --sort-output --header-comment='# The texts of Vigilex.' \
		--project=Vigilex --version=1 --msgid-bugs-address='the issues of the project' \
		--last-translator='the contributors' --output-file=$(LOCALE)/vigilex.pot .
	@test -f $(LOCALE)/en/LC_MESSAGES/vigilex.po || \
		$(PYBABEL) init --domain=vigilex --input-file=$(LOCALE)/vigilex.pot --output-dir=$(LOCALE) --locale=en
	$(PYBABEL) update --domain=vigilex --input-file=$(LOCALE)/vigilex.pot --output-dir=$(LOCALE) \
		--no-fuzzy-matching --ignore-obsolete

lock: $(VENV)/ready
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(VENV)/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-options --extra dev --output-file requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
