# Needs make and Python 3.11 or newer; everything else goes into .venv.
#   make run      the service with sample data, on this machine only
#   make test     style, types and all tests      (make test ARGS="-k deadline")
#   make clean setup PYTHON=python3.13      with another Python
PYTHON ?= python3
ARGS   ?=
#   make bench ROUNDS=1 CHATS=1,64 ROWS=1000,100000      a short run
ROUNDS ?= 5
CHATS  ?= 1,64,500
ROWS   ?= 1000,100000,1000000
PROCESSES ?= 1,2
PARTS  ?= conversation,processes,webhook,growth,idle,start,letters,memory,backup

#   make crash KILLS=20     a short run; SEED=7: with the choices of an earlier one
KILLS  ?= 1000
SEED   ?= 0

# Images that forbid it would have every start compile every library again: two seconds instead of one.
unexport PYTHONDONTWRITEBYTECODE

bin := .venv/bin
# Modules are compiled when they are first imported: most never are, and it halves the wait.
pip := $(bin)/python -m pip --disable-pip-version-check --quiet install --no-deps --no-compile --require-hashes

usable := $(bin)/python -c 'import pip, ssl, subprocess, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev setup-s3 compile run test stateful lint coverage bench crash journey bare-debian format messages requirements audit clean

help:
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1 \t\2/p' Makefile | expand -t 20

setup: .venv/base.stamp ## make .venv with what the service needs

setup-dev: .venv/dev.stamp ## the same, and what tests and checks need

setup-s3: .venv/s3.stamp ## make .venv, with what files in an object store need (PST_FILES_URL)

compile: setup ## compile everything, for an account that may not write here: each of its starts would do it again
	@$(bin)/python -m compileall -q .venv/lib bot domain storage letters locales || true

run: setup ## start the service with sample data
	@$(bin)/pst-bot run --demo $(ARGS)

test: setup-dev ## style, types, then all tests (ARGS goes to pytest)
# Four processes: much of the time of the tests is waiting, so that is right for two cores.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint .venv/compiled.stamp
	@$(bin)/pytest -n 4 --dist worksteal --ignore=tests/stateful $(ARGS)

# In a process of its own: Hypothesis draws constants of all loaded modules, so other tests would change its examples.
stateful: setup-dev ## the random walks over the form and the queue
	@$(bin)/pytest tests/stateful $(ARGS) || [ $$? -eq 5 ]

lint: setup-dev ## style and types
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy

coverage: setup-dev ## all tests, with a report of the lines they do not reach (build/coverage)
	@$(bin)/pytest -n 2 --dist worksteal --cov=bot --cov=domain --cov=storage --cov=letters --cov=locales \
		--cov-report=term:skip-covered --cov-report=html:build/coverage $(ARGS)

bench: .venv/bench.stamp ## measure beside other bots, and write BENCHMARKS.md (ROUNDS, CHATS, ROWS, PROCESSES, PARTS)
	@$(bin)/python -m bench --rounds $(ROUNDS) --chats $(CHATS) --rows $(ROWS) --processes $(PROCESSES) --parts $(PARTS) $(ARGS)

crash: setup-dev ## kill the processes while people apply on every channel, and write docs/crash-report.md (KILLS, SEED)
	@$(bin)/python -m tests.crash_run --kills $(KILLS) --seed $(SEED) --report docs/crash-report.md $(ARGS)

journey: setup-dev ## count the messages that an application takes in chat
	@$(bin)/python -m tests.journey

bare-debian: setup-dev ## type docs/operations.md into a bare Debian with systemd (root, mmdebstrap, some minutes)
	@$(bin)/python -m tests.bare_debian $${FOLDER:-/var/tmp/pst-bare-debian}

format: setup-dev ## lay the source out the agreed way
	@$(bin)/ruff check --fix-only .
	@$(bin)/ruff format .

messages: setup ## bring the translations up to date with the source
	@$(bin)/python -m locales.update

requirements: ## pin the newest allowed versions (UPGRADE= keeps the present ones)
	@$(PYTHON) -m venv build/pip-tools
	@build/pip-tools/bin/pip --quiet install pip-tools
	@cd requirements && for part in base s3 dev bench; do $(compile) --output-file=$$part.txt $$part.in || exit 1; done

audit: build/pip-audit/bin/pip-audit ## ask the package index for known vulnerabilities of everything that is pinned
	@.ci/audit $< requirements/*.txt

build/pip-audit/bin/pip-audit:
	@$(PYTHON) -m venv build/pip-audit
	@build/pip-audit/bin/pip --quiet install pip-audit

clean: ## remove .venv and everything made by tools
	@rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only the public index, whatever this machine's configuration says: no address or path of it gets into the files.
UPGRADE ?= --upgrade
compile := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= CUSTOM_COMPILE_COMMAND="make requirements" \
	../build/pip-tools/bin/pip-compile --quiet $(UPGRADE) --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --annotation-style=line

# Beside mypy, which takes longer than `stateful`: else all four processes would compile everything at the same time.
.venv/compiled.stamp: .venv/dev.stamp | stateful
	@$(bin)/pytest --collect-only --quiet --ignore=tests/stateful > /dev/null || true
	@touch $@

# A stamp says "installed as these files say"; it is written last, so an interrupted installation runs again.
.venv/dev.stamp: .venv/s3.stamp requirements/dev.txt
	@echo "Installing what tests and checks need ..."
	@$(pip) -r requirements/dev.txt
	@touch $@

.venv/s3.stamp: .venv/base.stamp requirements/s3.txt
	@$(pip) -r requirements/s3.txt
	@touch $@

.venv/bench.stamp: .venv/dev.stamp requirements/bench.txt
	@echo "Installing the other bots' libraries ..."
	@$(pip) -r requirements/bench.txt
	@touch $@

.venv/base.stamp: requirements/base.txt pyproject.toml
	@$(usable) || { $(check_python); }
	@echo "Installing the service's libraries into .venv (about half a minute) ..."
	@$(usable) || $(PYTHON) -m venv --clear .venv
	@$(pip) -r requirements/base.txt
	@$(put_on_path)
	@touch $@

define check_python
command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), but 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo "$(PYTHON) has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
endef

# What an editable installation would do, without its build step and without its import hook (the start stays fast).
define put_on_path
$(bin)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "pst-bot.pth").write_text("$(CURDIR)\n")'; \
printf '%s\n' '#!/bin/sh' "'''exec' \"$(CURDIR)/$(bin)/python\" \"\$$0\" \"\$$@\"" "' '''" \
	'import sys' '' 'from bot.__main__ import main' '' 'sys.exit(main())' > $(bin)/pst-bot; \
chmod +x $(bin)/pst-bot
endef
