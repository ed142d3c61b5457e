.DEFAULT_GOAL := help
.PHONY: help up demo test test-unit check format lint types imports bench lock clean

PYTEST = .venv/bin/pytest

##@ Use

up: ## set everything up and start it: web, worker, Flower, Redis
	@bin/setup
	@exec .venv/bin/afterword up

demo: ## start the set on a throw-away state and send it real comments
	@bin/setup
	@exec .venv/bin/python -m pipeline.demo

##@ Develop

test: ## set everything up, start the servers the tests need, run every test
	@bin/setup dev
	@$(PYTEST) -n 2 --dist loadfile

test-unit: ## the tests that need neither a server nor a disk: seconds
	@bin/setup dev
	@$(PYTEST) -q -n 2 -m "not services and not browser and not faults and not disk" tests/unit

check: format lint types imports ## what CI runs before the tests: format, lint, types, imports

format: ## is everything formatted?
	@bin/setup dev
	@.venv/bin/ruff format --check .

lint: ## ruff, every rule but those pyproject.toml gives a reason against
	@bin/setup dev
	@.venv/bin/ruff check .

types: ## mypy, strict
	@bin/setup dev
	@.venv/bin/mypy

imports: ## who may import whom (docs/architecture.md)
	@bin/setup dev
	@.venv/bin/lint-imports --no-cache

bench: ## benchmarks beside their peers, as a table of ratios
	@bin/setup dev
	@.venv/bin/python -m bench

lock: ## resolve dependencies anew, with hashes and without addresses
	@bin/setup dev
	@.venv/bin/python bin/lock.py

clean: ## remove .venv and caches; state in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

help:
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
