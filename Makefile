# `make` lists the targets. Building needs Go and Node with npm; the tests get what else they need (scripts/test-tools).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# One build cache for building, vet and the linters.
export GOFLAGS := $(filter-out -trimpath,$(shell go env GOFLAGS 2>/dev/null)) -trimpath
export CGO_ENABLED := 0

ARGS ?=
SECONDS ?= 60

# What the web application is made of: its tests do not count.
web_sources := $(shell find web/src web/public web/index.html web/*.config.* web/budget.ts web/tsconfig.json ! -name '*.test.ts' 2>/dev/null)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: web/dist/app/index.html ## bin/clearline, with the web application in it
	go build -ldflags '-s -w' -o bin/clearline ./cmd/clearline

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo 'The web application is built with Node 20.19 or newer and npm: please install them.' >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/app/index.html: web/node_modules/.package-lock.json $(web_sources)
	cd web && npm run --silent build
	@touch $@

.PHONY: demo
demo: build ## the inbox with a simulated WhatsApp and customers who keep writing (ARGS='--addr 127.0.0.1:8081')
	@exec bin/clearline demo $(ARGS)

.PHONY: test
test: ## everything that must hold before a change goes in; ends with `N passed, N failed, N skipped`
	@go build -o .cache/gate ./scripts/gate
	@.cache/gate $(STEPS)

.PHONY: story
story: story-chosen build ## one story in a real browser, step by step (NAME=main-job)
	@scripts/test-tools chromium fonts
	@node scripts/stories/run.mjs $(NAME)

.PHONY: story-chosen
story-chosen:
	@test -f 'scripts/stories/$(NAME).mjs' || { echo 'make story NAME=…, one of:' $(filter-out run,$(basename $(notdir $(wildcard scripts/stories/*.mjs)))) >&2; exit 2; }

.PHONY: shots
shots: build ## pictures of every page and sheet into shots/: wide and 390, light and dark, empty and full (ARGS='inbox')
	@scripts/test-tools chromium fonts
	@node scripts/shots.mjs $(ARGS)

.PHONY: a11y
a11y: build ## axe on every page and sheet, both themes, directions and widths; what is announced (ARGS='thread-kinds')
	@scripts/test-tools chromium fonts
	@node scripts/a11y.mjs $(ARGS)

.PHONY: picture
picture: build ## the README's pictures, from the demo
	@scripts/test-tools chromium fonts
	@node scripts/picture.mjs

.PHONY: shuffles
shuffles: ## 200,000 shuffles and duplications of one conversation's events (CLEARLINE_SHUFFLES=…); make test runs fewer
	CLEARLINE_SHUFFLES=$(or $(CLEARLINE_SHUFFLES),200000) go test ./store -run Shuffle -count=1 -timeout 30m -v

.PHONY: fuzz
fuzz: ## all fuzz targets, sharing that time (SECONDS=60)
	@scripts/fuzz $(SECONDS)

.PHONY: bench
bench: build ## the figures this machine reaches (NAME=all ARGS='--seconds 10 --json')
	@bin/clearline bench $(or $(NAME),all) $(ARGS)

.PHONY: rows
rows: ## each requirement with the tests that name it; fails for a claimed one without
	@go run ./scripts/rows

.PHONY: lint
lint: web/node_modules/.package-lock.json ## formatting, vet, staticcheck, import rules, the web application's types
	@go build -o .cache/gate ./scripts/gate
	@.cache/gate gofmt vet staticcheck svelte-check
	go test .
