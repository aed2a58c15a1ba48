# The commands of this repository. Each says what it does, does only what is missing, and can be run again.

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-stop test soak check bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s  %s\n", $$1, $$2 }' Makefile

setup: ## Install and start what builds and tests need: packages, Docker Engine, two images, the API's clients
	@scripts/setup
	@scripts/clients

demo: ## From nothing to an answering nginx: daemon, repository, push, rollout, URL
	@scripts/setup
	@scripts/demo start

demo-stop: ## Stop the demo's daemon and its containers
	@scripts/demo stop

check: ## Everything that needs no Docker and writes nothing: format, lints, docs, scripts, tests
	@scripts/check
	@scripts/tests without-docker

test: setup ## Everything: set-up, checks, all tests
	@scripts/check
	@scripts/tests all

soak: ## The core under simulated faults, at length: 2,000 seeds (under a minute of four cores)
	cargo run --release -p ship-sim -- --seeds 2000

bench: ## Measure against the floors of this machine (minutes)
	@scripts/setup
	cargo build --release
	target/release/ship-bench --write docs/benchmarks.md

clean: ## Remove what was built and the demo's files
	@scripts/demo stop
	rm -rf .demo
	cargo clean
