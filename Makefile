# What can be done with Milepost from a clone. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Nothing but the race detector needs a C compiler.
export CGO_ENABLED ?= 0

# Runs a tool, e.g. $(call tool,golangci-lint) run; builds it first where it is missing.
tool = tool=$$(tools/get $(1)) && "$$tool"

# One PostgreSQL for all test processes of a run; a summary after them all.
TESTS = gotestsum=$$(tools/get gotestsum) && \
	go run ./test/postgres/with "$$gotestsum" --format standard-quiet -- -timeout 30m

##@ Using

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build temporal-cli ## Build what is needed and start everything for trying out: milepost dev
	bin/milepost dev

.PHONY: build
build: web ## Build bin/milepost with its web page
	@[ -f main.go ] || { echo "There is no main.go yet, so there is no program to build." >&2; exit 1; }
	go build -trimpath -o bin/milepost .

.PHONY: web
web: ## Build the web page into web/dist
ifeq ($(wildcard web/package.json),)
	@echo "There is no web page yet."
else
web: web/dist/index.html

web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.go')
	npm --prefix web run build
	touch $@
endif

##@ Developing

.PHONY: test
test: web postgres temporal-cli chromium verify-generate lint lint-web workflowcheck ## Everything that must hold for a change; installs and starts what it needs
	$(MAKE) test-web
	$(TESTS) ./...
	go test -tags s3 ./files
	$(MAKE) faults ROUNDS=3

.PHONY: test-web
test-web: web ## The tests of the web page's own code
	npm --prefix web test

.PHONY: defects-web
defects-web: web postgres temporal-cli chromium ## Seed defects into the web page, each of which its scripts must find (some minutes)
	go test ./test/web -count=1 -v -timeout 1h -run TestEverySeededDefectOfThePage -defects

.PHONY: test-short
test-short: web postgres temporal-cli chromium ## The tests alone, and of the long ones a short form
	$(TESTS) -short ./...

.PHONY: check
check: web postgres temporal-cli chromium verify-generate lint lint-web workflowcheck replay race defects-web ## As test, with the race detector and the replay of old histories; before a release

.PHONY: race
race: export CGO_ENABLED = 1
race: web postgres temporal-cli chromium ## All tests under the race detector (needs a C compiler)
	@command -v "$${CC:-cc}" >/dev/null || { echo "The race detector needs a C compiler (Debian: apt-get install gcc libc6-dev)." >&2; exit 1; }
	$(TESTS) -race ./...

.PHONY: replay
replay: ## Replay the histories of earlier releases with the workflows of today
ifeq ($(wildcard workflows),)
	@echo "There are no workflows yet."
else
	go test -count=1 -run Replay ./workflows/...
endif

ROUNDS ?= 100
.PHONY: faults
faults: postgres temporal-server ## Kill, freeze and cut off a whole installation, ROUNDS times each part (100: about an hour)
	go test ./test/faults -count=1 -v -timeout 5h -rounds $(ROUNDS)

FUZZTIME ?= 10m
.PHONY: fuzz
fuzz: ## Try every fuzz target for FUZZTIME each (10m); what it finds stays under testdata/fuzz
	@for package in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			go test $$package -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x; \
		done; \
	done

.PHONY: bench
bench: postgres temporal-server ## Figures beside the bare engine, on a machine that has nothing else to do (half an hour)
	go run ./test/bench

.PHONY: lint
lint: ## Format and style, and that every import keeps to the rooms' doors
	$(call tool,golangci-lint) run ./...

.PHONY: lint-web
lint-web: web ## The linter of the web page, and what a browser has to load for it
	npm --prefix web run lint
	npm --prefix web run size

.PHONY: fmt
fmt: ## Format the Go code
	$(call tool,golangci-lint) fmt

.PHONY: workflowcheck
workflowcheck: ## That workflow code can be replayed
ifeq ($(wildcard workflows),)
	@echo "There are no workflows yet."
else
	$(call tool,workflowcheck) -config workflowcheck.yaml ./workflows/...
endif

.PHONY: generate
generate: ## Write anew what is generated from the API's contract
	go generate ./...
ifneq ($(wildcard web/package.json),)
	$(MAKE) web/node_modules/.package-lock.json
	npm --prefix web run --if-present generate
endif

.PHONY: verify-generate
verify-generate: ## That nothing generated is out of date
	@tools/verify-generate

.PHONY: screenshots
screenshots: web postgres temporal-cli chromium ## Take the pictures of docs/screenshots anew (some minutes); look at them before a commit
	go test ./test/web -count=1 -v -timeout 40m -run TestScreenshots -screenshots

.PHONY: clean
clean: ## Remove what was built in this clone (tools that all clones share stay)
	rm -rf bin dist

##@ What the others need, each built or installed once

.PHONY: postgres
postgres: ## PostgreSQL for the tests, installed if this is possible
	@tools/need-postgres

.PHONY: chromium
chromium: ## A browser for the tests of the web page, installed if this is possible
	@tools/need-chromium

.PHONY: temporal-cli
temporal-cli: ## The Temporal CLI, whose development server we run (some minutes)
	@[ -n "$${MILEPOST_TEMPORAL:-}" ] || tools/get temporal >/dev/null

.PHONY: temporal-server
temporal-server: ## The real Temporal server and its SQL tool, for benchmarks and fault tests (some minutes)
	@tools/get temporal-server temporal-sql-tool
