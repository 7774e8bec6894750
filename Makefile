# weft's one door for building and checking. CI calls these targets and
# nothing else. Run make without arguments to see them.

# A static binary from the stock toolchain: cgo is off wherever code ships.
# The race detector turns it on for itself.
export CGO_ENABLED := 0

# -trimpath everywhere and not only in build, so that build, test, vet and lint
# share one build cache: compiling the dependencies twice takes minutes.
OWN_GOFLAGS := $(filter-out -trimpath,$(shell go env GOFLAGS))
export GOFLAGS := $(OWN_GOFLAGS) -trimpath

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TOOL := go tool -modfile=.ci/tools.mod
GO_FILES = git ls-files --cached --others --exclude-standard -- '*.go' ':!*.pb.go' ':!*.pb.gw.go' ':!**/testdata/**'
CLI := github.com/weftchain/weft/cli
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)

# What the race detector looks at: small packages, for it is ten times slower.
# Compiling contracts of some megabytes takes minutes then, and shares nothing
# that smaller ones do not.
RACE := ./state/... ./vm/... ./chain/... ./tx/... ./abci/... ./testnet/...
RACE_SKIP := ^Test(Go|TracedGo)

# How long each fuzz target runs, and the seed and length of a simulation.
FUZZTIME ?= 30s
FUZZDIRS ?= .
# Names of upgrades that the binary is for (docs/operators.md), separated by commas.
UPGRADES ?=
SEED ?= 1
BLOCKS ?= 1000
EPOCHS ?= 10000

# What CI runs, in this order: the cheap and telling ones first.
GATES := build lint vet-all proto-check fixtures-check test conformance arm64 race fuzz-short crash chaos-short lottery e2e demo

.PHONY: help build demo test conformance race lint golden fuzz fuzz-short sim bench proto proto-check \
	fixtures fixtures-check e2e crash chaos chaos-short lottery arm64 diff vet-all vuln deadcode check clean

help: ## print these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# grpcnotrace: gRPC's trace pages need html/template, which keeps all methods of
# all types in the binary (node/config_toml.go).
build: ## build the static binary build/weft
	go run ./internal/pack build/source.zip
	go build -tags packed,grpcnotrace -ldflags '-s -w -X $(CLI).Version=$(VERSION) -X $(CLI).Commit=$(COMMIT) -X $(CLI).Upgrades=$(UPGRADES)' -o build/weft .

demo: build ## set up a local chain, run a contract on it, show the result, stop
	bash contracts/demo.sh

test: ## run all tests, in short; seconds once built
	go test ./...
	cd vm/conformance && go test ./...
	cd app/conformance && go test ./...

conformance: ## run the same calls on wasmvm and on weft and compare all; needs gcc, takes minutes
	cd vm/conformance && CGO_ENABLED=1 go test -count=1 -timeout 20m

race: ## run the small packages' tests under the race detector
	CGO_ENABLED=1 go test -race -timeout 20m -skip '$(RACE_SKIP)' $(RACE)

lint: ## look for bad style, wrong imports and what makes nodes disagree
	@status=0; \
	files=$$($(GO_FILES) | while read -r f; do [ ! -f "$$f" ] || echo "$$f"; done | xargs $(TOOL) gofumpt -l) || status=1; \
	[ -z "$$files" ] || { printf 'gofumpt would change:\n%s\n' "$$files"; status=1; }; \
	$(TOOL) golangci-lint run || status=1; \
	go test -count=1 -run '^TestLayers' . || status=1; \
	go test -count=1 ./internal/lint || status=1; \
	exit $$status

golden: ## rewrite all golden files; read the diff before you commit it
	@go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | awk '/weft\/internal\/golden/ || $$1 ~ /internal\/golden$$/ {print $$1}' | \
		while read -r pkg; do go test -count=1 "$$pkg" -update; done
	git status --short -- '*.golden' docs/spec

fuzz: ## fuzz every target for FUZZTIME (30s each); finds stay in testdata/fuzz
	@bash .ci/fuzz $(FUZZTIME) $(FUZZDIRS)

