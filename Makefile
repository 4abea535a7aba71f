# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
STACK ?= dev
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(BIN)/python -m tools

.DEFAULT_GOAL := help
.PHONY: help install up preview diff drift refresh destroy check fleet-up fleet-preview fleet-drift litellm-settings render test audit test-interrupted test-journeys test-live test-versions test-workflows test-world lint format reference catalogue lock release bench bench-render bench-fleet bench-fleet-growth bench-check bench-queries bench-month bench-labels clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 28

install: $(VENV)/.installed ## Install the Python packages into .venv

up: $(VENV)/.installed ## Deploy STACK (default: dev); YES=--yes does not ask, REFRESH=--refresh reverts changes made by hand
	@$(TOOLS) up --stack $(STACK) $(YES) $(REFRESH)

preview: $(VENV)/.installed ## Show what up would change
	@$(TOOLS) preview --stack $(STACK)

diff: FORMAT ?= terminal
diff: $(VENV)/.installed ## Show what has changed since BASE (default: HEAD)
	@$(TOOLS) diff $(BASE) --format $(FORMAT)

drift: $(VENV)/.installed ## Detect changes made by hand
	@$(TOOLS) drift --stack $(STACK)

refresh: $(VENV)/.installed ## Update the state with changes made by hand
	@$(TOOLS) refresh --stack $(STACK)

destroy: $(VENV)/.installed ## Delete everything that STACK has deployed
	@$(TOOLS) destroy --stack $(STACK)

check: $(VENV)/.installed ## Explain why panels of STACK are empty, and whether its rules can fire
	@$(TOOLS) check --stack $(STACK)

fleet-up: $(VENV)/.installed ## Deploy the team stacks of the environment STACK
	@$(TOOLS) fleet up --environment $(STACK) $(YES) $(REFRESH)

fleet-preview: $(VENV)/.installed ## Show what fleet-up would change
	@$(TOOLS) fleet preview --environment $(STACK)

fleet-drift: $(VENV)/.installed ## Detect changes made by hand in team stacks
	@$(TOOLS) fleet drift --environment $(STACK)

litellm-settings: $(VENV)/.installed ## Print LiteLLM's settings that expose what STACK reads, and nothing more
	@$(TOOLS) litellm-settings --stack $(STACK)

render: FORMAT ?= provisioning
render: $(VENV)/.installed ## Write what STACK declares as files to build/render, in a FORMAT of docs/exports.md
	@$(TOOLS) render --stack $(STACK) --format $(FORMAT) --out build/render

test: $(VENV)/.installed-dev ## Run the tests that need no other servers
	@$(TOOLS) engine
	@$(BIN)/pytest

test-interrupted: $(VENV)/.installed-dev ## Run the tests of runs that are killed, and of many at a time
	@$(TOOLS) engine
	@$(BIN)/pytest tests/interrupted

test-journeys: $(VENV)/.installed-dev ## Run the tests of fleets, programs of others and releases, and of one change after another
	@$(TOOLS) engine
	@$(BIN)/pytest tests/engine/journeys tests/release

test-live: $(VENV)/.installed-dev ## Run the tests with a real LiteLLM, Prometheus and Redis
	@$(BIN)/pytest tests/rules
	@$(BIN)/pytest tests/live --numprocesses=0

test-workflows: $(VENV)/.installed-dev ## Run the workflows in a runner, which is compiled first
	@$(BIN)/pytest tests/workflows --numprocesses=0

# What the oldest Prometheus that is supported is compared with.
SERVERS := .tools/servers
prometheus-newest := $(SERVERS)/prometheus
victoria-metrics := $(SERVERS)/victoria-metrics
WORLD_SERVERS := $(if $(TEST_SERVER),$($(TEST_SERVER)),$(prometheus-newest) $(victoria-metrics))

test-world: $(VENV)/.installed-dev $(WORLD_SERVERS) ## Run the tests with simulated fleets, on three servers or on TEST_SERVER
	@$(BIN)/pytest tests/world --dist=loadfile

