package vm

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/weftchain/weft/vm/rewrite"
)

// Limits bounds what a code may contain.
type Limits = rewrite.Limits

// WASILimits replace some of the Limits for codes that import WASI.
type WASILimits = rewrite.WASILimits

// Analysis is what a code says about itself.
type Analysis = rewrite.Analysis

// DefaultLimits returns wasmvm's limits and weft's own.
func DefaultLimits() Limits { return rewrite.DefaultLimits() }

// DefaultWASILimits returns what a chain starts with.
func DefaultWASILimits() WASILimits { return rewrite.DefaultWASILimits() }

// MaxWASILimits bounds what a chain may choose. Codes that were stored are held
// to these.
func MaxWASILimits() WASILimits { return rewrite.MaxWASILimits() }

// ImportsWASI reports whether a module imports WASI, from its first bytes.
func ImportsWASI(code []byte) bool { return rewrite.ImportsWASI(code) }

// DefaultCapabilities lists what a contract may require here (with requires_…
// exports). It grows with time and never loses an entry.
func DefaultCapabilities() []string {
	return []string{
		"iterator", "staking", "stargate", "cosmwasm_1_1", "cosmwasm_1_2", "cosmwasm_1_3", "cosmwasm_1_4",
		"cosmwasm_2_0", "cosmwasm_2_1", "cosmwasm_2_2", "cosmwasm_3_0", "ibc2",
	}
}

// DefaultMemoryCacheBytes is the size of the memory cache if Config gives none.
const DefaultMemoryCacheBytes = 256 << 20

// maxMemoryPages is the largest limit for memory that wasm itself has.
const maxMemoryPages = 65_536

// Config says how an engine works. Only Capabilities and Limits have an effect
// on results, and only on which codes Check and Compile accept.
type Config struct {
	// CacheDir is a directory of the engine's own for metered modules and machine
	// code. It is created; "" keeps nothing on disk.
	CacheDir string
	// MemoryCacheBytes bounds the memory for compiled codes that are neither
	// pinned nor in use. 0 is DefaultMemoryCacheBytes, a negative number keeps none.
	MemoryCacheBytes int64
	// IdleBytes bounds the memory of instances that wait for their next call. 0 is
	// DefaultIdleBytes, a negative number keeps none.
	IdleBytes int64
	// Restore is for tests, which want each way of restoring instances. None
	// has an effect on results.
	Restore Restore
	// Capabilities are what the chain offers; nil is DefaultCapabilities. Codes
	// that were stored must stay within them.
	Capabilities []string
	// Limits bounds codes; the zero value is DefaultLimits. Codes that were stored
	// must stay within them.
	Limits Limits
	// Interpreter runs contracts in wazero's interpreter: an oracle for tests,
	// slow and with 2,000 frames at most. Never on a validator. (What Admit
	// interprets has nothing to do with this.)
	Interpreter bool
	// Trace lets the Tracer of a call see the guest's functions. Results are the
	// same; the machine code is larger, several times slower where functions are
	// small, and never kept on disk (CacheDir is not used). It is for an engine
	// beside the one that executes blocks.
	Trace bool
}

// Engine checks, compiles and runs contracts. It is safe for concurrent use.
type Engine struct {
	config Config
	memory *memoryCache
	disk   *diskCache
	pool   *pool

	admitted workQueue // codes to be compiled; see Admit
}

