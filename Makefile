# `make run` starts the demonstration network; `make test` runs the tests. Both set up what they need.
# `make run PORT=8001` listens on another port.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest
WORKERS ?= 2
BENCHMARKS ?= reading accepting signing_in live_room planning_series planning_groups searching growing exporting

# Compiled modules are kept, those of the tests as well, whatever the environment says: each process starts sooner.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint types imports templates test-sqlite test-postgresql journeys endurance bench translations example clean

run: $(VENV)/.run
	@$(BIN)/peernet demo $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev
	@$(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser"

check: $(VENV)/.dev lint types imports templates test-sqlite test-postgresql journeys
	@echo "All checks passed."

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

templates: $(VENV)/.dev
	$(BIN)/djlint peernet/templates --lint --quiet

test-sqlite: $(VENV)/.dev
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser"

test-postgresql: $(VENV)/.dev
	@.ci/postgresql $(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser"

journeys: $(VENV)/.dev
	@.ci/browser $(PYTEST) -n $(WORKERS) --dist worksteal -m browser

# The large tests at their whole size, on both databases, and every public page in a browser.
endurance: export PEERNET_TEST_WHOLE = 1
endurance: $(VENV)/.dev
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "(lengthy or concurrency) and not browser"
	@.ci/postgresql $(PYTEST) -n $(WORKERS) --dist worksteal -m "(lengthy or concurrency) and not browser"
	@.ci/browser $(PYTEST) -n $(WORKERS) --dist worksteal -m "browser and lengthy"

bench: $(VENV)/.dev
	@failed=; for name in $(BENCHMARKS); do \
		echo "== $$name"; $(BIN)/python benchmarks/$$name.py || failed="$$failed $$name"; \
	done; [ -z "$$failed" ] || { echo "Below the bar:$$failed"; exit 1; }

translations: $(VENV)/.dev
	@.ci/translations $(BIN)

example: $(VENV)/.dev
	$(BIN)/python -c "from peernet.settings import example; print(example.text(), end='')" > config.example.toml

$(VENV)/.run: pyproject.toml
	@.ci/set-up $(PYTHON) $(VENV) .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@.ci/set-up $(PYTHON) $(VENV) ".[dev]"
	@touch $(VENV)/.run $@

clean:
	rm -rf $(VENV) dist build
