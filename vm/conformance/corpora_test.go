//go:build cgo

package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// corpus are the contracts of a source; if names are given, those that are called
// so.
func corpus(tb testing.TB, source string, names ...string) []string {
	tb.Helper()
	var files []string
	seen, found := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir(sourceDir(tb, source), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(d.Name(), ".wasm") {
			return err
		}
		name, _, _ := strings.Cut(d.Name(), ".wasm")
		if len(names) > 0 && !slices.Contains(names, name) {
			return nil
		}
		found[name] = true
		code, err := readContract(path)
		if err != nil { // some are broken on purpose
			return nil
		}
		if sum := string(digest(code)); !seen[sum] {
			seen[sum] = true
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		if !found[name] {
			tb.Fatalf("%s has no contract %s", source, name)
		}
	}
	return files
}

// bulkMemory is what the reference says of contracts for its successor. Weft
// takes them.
const bulkMemory = "bulk memory support is not enabled"

// explored has the checksums of what the corpora have probed: some of them hold
// the same contracts.
var explored sync.Map

func exploreFiles(t *testing.T, files []string) {
	t.Helper()
	coin := newLab(t).must("cw20_base", public(t, "wasmd/tests/e2e/testdata/cw20_base.wasm.gz"))
	for _, path := range files {
		code, err := readContract(path)
		if err != nil {
			t.Fatal(err)
		}
		l := newLab(t)
		before := callsCompared.Load()
		if _, known := explored.LoadOrStore(newCode("", code).checksum, true); known {
			continue
		}
		expect := sameVerdict
		if strings.Contains(l.ref.engine.store(code), bulkMemory) {
			expect = weftAccepts
		}
		if c := l.verdict(filepath.Base(path), code, expect); c != nil {
			l.explore(filepath.Base(path), c, coin)
		}
		t.Logf("%s: %d calls", filepath.Base(path), callsCompared.Load()-before)
	}
}

func TestCorpusOfWasmvm(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "wasmvm1"))
	exploreFiles(t, corpus(t, "wasmvm2"))
}

func TestCorpusOfWasmd(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "wasmd"))
	exploreFiles(t, corpus(t, "wasmd30"))
}

func TestCorpusOfNeutron(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "neutron"))
}

// What neutron has added since.
func TestCorpusOfNeutron6(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "neutron6", "neutron_chain_manager", "neutron_staking_info_proxy", "neutron_staking_rewards", "neutron_staking_tracker", "neutron_staking_vault", "rate_limiter"))
}

// Pools, swaps over other chains, hooks, authenticators.
func TestCorpusOfOsmosis(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "osmosis"))
}

// WEFT_CONTRACTS names a directory with more contracts to probe.
func TestCorpusOfYours(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(os.Getenv("WEFT_CONTRACTS"), "*.wasm*"))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("WEFT_CONTRACTS") != "" && len(files) == 0 {
		t.Fatal(fmt.Errorf("no contracts in %s", os.Getenv("WEFT_CONTRACTS")))
	}
	exploreFiles(t, files)
}