// New makes an engine and tests it (see SelfTest); one that miscalculates is
// refused.
func New(config Config) (*Engine, error) {
	if config.MemoryCacheBytes == 0 {
		config.MemoryCacheBytes = DefaultMemoryCacheBytes
	}
	if config.IdleBytes == 0 {
		config.IdleBytes = DefaultIdleBytes
	}
	if config.Capabilities == nil {
		config.Capabilities = DefaultCapabilities()
	}
	config.Capabilities = slices.Clone(config.Capabilities)
	if config.Limits == (Limits{}) {
		config.Limits = DefaultLimits()
	}
	if n := config.Limits.MemoryPages; n < 1 || n > maxMemoryPages {
		return nil, fmt.Errorf("vm: limit of %d memory pages, want 1 to %d", n, maxMemoryPages)
	}
	if config.Trace {
		config.CacheDir = ""
	}
	disk, err := openDisk(config.CacheDir, config.Limits)
	if err != nil {
		return nil, err
	}
	pool, err := newPool(config)
	if err != nil {
		return nil, err
	}
	e := &Engine{config: config, memory: newMemoryCache(max(config.MemoryCacheBytes, 0)), disk: disk, pool: pool}
	if err := e.SelfTest(); err != nil {
		_ = e.Close()
		return nil, err
	}
	return e, nil
}

// Close frees the compiled codes. No call may run or follow.
func (e *Engine) Close() error {
	e.admitted.close()
	err := e.memory.close()
	if poolErr := e.pool.close(); err == nil {
		err = poolErr
	}
	return err
}

// Check is CheckWithin the limits of the Config.
func (e *Engine) Check(code []byte) (Analysis, error) {
	return e.CheckWithin(code, e.config.Limits.WASI)
}

// CheckWithin applies the static rules to a code, with the given limits for
// codes that import WASI. It writes nothing anywhere and does not run _initialize,
// so Analysis.InitializeGas is 0. The error is an *Error of KindStatic or
// KindCompile, or a fault.
func (e *Engine) CheckWithin(code []byte, wasi WASILimits) (Analysis, error) {
	m, err := e.check(code, wasi)
	if err != nil {
		return Analysis{}, err
	}
	return m.Analysis(), nil
}

func (e *Engine) check(code []byte, wasi WASILimits) (m *rewrite.Module, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while checking code: %v\n%s", r, debug.Stack())
		}
	}()
	limits := e.config.Limits
	limits.WASI = wasi
	m, err = rewrite.Check(code, limits, e.config.Capabilities)
	var refused *rewrite.RefusedError
	if errors.As(err, &refused) {
		kind := KindStatic
		if strings.HasPrefix(refused.Text, "Error compiling Wasm") {
			kind = KindCompile
		}
		return nil, &Error{kind, refused.Text}
	}
	return m, err
}

// Compile is CompileWithin the limits of the Config.
func (e *Engine) Compile(code []byte) (checksum [32]byte, a Analysis, err error) {
	return e.CompileWithin(code, e.config.Limits.WASI)
}

// CompileWithin checks a code, compiles it, runs its _initialize if it imports
// WASI, and puts it into the caches. Analysis.InitializeGas is what _initialize
// used, also if the error is an *Error of KindInitialize. Neither it nor the
// verdict depends on a cache. Code must not change while it runs.
func (e *Engine) CompileWithin(code []byte, wasi WASILimits) (checksum [32]byte, a Analysis, err error) {
	m, err := e.check(code, wasi)
	if err != nil {
		return sha256.Sum256(code), a, err
	}
	return e.compileChecked(code, m, wasi)
}

// compileChecked is CompileWithin for a code that was checked.
func (e *Engine) compileChecked(code []byte, m *rewrite.Module, wasi WASILimits) (checksum [32]byte, a Analysis, err error) {
	checksum = sha256.Sum256(code)
	entry, err := e.memory.acquire(checksum, func() (*compiled, error) { return e.build(checksum, m, wasi.InitializeGas) })
	a = m.Analysis()
	var failed *initializeError
	if errors.As(err, &failed) {
		a.InitializeGas = failed.gas
		return checksum, a, failed.verdict
	}
	if err != nil {
		return checksum, Analysis{}, err
	}
	defer e.memory.release(entry)
	a.InitializeGas = entry.analysis.InitializeGas
	if limit := wasi.InitializeGas; a.InitializeGas > limit { // stored when it was higher
		a.InitializeGas = limit
		return checksum, a, errInitializeGas(limit)
	}
	return checksum, a, nil
}

