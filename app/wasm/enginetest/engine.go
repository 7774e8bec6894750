package enginetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// CallGas is the VM gas that every call uses before the contract runs.
const CallGas = 14_000_000 // 100 SDK gas

// magic opens the bytes of a code of this engine.
var magic = []byte("\x00gocontract:")

// Contract is a contract in Go. An entry point that is nil is not exported.
type Contract struct {
	Instantiate func(*Call) (*cosmwasm.Response, error)
	Execute     func(*Call) (*cosmwasm.Response, error)
	Migrate     func(*Call) (*cosmwasm.Response, error)
	Sudo        func(*Call) (*cosmwasm.Response, error)
	Reply       func(*Call) (*cosmwasm.Response, error)
	Query       func(*Call) ([]byte, error)
	// What Analysis tells of the code.
	Capabilities   []string
	MigrateVersion *uint64
	IBC            bool
	// Free leaves out CallGas, so that a call never uses more than the same
	// contract in wasm would.
	Free bool

	checked atomic.Bool // the bytes of its code were seen
}

// Engine runs contracts in Go. It is safe for concurrent use once all
// contracts are added.
type Engine struct {
	contracts map[[32]byte]*Contract // by the checksum of the code that stands for them

	mu       sync.Mutex
	compiled map[[32]byte]bool
	pinned   map[[32]byte]bool
}

// New returns an engine that knows no contract.
func New() *Engine {
	return &Engine{contracts: map[[32]byte]*Contract{}, compiled: map[[32]byte]bool{}, pinned: map[[32]byte]bool{}}
}

// Add makes a contract known and returns the bytes that stand for its code.
func (e *Engine) Add(name string, c *Contract) []byte {
	code := Code(name)
	e.AddAs(sha256.Sum256(code), c)
	return code
}

// AddAs makes a contract known that any bytes with this checksum stand for: with
// those of the same contract in wasm, a chain computes the same addresses as one
// that runs the wasm.
func (e *Engine) AddAs(checksum [32]byte, c *Contract) { e.contracts[checksum] = c }

// Has reports whether a contract stands behind a checksum.
func (e *Engine) Has(checksum [32]byte) bool { return e.contracts[checksum] != nil }

// Code returns the bytes that stand for the code of a contract.
func Code(name string) []byte { return append(bytes.Clone(magic), name...) }

// Compiled counts the codes that the engine keeps, Pinned those it was told to.
func (e *Engine) Compiled() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.compiled)
}

// Pinned counts the pinned codes.
func (e *Engine) Pinned() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.pinned)
}

func (e *Engine) find(code []byte) ([32]byte, *Contract, error) {
	sum := sha256.Sum256(code)
	if c := e.contracts[sum]; c != nil {
		return sum, c, nil
	}
	return sum, nil, &vm.Error{Kind: vm.KindStatic, Text: "Error during static Wasm validation: not a contract of this engine"}
}

// CheckWithin implements the engine that app/wasm needs. No contract of this
// engine imports WASI.
func (e *Engine) CheckWithin(code []byte, _ vm.WASILimits) (vm.Analysis, error) {
	_, c, err := e.find(code)
	if err != nil {
		return vm.Analysis{}, err
	}
	return c.analysis(), nil
}

