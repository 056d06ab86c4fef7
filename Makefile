# make setup | run | demo | test | test-long | check | pictures; proofs: sweep | adversary | torture | attacks | model; bench. Settings: make run KRING_PORT=8080
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LINT := .venv-lint
export KRING_HOST KRING_PORT KRING_DATA KRING_KEYRING KRING_DATABASE_URL KRING_ORIGIN KRING_REDIS_URL KRING_WORKERS KRING_LOG_LEVEL KRING_RETENTION_HOURS KRING_FORWARDED_ALLOW_IPS KRING_CONTACT KRING_METRICS_TOKEN
unexport PYTHONDONTWRITEBYTECODE # the tests start Kring a hundred times: let it be compiled once
.PHONY: setup run demo test test-adversary test-rest test-long check style types sentences bandit rules floors pictures sheets machine sweep adversary torture attacks model bench

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kring needs Python 3.11 or newer: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	printf '#!/bin/sh\nexec "%s/python" -m server "$$@"\n' "$(abspath $(BIN))" > $(BIN)/kring && chmod +x $(BIN)/kring
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# The checkers that need many libraries have an environment of their own; what they need is not what Kring needs.
$(LINT)/.ready: requirements-lint.txt
	$(PYTHON) -m venv $(LINT)
	$(LINT)/bin/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements-lint.txt
	touch $@

run: setup
	$(BIN)/python -m server

demo: setup
	$(BIN)/python -m server demo $(if $(METHOD),--method $(METHOD)) $(if $(filter command,$(origin LANG)),--lang $(LANG))

# What the tests need beside Python: a real Redis, a real PostgreSQL, a real Chromium, and strace to see what is written and to inject faults.
# Those of the proxies in front of it play where caddy and nginx are installed, and are left out elsewhere.
machine:
	@command -v redis-server >/dev/null && command -v strace >/dev/null && command -v chromium >/dev/null && \
	  { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then export DEBIAN_FRONTEND=noninteractive; \
	    apt-get update -q && apt-get install -y -q --no-install-recommends redis-server postgresql chromium strace fonts-dejavu-core && \
	    { apt-get install -y -q --no-install-recommends chromium-headless-shell || true; }; \
	  else echo "The tests need redis-server, postgresql, strace and chromium in the PATH. Please install them."; exit 1; fi; }

# Side by side: the two slow ones are one process each.
check:
	@$(MAKE) --no-print-directory -j3 rules types style sentences bandit floors

style: $(VENV)/.ready-dev
	$(BIN)/python -m ruff check rooms server tests tools bench

types: $(VENV)/.ready-dev
	$(BIN)/python -m mypy

sentences: $(VENV)/.ready-dev
	$(BIN)/python tools/translations.py check

bandit: $(LINT)/.ready
	$(LINT)/bin/bandit -q -c pyproject.toml -r rooms server tools

# No library with a known fault, whatever was installed or pinned last.
floors: $(VENV)/.ready-dev
	$(BIN)/python -m pytest tests/test_dependencies.py

rules: $(LINT)/.ready
	$(LINT)/bin/python tools/rules.py $(LINT)/bin/semgrep

# All of it mostly waits, for networks and clocks, and runs side by side. In the long form the adversary measures times,
# and runs alone.
test: machine check
	@$(MAKE) --no-print-directory -j2 test-adversary test-rest

test-adversary: $(VENV)/.ready-dev
	$(BIN)/python -m pytest tests/adversary

test-rest: $(VENV)/.ready-dev
	$(BIN)/python -m pytest --ignore tests/adversary -n 5 --dist worksteal

test-long: machine check
	$(BIN)/python -m pytest tests/adversary -m 'long or not long'
	$(BIN)/python -m pytest --ignore tests/adversary -n 4 --dist worksteal -m 'long or not long'
	KRING_TESTS_ON=postgresql $(BIN)/python -m pytest tests/adversary
	KRING_TESTS_ON=postgresql $(BIN)/python -m pytest -n 4 --dist worksteal tests/live tests/browser

# Kills, full and failing disks, power loss, a lying Redis, clocks: for MINUTES (20), and docs/proofs/torture.md at the end.
MINUTES ?= 20
torture: machine $(VENV)/.ready-dev
	$(BIN)/python -m tests.torture $(MINUTES)
# What a meeting leaves on disk: every byte that was written, from a trace. Makes docs/proofs/sweep.md.
sweep: machine $(VENV)/.ready-dev
	$(BIN)/python -m tests.sweep

# Who wrote or chose what, guessed by every attacker in many rooms. Makes docs/proofs/adversary.md.
adversary: machine $(VENV)/.ready-dev
	$(BIN)/python -m tests.adversary $(or $(ROOMS),300)

# What uvicorn lets happen and Kring does not. Makes docs/proofs/wire.md.
attacks: machine $(VENV)/.ready-dev
	$(BIN)/python -m tests.attacks

# A model of a circle, a walk that looks for what is not its own, who may do what when. Makes docs/proofs/model.md.
model: machine $(VENV)/.ready-dev
	$(BIN)/python -m tests.model

pictures: machine $(VENV)/.ready-dev
	@fc-list 2>/dev/null | grep -q Inter || apt-get install -y -q --no-install-recommends fonts-inter
	$(BIN)/python tools/pictures.py

# Every method, each step on phones, tablet and big screen, as one sheet: docs/pictures/methods. METHODS="balint raguse" makes those.
sheets: machine $(VENV)/.ready-dev
	$(BIN)/python tools/sheets.py $(METHODS)

# How fast, beside others, in one run: half an hour. ONLY=act,votes measures those parts. Needs nginx with nchan, node, gcc.
bench: $(VENV)/.ready-dev bench/build/.ready
	$(BIN)/python -m bench --rounds $(or $(ROUNDS),5) $(if $(ONLY),--only $(ONLY))

bench/build/.ready: bench/requirements.txt bench/load.c bench/servers/floor.c
	@command -v nginx >/dev/null && ls /usr/lib/nginx/modules/ngx_nchan_module.so >/dev/null 2>&1 && command -v gcc >/dev/null && \
	  command -v npm >/dev/null && command -v taskset >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then export DEBIAN_FRONTEND=noninteractive; \
	    apt-get update -q && apt-get install -y -q --no-install-recommends nginx libnginx-mod-nchan gcc libc6-dev util-linux && \
	    { command -v npm >/dev/null || apt-get install -y -q --no-install-recommends nodejs npm; }; \
	  else echo "The bench needs nginx with nchan, gcc, npm and taskset in the PATH. Please install them."; exit 1; fi; }
	mkdir -p bench/build/node
	gcc -O2 -Wall -o bench/build/load bench/load.c
	gcc -O2 -Wall -o bench/build/floor bench/servers/floor.c
	$(PYTHON) -m venv bench/build/venv
	bench/build/venv/bin/python -m pip install -q --disable-pip-version-check -r bench/requirements.txt
	cd bench/build/node && { [ -f package.json ] || npm init -y >/dev/null; } && npm install --silent socket.io@4.8.4
	touch $@
