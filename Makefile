SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build test lint fmt demo bench tools clean

FUNCTIONS := $(notdir $(patsubst %/,%,$(dir $(wildcard functions/*/Cargo.toml))))
AWS := .tools/aws/bin
SAM := .tools/sam/bin

# Nothing here may reach a real account by accident, nor report home.
export AWS_EC2_METADATA_DISABLED := true
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION := us-east-1
# Most tests wait for processes more than they work.
export RUST_TEST_THREADS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

help: ## What can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

build: ## The functions as they run on Lambda, into target/lambda
	cargo build --locked --profile lambda $(FUNCTIONS:%=--package %)

test: ## Unit, property, end-to-end and template tests, with the real binaries on a local AWS
	tools/install aws
	cargo build --locked --workspace --bins
	# Not nextest: with a process a test, each would start a local AWS of its own.
	cargo test --locked --workspace
	# A local AWS for each worker; the tests of a file share one.
	$(AWS)/python -m pytest --numprocesses 4 --dist loadfile infra/tests tests/local

lint: ## Formatting, clippy, documentation, dependencies, templates
	tools/install sam checkov deny
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps
	# Its licence check reads the sources of every dependency, which may not all be here yet.
	cargo fetch --locked
	.tools/cargo/bin/cargo-deny --offline --locked check bans licenses sources
	$(SAM)/sam validate --lint --region us-east-1
	# On the SAM template alone an unknown runtime or a dangling reference would pass.
	mkdir -p .aws-sam
	$(SAM)/python infra/expand.py > .aws-sam/expanded.yaml
	$(SAM)/cfn-lint .aws-sam/expanded.yaml
	.tools/checkov/bin/checkov --skip-download --quiet --compact --framework cloudformation --file .aws-sam/expanded.yaml
	$(SAM)/ruff check infra tests/local
	$(SAM)/ruff format --check infra tests/local

fmt: ## Formats Rust and Python
	tools/install sam
	cargo fmt --all
	$(SAM)/ruff format infra tests/local

demo: ## Three runs, a grant and its end on this machine: local AWS, simulated vendor, the real template (VENDOR=percipio, KEEP=1 stays, SCHEDULE=1 waits)
	@tools/install aws
	@$(AWS)/python tests/local/demo.py $(if $(VENDOR),--vendor=$(VENDOR)) $(if $(KEEP),--keep) $(if $(SCHEDULE),--schedule)

bench: build ## Measures the functions against simulated vendors and prints the table
	tools/install aws
	cargo run --locked --release --package bench

tools: ## Every pinned tool, into .tools
	tools/install

clean: ## Removes what was built, but not the tools
	cargo clean
	rm -rf .aws-sam
