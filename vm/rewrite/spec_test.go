//go:build !race

// Scripts share nothing; the race detector would only make this ten times slower.

package rewrite_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// specDir is where the suite lies: in the module of the engine. It is read from
// there and not copied.
func specDir(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero")
	out, err := cmd.Output()
	require.NoError(t, err)
	return filepath.Join(strings.TrimSpace(string(out)), "internal", "integration_test", "spectest")
}

// specTally sums up the verdicts on metered modules.
type specTally struct {
	lock     sync.Mutex
	ran      map[string]int            // by command
	left     map[string]map[string]int // by reason and command
	failures []string
	engine   []string // what fails for the original
}

// specCounts are the commands of each version that hold, and those left out.
var specCounts = map[string][2]int{"v1": {18_759, 511}, "v2": {24_226, 3_792}}

// TestSpecification runs WebAssembly's own test suite, versions 1 and 2, with
// every module taken through validation and metering, on both engines. What
// holds for the original holds for the metered module.
func TestSpecification(t *testing.T) {
	dir := specDir(t)
	spectest, err := os.ReadFile(filepath.Join(dir, "testdata", "spectest.wasm"))
	require.NoError(t, err)
	for _, version := range []string{"v1", "v2"} {
		scripts, err := readScripts(filepath.Join(dir, version, "testdata"))
		require.NoError(t, err)
		scripts = slices.DeleteFunc(scripts, func(s *script) bool { return strings.HasPrefix(s.name, "simd_") })
		for _, engine := range slices.Sorted(maps.Keys(engines)) {
			t.Run(version+" "+engine, func(t *testing.T) {
				tally := &specTally{ran: map[string]int{}, left: map[string]map[string]int{}}
				queue := make(chan *script)
				var group sync.WaitGroup
				for range runtime.GOMAXPROCS(0) {
					group.Go(func() {
						for s := range queue {
							if err := tally.script(s, engine, spectest); err != nil {
								t.Error(err)
							}
						}
					})
				}
				for _, s := range scripts {
					queue <- s
				}
				close(queue)
				group.Wait()
				holding, left := tally.report(t)
				require.Equal(t, specCounts[version], [2]int{holding, left}, "commands that hold, and those left out")
			})
		}
	}
}

// script runs one script with the originals and with the metered modules.
func (y *specTally) script(s *script, engine string, spectest []byte) error {
	original, err := newStage(s, engine, false, spectest)
	if err != nil {
		return err
	}
	metered, err := newStage(s, engine, true, spectest)
	if err != nil {
		return err
	}
	want, got := original.run(), metered.run()
	y.lock.Lock()
	defer y.lock.Unlock()
	for i := range s.Commands {
		c := &s.Commands[i]
		place := fmt.Sprintf("%s line %d %s %s", s.name, c.Line, c.Type, c.Action.Field)
		if reason := got[i].left; reason != "" {
			if y.left[reason] == nil {
				y.left[reason] = map[string]int{}
			}
			y.left[reason][c.Type]++
			continue
		}
		if want[i].failed != "" {
			y.engine = append(y.engine, place+": "+want[i].failed)
		}
		if got[i].failed != "" {
			y.failures = append(y.failures, place+": "+got[i].failed)
			continue
		}
		y.ran[c.Type+got[i].note]++
	}
	return nil
}

// report prints the tables and returns the commands that hold and those left out.
func (y *specTally) report(t *testing.T) (holding, left int) {
	t.Helper()
	holding, list := sum(y.ran)
	t.Logf("%d commands hold for the metered modules: %s", holding, list)
	for _, reason := range slices.Sorted(maps.Keys(y.left)) {
		n, list := sum(y.left[reason])
		t.Logf("%d left out, %s: %s", n, reason, list)
		left += n
	}
	slices.Sort(y.engine)
	for _, f := range y.engine {
		t.Logf("the engine fails with the original: %s", f)
	}
	slices.Sort(y.failures)
	for _, f := range y.failures {
		t.Errorf("%s", f)
	}
	t.Logf("%d left out, %d failures", left, len(y.failures))
	return holding, left
}

func sum(counts map[string]int) (total int, list string) {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		total += counts[kind]
		parts = append(parts, fmt.Sprintf("%d %s", counts[kind], kind))
	}
	return total, strings.Join(parts, ", ")
}