# The rest is left to make fuzz: its packages link all of CometBFT, and to fuzz
# them the Go command compiles that anew.
fuzz-short: FUZZTIME = 4s
fuzz-short: FUZZDIRS = ./chain ./proto/strict ./tx ./state/proof ./vm
fuzz-short: fuzz ## fuzz what reads bytes from outside for some seconds each

sim: ## run the seeded simulations: make sim SEED=7 BLOCKS=5000 EPOCHS=10000
	go test -count=1 -v ./app/sim -args -sim.seed=$(SEED) -sim.blocks=$(BLOCKS)
	go run . lottery simulate --report --seed $(SEED) --epochs $(EPOCHS)

bench: ## run all benchmarks once each, without the tests; needs gcc for those beside wasmvm
	go test -run '^$$' -bench . -benchmem ./...
	cd vm/conformance && CGO_ENABLED=1 go test -run '^$$' -bench . -benchmem

proto: ## write the Go code of the .proto files anew
	./proto/generate.sh

proto-check: ## fail if the generated Go code is not what the .proto files say
	./proto/generate.sh --check

fixtures: ## build the contracts and fixtures from their sources
	bash contracts/build.sh

fixtures-check: ## fail if a contract does not build to the committed bytes
	bash contracts/build.sh --check

e2e: build ## run real nodes as processes and look at them from outside
	bash e2e/run.sh
	bash e2e/contract.sh
	go test -count=1 -tags e2e -run 'TestValidators|TestStakingContract' ./cli

crash: ## kill a node with kill -9 while it commits; nothing reported may be lost
	@out=$$(mktemp); trap 'rm -f "$$out"' EXIT; \
	go test -count=1 -v -tags crash -run Crash ./node/... | tee "$$out"; \
	grep -q -- '^--- PASS: .*Crash' "$$out" || { echo "no crash test ran"; exit 1; }

# A binary for tests that can also do what no operator may do: tamper with the
# state on disk, sign with one key on two nodes.
build/weft-chaos: build
	go build -tags weft_chaos -o $@ .
	go build -tags weft_chaos -ldflags '-X $(CLI).Upgrades=next' -o build/weft-next .

chaos: build/weft-chaos ## run real networks through all faults: make chaos SEED=7
	build/weft-chaos testnet run --seed $(SEED) --next-binary build/weft-next testnet/networks/*.toml testnet/networks/*/*.toml

chaos-short: build/weft-chaos ## run real networks through the faults that CI has time for
	bash e2e/testnet.sh
	build/weft-chaos testnet run --seed $(SEED) --next-binary build/weft-next $(addprefix testnet/networks/,upgrade/supervised.toml partition-one.toml late-join-snapshot.toml random-kills.toml turnover.toml chaos/double-sign.toml chaos/tampered.toml chaos/clock-skew.toml chaos/io-errors.toml)

lottery: build/weft-chaos ## mine on real networks and fuzz the lane of tickets: make lottery SEED=7
	build/weft-chaos testnet run --seed $(SEED) testnet/networks/lottery/*.toml
	bash .ci/fuzz 4s ./app

arm64: ## compare what contracts compute on amd64 and on an emulated arm64; MODULES, SEED
	bash vm/rewrite/arm64.sh
	bash vm/arm64.sh

diff: ## compare engines over random modules: make diff MODULES=50000 SEED=7
	go test -count=1 -timeout 3h -v -run '^TestDifferential$$' ./vm/rewrite -args -diff.modules=$(or $(MODULES),50000) -diff.seed=$(SEED)

vet-all: ## vet the code as it is compiled for macOS and Windows, and contracts for the chain
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...
	GOOS=wasip1 GOARCH=wasm go vet ./contracts/*/wasm ./contracts/sdk/json ./contracts/sdk/probe/wasm

vuln: ## look up known vulnerabilities; needs the database on the net, so it is no gate
	$(TOOL) govulncheck ./...

deadcode: ## list functions that neither weft nor a test reaches; a hint, no gate
	$(TOOL) deadcode -test ./...

check: ## all that CI runs, in its order, with the seconds each gate takes
	@bash .ci/gates $(GATES)

clean: ## remove what make built
	rm -rf build
