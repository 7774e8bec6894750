package testkit

import (
	"cmp"
	"crypto/sha256"
	"os"
	"reflect"
	"slices"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/contracts/sdk"
)

// T is what the kit needs of a test: *testing.T, *testing.B, *testing.F and
// rapid's *T have it.
type T interface {
	Helper()
	Name() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Contracts are the codes of a chain, each under a name of the test's choice. They
// are stored when the chain begins, in the order of their names.
type Contracts map[string]Code

// Code is a contract's code. Usually it has Go and Dir, which must be the same
// contract; a contract that exists for the test alone needs only Go.
type Code struct {
	// Go is the contract as it runs natively.
	Go sdk.Contract
	// Dir is the folder of its main package, relative to the test's.
	Dir string
	// Wasm is a file that was built elsewhere, in any language, instead of Dir.
	Wasm string
}

// native reports whether there is a contract in Go.
func (c Code) native() bool { return !reflect.ValueOf(c.Go).IsZero() }

// compiled reports whether there is wasm.
func (c Code) compiled() bool { return c.Dir != "" || c.Wasm != "" }

// load returns the bytes of the wasm and their checksum.
func (c Code) load() ([]byte, [32]byte, error) {
	if c.Wasm == "" {
		return build(c.Dir)
	}
	code, err := os.ReadFile(c.Wasm)
	return code, sha256.Sum256(code), err
}

// deployed is a code as a chain has it.
type deployed struct {
	name  string
	bytes []byte
	sum   [32]byte
	code  Code
}

// deploy makes the codes ready: in wasm, where there is some and it is wanted,
// else natively.
func (list Contracts) deploy(t T, asWasm bool) []deployed {
	t.Helper()
	var out []deployed
	for name, code := range list {
		d := deployed{name: name, code: code}
		switch {
		case code.Dir != "" && code.Wasm != "":
			t.Fatalf("contract %q has both Dir and Wasm: leave out one", name)
		case !code.native() && !code.compiled():
			t.Fatalf("contract %q has neither Go nor Dir nor Wasm", name)
		case code.compiled() && (asWasm || !code.native()):
			var err error
			if d.bytes, d.sum, err = code.load(); err != nil {
				t.Fatalf("contract %q: %v", name, err)
			}
		default:
			d.bytes = enginetest.Code(name)
			d.sum = sha256.Sum256(d.bytes)
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b deployed) int { return cmp.Compare(a.name, b.name) })
	return out
}

// both reports whether the code is there natively and as wasm, so that there is
// something to compare.
func (c Code) both() bool { return c.native() && c.compiled() }