test-versions: $(VENV)/.installed-dev ## Run the tests of ROW of tests/versions.yaml, or only TESTS of them, and note there what came of it
	@$(BIN)/python -m litellm_monitoring.tools.versions run $(ROW) $(if $(TESTS),--tests $(TESTS))

AUDIT := .tools/audit

audit: $(AUDIT)/.installed ## Look whether what is pinned has known vulnerabilities
	@$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.txt -r requirements-dev.txt

$(AUDIT)/.installed: .ci/audit/requirements.txt
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(SERVERS)/prometheus: tests/world/servers/prometheus/go.sum
	@echo "Compiling Prometheus, some 5 minutes on 2 cores" >&2
	@go -C $(<D) build -mod=readonly -trimpath -tags remove_all_sd -ldflags "-s -w" \
		-o $(CURDIR)/$@ github.com/prometheus/prometheus/cmd/prometheus

$(SERVERS)/victoria-metrics: tests/world/servers/victoriametrics/go.sum
	@echo "Compiling VictoriaMetrics, some 2 minutes on 2 cores" >&2
	@go -C $(<D) build -mod=readonly -trimpath -ldflags "-s -w" \
		-o $(CURDIR)/$@ github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics

lint: $(VENV)/.installed-dev ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.installed-dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

reference: $(VENV)/.installed ## Regenerate Pulumi.yaml and what is generated in docs/
	@$(TOOLS) settings --write

catalogue: $(VENV)/.installed-dev ## Update the metric catalogue from LiteLLM version LITELLM
	@$(TOOLS) catalogue $(if $(LITELLM),--litellm $(LITELLM))

lock: $(VENV)/.installed-dev ## Pin the newest versions that requirements*.in allow
	@$(BIN)/uv pip compile $(LOCK) requirements.in -o requirements.txt
	@$(BIN)/uv pip compile $(LOCK) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	@$(BIN)/uv pip compile $(LOCK) .ci/audit/requirements.in --no-annotate -o .ci/audit/requirements.txt
	@$(BIN)/uv pip compile $(LOCK) litellm_monitoring/tools/engine/requirements-go.in --no-annotate -o litellm_monitoring/tools/engine/requirements-go.txt
	@$(BIN)/python -m litellm_monitoring.tools.catalogue.pins --python-version $(OLDEST_PYTHON) $(wildcard tests/live/proxy/pins/*.in)

release: $(VENV)/.installed-dev ## Build the release of this commit into build/release
	@$(BIN)/python -m litellm_monitoring.tools.release $(if $(TAG),--tag "$(TAG)")

OLDEST_PYTHON := 3.11
LOCK := --quiet --upgrade --generate-hashes --universal --python-version $(OLDEST_PYTHON) --no-header

bench: $(VENV)/.installed-dev ## Print how long things take
	@$(BIN)/python -m bench

bench-render: $(VENV)/.installed-dev ## Print how long rendering all dashboards takes
	@$(BIN)/python -m bench.render

bench-fleet: $(VENV)/.installed-dev ## Print how long a fleet of 100 teams takes
	@$(BIN)/python -m bench.fleet

bench-fleet-growth: $(VENV)/.installed-dev ## Print how long the next teams with alerts take as a fleet grows
	@$(BIN)/python -m bench.fleet_growth

bench-check: $(VENV)/.installed-dev ## Print how long check takes compared with its plain queries
	@$(BIN)/python -m bench.check

bench-queries: $(VENV)/.installed-dev ## Print what dashboards and rules cost Prometheus
	@$(BIN)/python -m bench.query_cost

bench-labels: $(VENV)/.installed-dev ## Print how many series labels of one's own add
	@$(BIN)/python -m bench.own_labels

bench-month: $(VENV)/.installed-dev ## Print what dashboards cost with a month of history
	@$(BIN)/python -m bench.query_cost --month

clean: ## Delete installed tools; deployments are kept
	rm -rf $(VENV) .tools build/render

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name one with PYTHON=…")'
	@echo "Installing the Python packages into $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the development packages into $(VENV)" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