// Code names a stored code.
type Code struct {
	// Checksum is the SHA-256 of the original bytes.
	Checksum [32]byte
	// Load returns the original bytes. It is asked only if no cache has the code;
	// whether it is must not influence anything. An error is a fault.
	Load func() ([]byte, error)
}

// Analyze returns the analysis of a stored code.
func (e *Engine) Analyze(code Code) (Analysis, error) {
	entry, err := e.load(code)
	if err != nil {
		return Analysis{}, err
	}
	defer e.memory.release(entry)
	a := entry.analysis
	a.EntryPoints, a.Capabilities = slices.Clone(a.EntryPoints), slices.Clone(a.Capabilities)
	if a.MigrateVersion != nil {
		version := *a.MigrateVersion
		a.MigrateVersion = &version
	}
	return a, nil
}

// Pin keeps a stored code compiled in memory until Unpin. Pinning twice is the
// same as once.
func (e *Engine) Pin(code Code) error {
	entry, err := e.load(code)
	if err != nil {
		return err
	}
	e.memory.pin(entry)
	e.memory.release(entry)
	return nil
}

// Unpin lets go of a code; one that is not pinned is no error.
func (e *Engine) Unpin(checksum [32]byte) { e.memory.unpin(checksum) }

// load returns a stored code, compiled, for use until it is released. It was
// accepted when it was stored, so every error is a fault.
func (e *Engine) load(code Code) (*cached, error) {
	return e.memory.acquire(code.Checksum, func() (*compiled, error) {
		c, err := e.stored(code)
		if err != nil && !isFault(err) {
			err = fmt.Errorf("stored code %x is not acceptable: %v", code.Checksum, err)
		}
		return c, err
	})
}

func (e *Engine) stored(code Code) (*compiled, error) {
	// Whatever limits for WASI it was stored under, it is within these.
	wasi := MaxWASILimits()
	if c := e.start(code.Checksum); c != nil {
		return c, nil
	}
	if metered, a, ok := e.disk.load(code.Checksum); ok {
		return e.assemble(code.Checksum, metered, a, wasi.InitializeGas)
	}
	bytes, err := code.original()
	if err != nil {
		return nil, err
	}
	m, err := e.check(bytes, wasi)
	if err != nil {
		return nil, err
	}
	return e.build(code.Checksum, m, wasi.InitializeGas)
}

// original loads the bytes and compares them with the checksum.
func (code Code) original() (bytes []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while loading code %x: %v\n%s", code.Checksum, r, debug.Stack())
		}
	}()
	if code.Load == nil {
		return nil, fmt.Errorf("code %x is in no cache and cannot be loaded", code.Checksum)
	}
	if bytes, err = code.Load(); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(bytes); sum != code.Checksum {
		return nil, fmt.Errorf("code %x: the loaded bytes have the checksum %x", code.Checksum, sum)
	}
	return bytes, nil
}

// build makes a checked code ready and keeps it on disk.
func (e *Engine) build(checksum [32]byte, m *rewrite.Module, initializeGas uint64) (c *compiled, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while rewriting code %x: %v\n%s", checksum, r, debug.Stack())
		}
	}()
	metered, err := m.Metered()
	if err != nil {
		return nil, fmt.Errorf("rewrite code %x: %w", checksum, err)
	}
	a := m.Analysis()
	if c, err = e.assemble(checksum, metered, a, initializeGas); err == nil {
		e.disk.store(checksum, metered, a)
	}
	return c, err
}

// assemble compiles a metered module, takes its image, and keeps on disk what a
// start needs. An *Error is the verdict of prepare.
func (e *Engine) assemble(checksum [32]byte, metered []byte, a Analysis, initializeGas uint64) (*compiled, error) {
	dir := ""
	if !e.config.Interpreter {
		dir = e.disk.fresh(checksum)
	}
	c, err := e.compile(checksum, metered, a, dir)
	if err != nil {
		return nil, err
	}
	c.pool = e.pool
	if err := e.ready(c, initializeGas, nil); err != nil {
		_ = c.close()
		return nil, err
	}
	e.keepShell(c, metered)
	return c, nil
}