// Admit is CheckWithin, and remembers the code.
func (e *Engine) Admit(code []byte, _ vm.WASILimits) ([32]byte, vm.Analysis, error) {
	sum, c, err := e.find(code)
	if err != nil {
		return [32]byte{}, vm.Analysis{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.compiled[sum] = true
	return sum, c.analysis(), nil
}

// load finds a stored code by reading its bytes, so that a caller who lost
// them is found out. Those of real wasm are long and not read again and again.
func (e *Engine) load(code vm.Code) (*Contract, error) {
	c := e.contracts[code.Checksum]
	if c != nil && c.checked.Load() {
		return c, nil
	}
	raw, err := code.Load()
	if err != nil {
		return nil, err
	}
	sum, c, err := e.find(raw)
	if sum != code.Checksum {
		return nil, fmt.Errorf("code %x has other bytes than its checksum says", code.Checksum)
	}
	if err == nil && !bytes.HasPrefix(raw, magic) {
		c.checked.Store(true)
	}
	return c, err
}

// Analyze tells what a stored code offers.
func (e *Engine) Analyze(code vm.Code) (vm.Analysis, error) {
	c, err := e.load(code)
	if err != nil {
		return vm.Analysis{}, err
	}
	return c.analysis(), nil
}

// Pin remembers that a code was pinned.
func (e *Engine) Pin(code vm.Code) error {
	if _, err := e.load(code); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pinned[code.Checksum] = true
	return nil
}

// Unpin forgets a pin.
func (e *Engine) Unpin(checksum [32]byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.pinned, checksum)
}

func (c *Contract) analysis() vm.Analysis {
	a := vm.Analysis{Capabilities: slices.Clone(c.Capabilities), MigrateVersion: c.MigrateVersion, HasIBCEntryPoints: c.IBC}
	for name, there := range map[string]bool{
		"instantiate": c.Instantiate != nil, "execute": c.Execute != nil, "migrate": c.Migrate != nil,
		"sudo": c.Sudo != nil, "reply": c.Reply != nil, "query": c.Query != nil,
	} {
		if there {
			a.EntryPoints = append(a.EntryPoints, name)
		}
	}
	sort.Strings(a.EntryPoints)
	return a
}

// Call runs an entry point.
func (e *Engine) Call(c vm.Call) (vm.Result, error) {
	contract, err := e.load(c.Code)
	if err != nil {
		return vm.Result{GasLeft: c.GasLimit}, err
	}
	run := &Call{call: c, left: c.GasLimit}
	data, err := run.guarded(contract)
	if err != nil {
		data = nil
	}
	res := vm.Result{Data: data, GasExternal: run.external, GasLeft: run.left}
	if spent := c.GasLimit - run.left; spent > run.external {
		res.GasUsed = spent - run.external
	}
	return res, err
}

// unwind carries an error of a host function through the contract.
type unwind struct{ err error }

// Unwind tells contracts/sdk that this is not a panic of the contract.
func (unwind) Unwind() {}

// guarded runs the contract. A panic of the contract itself is a trap, as the
// panic of a contract in wasm would be.
func (c *Call) guarded(contract *Contract) (data []byte, err error) {
	defer func() {
		r := recover()
		switch u, own := r.(unwind); {
		case r == nil:
		case own:
			data, err = nil, u.err
		default:
			data, err = nil, &vm.Error{Kind: vm.KindTrap, Text: fmt.Sprintf("Error executing Wasm: Wasmer runtime error: RuntimeError: %v", r)}
		}
		var failure *vm.Error
		if errors.As(err, &failure) && failure.Kind == vm.KindOutOfGas {
			c.left = 0
		}
	}()
	if !contract.Free {
		c.UseGas(CallGas)
	}
	if err := c.decode(); err != nil {
		return nil, err
	}
	if c.call.Entry == "query" {
		return c.query(contract)
	}
	return c.respond(contract)
}

func (c *Call) decode() error {
	args := c.call.Args
	if err := cosmwasm.Unmarshal(args[0], &c.Env); err != nil {
		return fmt.Errorf("env: %w", err)
	}
	switch c.call.Entry {
	case "instantiate", "execute":
		c.Msg = args[2]
		return cosmwasm.Unmarshal(args[1], &c.Info)
	case "migrate":
		c.Msg = args[1]
		return cosmwasm.Unmarshal(args[2], &c.Migration)
	default:
		c.Msg = args[1]
		return nil
	}
}

func missing(entry string) error {
	return &vm.Error{Kind: vm.KindResolve, Text: "Error resolving Wasm function: Could not get export: Missing export " + entry}
}

func (c *Call) query(contract *Contract) ([]byte, error) {
	if contract.Query == nil {
		return nil, missing("query")
	}
	data, err := contract.Query(c)
	if err != nil {
		return json.Marshal(map[string]string{"error": err.Error()})
	}
	return json.Marshal(map[string][]byte{"ok": append([]byte{}, data...)})
}

func (c *Call) respond(contract *Contract) ([]byte, error) {
	run := map[string]func(*Call) (*cosmwasm.Response, error){
		"instantiate": contract.Instantiate, "execute": contract.Execute, "migrate": contract.Migrate,
		"sudo": contract.Sudo, "reply": contract.Reply,
	}[c.call.Entry]
	if run == nil {
		return nil, missing(c.call.Entry)
	}
	res, err := run(c)
	if err != nil {
		return json.Marshal(map[string]string{"error": err.Error()})
	}
	if c.Raw != nil {
		return c.Raw, nil
	}
	if res == nil {
		res = &cosmwasm.Response{}
	}
	return json.Marshal(map[string]any{"ok": res})
}
