package testkit

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"sync"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/vm"
)

// engine runs the contracts of one node: those that it was given in Go natively,
// all others as wasm.
type engine struct {
	native *enginetest.Engine
	// lazy says that codes which are stored are compiled when they are first
	// called: not every test calls all that it has.
	lazy bool
	// profiles says that the machine for profiles runs the wasm.
	profiles bool
	gas      uint64 // VM gas of all calls since it was last set to 0
}

// machine is the engine for wasm of all chains of the process: what it has
// compiled once it keeps, and on disk for the next process.
var machine = sync.OnceValues(func() (*vm.Engine, error) {
	return vm.New(vm.Config{CacheDir: cacheDir("machine")})
})

// tracer is a machine that can tell where gas is used.
var tracer = sync.OnceValues(func() (*vm.Engine, error) { return vm.New(vm.Config{Trace: true}) })

func (e *engine) machine() (*vm.Engine, error) {
	if e.profiles {
		return tracer()
	}
	return machine()
}

// cacheDir is a folder that lasts, "" if the user can have none.
func cacheDir(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir = filepath.Join(dir, "weft", "testkit", name)
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

// CheckWithin implements the engine of package app/wasm.
func (e *engine) CheckWithin(code []byte, wasi vm.WASILimits) (vm.Analysis, error) {
	if e.native.Has(sha256.Sum256(code)) {
		return e.native.CheckWithin(code, wasi)
	}
	m, err := e.machine()
	if err != nil {
		return vm.Analysis{}, err
	}
	return m.CheckWithin(code, wasi)
}

// Admit implements the engine of package app/wasm.
func (e *engine) Admit(code []byte, wasi vm.WASILimits) ([32]byte, vm.Analysis, error) {
	if e.native.Has(sha256.Sum256(code)) {
		return e.native.Admit(code, wasi)
	}
	m, err := e.machine()
	if err != nil {
		return [32]byte{}, vm.Analysis{}, err
	}
	if e.lazy {
		a, err := m.CheckWithin(code, wasi)
		return sha256.Sum256(code), a, err
	}
	return m.Admit(code, wasi)
}

// Analyze implements the engine of package app/wasm.
func (e *engine) Analyze(code vm.Code) (vm.Analysis, error) {
	if e.native.Has(code.Checksum) {
		return e.native.Analyze(code)
	}
	m, err := e.machine()
	if err != nil {
		return vm.Analysis{}, err
	}
	return m.Analyze(code)
}

// Pin implements the engine of package app/wasm.
func (e *engine) Pin(code vm.Code) error {
	if e.native.Has(code.Checksum) {
		return e.native.Pin(code)
	}
	m, err := e.machine()
	if err != nil {
		return err
	}
	return m.Pin(code)
}

// Unpin implements the engine of package app/wasm. What other chains of the
// process pinned stays pinned.
func (e *engine) Unpin(checksum [32]byte) { e.native.Unpin(checksum) }

// Call implements the engine of package app/wasm.
func (e *engine) Call(c vm.Call) (res vm.Result, err error) {
	if e.native.Has(c.Code.Checksum) {
		res, err = e.native.Call(c)
	} else {
		m, err := e.machine()
		if err != nil {
			return vm.Result{GasLeft: c.GasLimit}, err
		}
		res, err = m.Call(c)
		e.gas += res.GasUsed
		return res, err
	}
	e.gas += res.GasUsed
	return res, err
}
