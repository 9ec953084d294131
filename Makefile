# Two commands do everything on a fresh Debian 12 machine: `make demo` and `make test`.
# One cargo profile (dev, optimised) serves lints, tests and demo, so that the C++ solver is compiled once.
# Whoever has ccache gets the solver from it after a `cargo clean`.
CARGO ?= cargo
ifneq ($(shell command -v ccache 2>/dev/null),)
export CMAKE_C_COMPILER_LAUNCHER ?= ccache
export CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
# Paths inside the project do not count, so a second clone finds what the first one compiled.
export CCACHE_BASEDIR ?= $(CURDIR)
endif

.PHONY: help demo build wheel test check long bench doc setup setup-tests clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: ## system packages for the solver's build (installs as root, asks otherwise)
	@sh scripts/setup.sh

setup-tests: setup
	@sh scripts/setup-tests.sh

demo: setup ## set up, build, dispatch a December day of the synthetic province, write the report
	$(CARGO) run -q -p fenggu-cli -- demo

build: setup ## build everything
	$(CARGO) build --workspace

wheel: setup-tests ## build the Python wheel: target/wheels/*.whl
	$(CARGO) xtask wheel

test: setup-tests ## set up, then format, lints, tidy, licences, pure-Rust build, Python, all tests
	$(CARGO) xtask check

check: test

long: setup-tests ## the long suites; one of them: make long NAME=pglib_api
	$(CARGO) xtask long $(NAME)

bench: setup-tests ## measure phases × cases beside a direct highspy build: bench/results/*.jsonl
	$(CARGO) build -p fenggu-cli
	.venv/bin/python bench/run.py $(BENCH)

doc: ## documentation of the crates, cards included
	$(CARGO) doc --workspace --no-deps

clean: ## remove everything built
	$(CARGO) clean
	rm -rf .venv runs
