# Truceline: everything a person types. `make help` lists the targets; each is one script under scripts/.
#
# Works from any directory (`make -C`, `make -f`) and with spaces in the path: the root is where this file lies.

ROOT := $(subst ^,,$(subst ^ ,,^$(MAKEFILE_LIST)))
ROOT := $(shell cd "$$(dirname '$(ROOT)')" && pwd)
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Recorded real data for the tests and benches that want it; they say "skipped" where the folder is absent.
TRUCELINE_DATA ?= $(ROOT)/../shared/data
export TRUCELINE_DATA

# Words handed on to the program (`make run ARGS="--port 8080"`) or to the test runner (`make test ARGS=fusion`).
ARGS ?=
export ARGS

.PHONY: help run test check bench bless fuzz tools clean

help: ## this list
	@printf 'make TARGET   (ARGS="..." is handed on to the program or the test runner)\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' '$(ROOT)/Makefile'
	@printf '\nTRUCELINE_DATA=%s\n' "$$TRUCELINE_DATA"

run: ## build the page and the program, start the demo; it prints the address of its page
	@bash '$(ROOT)/scripts/run.sh'

test: ## every test: rooms, program, documentation examples, page, and a browser against the real program
	@bash '$(ROOT)/scripts/test.sh'

check: ## what a change must pass before review: format, lints, docs, dependencies, licences, spelling, page types
	@bash '$(ROOT)/scripts/check.sh'

bench: ## measure the program on real data: time, processor, memory (release build)
	@bash '$(ROOT)/scripts/bench.sh'

bless: ## renew the golden files from what the code gives now; read the diff before you commit it
	@bash '$(ROOT)/scripts/bless.sh'

fuzz: ## run every fuzz target for FUZZ_SECONDS (default 60); needs cargo-fuzz and a nightly toolchain
	@bash '$(ROOT)/scripts/fuzz.sh'

tools: ## build the optional checkers (cargo-nextest, cargo-machete, cargo-deny) into target/tools
	@bash '$(ROOT)/scripts/tools.sh'

clean: ## remove everything built: target, the page, its packages
	@bash '$(ROOT)/scripts/clean.sh'
