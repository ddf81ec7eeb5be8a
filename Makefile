# Every command of the project. `make help` lists them.
# Each target installs or builds what it needs and lacks, so any of them works in a fresh clone.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

TARGET := $(shell uname -m)-unknown-linux-musl
BINARY := target/$(TARGET)/release/hostfit
IMAGE := hostfit.dev/hostfit:dev
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
REVISION := $(shell git rev-parse HEAD 2> /dev/null || echo unknown)
# In CI a warning is an error.
DENY_WARNINGS := $(if $(CI),-D warnings)
# One e2e scenario by its name, or a part of it: make e2e T=name
T ?=
# How much is generated, and from what: make oracle PAIRS=100000000 SEED=7
PAIRS ?= 10000000
SEED ?= 1

cluster = tests/cluster/run
benches = target/$(TARGET)/release
with_tools = PATH="$$(tests/cluster/tools):$$PATH"

##@ Use
.PHONY: help demo cluster
help: ## this list
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: image ## watch a real API server deny a real pod (root for real nodes; two minutes, more the first time)
	@$(cluster) demo/run

cluster: setup ## a shell on a fresh Kubernetes cluster, gone when the shell ends
	@$(cluster) tests/cluster/shell

##@ Build
.PHONY: setup build image archive deploy docs screenshots clean
setup: ## install what is missing: Debian packages, Rust's musl target, the cluster's programs
	@scripts/setup

build: setup ## the static binary
	cargo build --release --locked --target $(TARGET) --bin hostfit

image: build ## the Dockerfile's final stage around that binary: target/image/hostfit.tar
	@install -D $(BINARY) target/image/build/out/hostfit
	@[ "$$(id -u)" != 0 ] || tests/cluster/image $(IMAGE) target/image/hostfit.tar \
	  --build-context build=target/image/build --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) .

archive: build ## what a release hands out, of this machine's architecture: target/release-archives; then scripts/release krew
	@scripts/release archive $(BINARY) linux-$(if $(filter aarch64,$(shell uname -m)),arm64,amd64) target/release-archives

deploy: setup ## render deploy/hostfit.yaml from the chart
	@$(with_tools) deploy/render.sh > target/hostfit.yaml && cp target/hostfit.yaml deploy/hostfit.yaml

docs: setup ## write docs/explain.md, docs/rules and docs/os anew from what the program says
	HOSTFIT_BLESS=1 cargo test --locked --test docs

screenshots: setup ## take the pictures of the HTML report in docs/images anew
	cargo test --locked --package page-test -- --ignored

clean: ## remove what was built here (the caches in ~/.cache/hostfit stay)
	cargo clean

##@ Test
.PHONY: test lint unit page deny selftest scheduler chart certificate watch proof e2e oracle bench
test: lint unit page deny selftest scheduler chart certificate watch proof e2e ## everything below but oracle and bench

lint: setup ## format, clippy, rustdoc, go vet, shellcheck
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- $(DENY_WARNINGS)
	cargo clippy --locked --test certificate --test e2e --test proof -- $(DENY_WARNINGS)
	cargo clippy --locked --all-targets --package webhook-bench --package placement-bench --package scan-bench --package check-bench --package page-test -- $(DENY_WARNINGS)
	RUSTDOCFLAGS="$(DENY_WARNINGS)" cargo doc --locked --no-deps --document-private-items
	go vet -C tests/oracle/kubernetes ./...
	@! gofmt -l tests/oracle | sed 's/$$/: gofmt -w it/' | grep .
	shellcheck --external-sources $$(git ls-files | xargs grep -lE '^#!.*(bash|sh)$$')

unit: setup ## cargo test: unit, golden, property, chart, oracle and documentation tests; no cluster
	$(with_tools) cargo test --locked --no-fail-fast

page: setup ## the HTML report in a real Chromium
	cargo test --locked --package page-test

deny: ## licences, sources and known vulnerabilities of the dependencies
	@scripts/deny

selftest: setup ## the test cluster itself: does it run, and leave nothing behind?
	@tests/cluster/selftest

scheduler: setup ## our candidates against a real scheduler
	cargo test --locked --test oracle --no-run
	$(cluster) env SEED=$(SEED) cargo test --locked --offline --test oracle -- --ignored --nocapture

chart: setup ## the chart, by helm on a real API server
	@$(with_tools) helm lint --quiet charts/hostfit
	cargo test --locked --test chart --no-run
	$(cluster) cargo test --locked --offline --test chart -- --ignored --test-threads=1

certificate: setup ## the certificate's upkeep on a real API server
	cargo test --locked --test certificate --no-run
	$(cluster) cargo test --locked --offline --test certificate

watch: setup ## what its watches bring from a real API server, also while that is away; a cluster for each test
	cargo test --locked --test serve --no-run
	set -e; for test in $$(cargo test --quiet --locked --test serve -- --ignored --list --format terse | sed -n 's/: test$$//p'); do \
	  $(cluster) cargo test --locked --offline --test serve -- --ignored --exact "$$test"; done

proof: setup ## the verdicts on immutable OSs against a real kubelet on each OS's file system (root); HOSTFIT_BLESS=1 writes docs/proof.md
	cargo test --locked --test proof --no-run
	$(cluster) cargo test --locked --offline --test proof -- --nocapture

e2e: image ## Hostfit on a real cluster; one scenario: make e2e T=name
	cargo test --locked --test e2e --no-run
	$(cluster) cargo test --locked --offline --test e2e -- $(T)

oracle: setup ## our candidates against Kubernetes' own code, at length: make oracle PAIRS=100000000 SEED=7
	PAIRS=$(PAIRS) SEED=$(SEED) cargo test --locked --test oracle -- --nocapture

bench: build ## what a review costs, beside a server of the same stack that judges nothing; what a large cluster costs; what a check of ten thousand manifests costs
	cargo build --release --locked --target $(TARGET) --package webhook-bench
	cargo build --release --locked --target $(TARGET) --package placement-bench
	cargo build --release --locked --target $(TARGET) --package scan-bench
	cargo build --release --locked --target $(TARGET) --package check-bench
	$(benches)/webhook-bench $(BINARY)
	$(benches)/placement-bench place
	$(cluster) benches/placement/real $(benches)/placement-bench $(BINARY)
	$(benches)/placement-bench generated $(BINARY)
	$(benches)/scan-bench $(BINARY)
	$(benches)/check-bench $(BINARY) "$$(tests/cluster/tools)/kubeconform"
