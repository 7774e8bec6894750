package testkit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// gasFile is where a package keeps the gas of its transactions.
var gasFile = filepath.Join("testdata", "gas.txt")

// cost is the gas of a transaction.
type cost struct{ sdk, vm uint64 }

// Gas compares the gas of a transaction with what stands in testdata/gas.txt under
// the test's name and this one, and fails the test if it is another; go test
// -update writes the file. Only a transaction that runs as wasm has real gas:
// natively this does nothing.
func (c *Chain) Gas(name string, res *Result) {
	c.t.Helper()
	if c.Native() {
		return
	}
	name = strings.ReplaceAll(strings.TrimSuffix(c.t.Name(), "/wasm")+"/"+name, " ", "_")
	if c.costs[name] {
		c.t.Errorf("gas of %s is asked for twice: give each transaction its own name", name)
		return
	}
	c.costs[name] = true
	if err := checkGas(gasFile, name, cost{res.GasUsed, res.VMGas}, updating()); err != nil {
		c.t.Errorf("%v", err)
	}
}

// gasFiles is held while a file is read and written.
var gasFiles sync.Mutex

func checkGas(file, name string, now cost, update bool) error {
	gasFiles.Lock()
	defer gasFiles.Unlock()
	made, costs, err := readGas(file)
	if err != nil {
		return err
	}
	was, known := costs[name]
	switch {
	case known && was == now && !update:
		return nil
	case update:
		forget(file, name, costs)
		costs[name] = now
		return writeGas(file, costs)
	case !known:
		return fmt.Errorf("gas of %s: %d, VM gas %d, is not in %s yet: go test -update writes it", name, now.sdk, now.vm, file)
	}
	err = fmt.Errorf("gas of %s changed: %s, VM gas %s (was, is; %s): if this is meant, go test -update writes it",
		name, change(was.sdk, now.sdk), change(was.vm, now.vm), file)
	if made != runtime.Version() {
		err = fmt.Errorf("%w\n(the file was written with %s, this is %s)", err, made, runtime.Version())
	}
	return err
}

// updated are the tests, with their files, whose lines this process writes.
var updated = map[string]bool{}

// forget drops the lines of a test when its first one is written: those that it
// still has come again.
func forget(file, name string, costs map[string]cost) {
	test := name[:strings.LastIndexByte(name, '/')+1]
	if updated[file+"\x00"+test] {
		return
	}
	updated[file+"\x00"+test] = true
	maps.DeleteFunc(costs, func(old string, _ cost) bool {
		return strings.HasPrefix(old, test) && !strings.Contains(old[len(test):], "/")
	})
}

// change shows two numbers and by how much of a hundred the second is larger.
func change(was, is uint64) string {
	if was == is {
		return strconv.FormatUint(is, 10)
	}
	if was == 0 {
		return fmt.Sprintf("0 → %d", is)
	}
	return fmt.Sprintf("%d → %d (%+.2f %%)", was, is, (float64(is)-float64(was))*100/float64(was))
}

// toolchain stands in front of the version that a file was written with.
const toolchain = "# toolchain: "

// readGas reads a file; one that is not there has nothing.
func readGas(file string) (made string, costs map[string]cost, err error) {
	costs = map[string]cost{}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", costs, nil
	}
	if err != nil {
		return "", nil, err
	}
	for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
		line := s.Text()
		if version, ok := strings.CutPrefix(line, toolchain); ok {
			made = version
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var name string
		var c cost
		if _, err := fmt.Sscanf(line, "%s %d %d", &name, &c.sdk, &c.vm); err != nil {
			return "", nil, fmt.Errorf("%s: %q: want a name, SDK gas and VM gas: %w", file, line, err)
		}
		costs[name] = c
	}
	return made, costs, nil
}

func writeGas(file string, costs map[string]cost) error {
	var b bytes.Buffer
	b.WriteString("# Gas of transactions in this package's tests as wasm: SDK gas, VM gas.\n# Written by go test -update; see testkit.Chain.Gas.\n")
	fmt.Fprintf(&b, "%s%s\n", toolchain, runtime.Version())
	width := 0
	for name := range costs {
		width = max(width, len(name))
	}
	for _, name := range slices.Sorted(maps.Keys(costs)) {
		fmt.Fprintf(&b, "%-*s %10d %12d\n", width, name, costs[name].sdk, costs[name].vm)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
