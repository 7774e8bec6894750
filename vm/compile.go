package vm

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// wazeroVersion is the engine that this package was written and tested for. It
// is part of the keys of cached code; a test compares it with go.mod.
const wazeroVersion = "v1.12.0"

// features is what metered modules may use (see vm/rewrite). SIMD stays out.
const features = api.CoreFeaturesV2 &^ api.CoreFeatureSIMD

// compiled is a code that is ready to be instantiated. It owns a runtime of its
// own: contracts that do not trust each other share no engine state, closing one
// cannot touch another, and its machine code has a directory to itself.
type compiled struct {
	checksum [32]byte
	analysis Analysis
	runtime  wazero.Runtime
	native   wazero.CompilationCache // nil: machine code is not kept on disk
	module   wazero.CompiledModule
	size     int64 // estimate of the memory it takes
	trace    bool  // calls of its functions can be watched

	image  *image      // what a call starts from; nil if broken
	broken *Error      // why it cannot be instantiated
	wasi   wasiStart   // what prepare left of clock and randomness
	pool   *pool       // has its idle instances
	idle   []*instance // the latest used is the last; guarded by the pool's lock
}

// What a compiled code takes in memory, measured: each its own runtime with the
// host functions; of hackatom, per byte of the metered module, 3.9 of machine code
// and the engine's tables. Its image comes on top.
const (
	compiledBytes        = 80 << 10
	compiledBytesPerByte = 7
)

// newCompiled is a code before it is compiled; metered is the length of its
// metered module.
func newCompiled(checksum [32]byte, analysis Analysis, metered uint64) *compiled {
	return &compiled{checksum: checksum, analysis: analysis, size: compiledBytes + int64(metered)*compiledBytesPerByte}
}

// compile builds machine code for a metered module. nativeDir keeps it on disk
// ("" does not); trouble with that directory only costs time.
func (e *Engine) compile(checksum [32]byte, metered []byte, analysis Analysis, nativeDir string) (*compiled, error) {
	c := newCompiled(checksum, analysis, uint64(len(metered)))
	c.trace = e.config.Trace
	var err error
	if nativeDir != "" {
		if c.native, err = wazero.NewCompilationCacheWithDir(nativeDir); err == nil {
			if err = c.build(e.runtimeConfig, metered); err == nil {
				return c, nil
			}
		}
		_ = c.close()
		c.runtime, c.native = nil, nil
		_ = os.RemoveAll(nativeDir) // the next start makes it anew
	}
	if err = c.build(e.runtimeConfig, metered); err != nil {
		_ = c.close()
		return nil, fmt.Errorf("compile code %x: %w", checksum, err)
	}
	return c, nil
}

func (e *Engine) runtimeConfig() wazero.RuntimeConfig {
	if e.config.Interpreter {
		return e.interpreterConfig()
	}
	return e.configure(wazero.NewRuntimeConfigCompiler())
}

func (e *Engine) interpreterConfig() wazero.RuntimeConfig {
	return e.configure(wazero.NewRuntimeConfigInterpreter())
}

func (e *Engine) configure(config wazero.RuntimeConfig) wazero.RuntimeConfig {
	return config.WithCoreFeatures(features).
		WithMemoryLimitPages(e.config.Limits.MemoryPages).
		WithDebugInfoEnabled(false)
}

// build makes the runtime with its host functions and compiles the module. A
// panic of the compiler (or of a platform that has none) is an error like any
// other: a fault.
func (c *compiled) build(runtimeConfig func() wazero.RuntimeConfig, metered []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in the wasm compiler: %v\n%s", r, debug.Stack())
		}
	}()
	ctx, config := context.Background(), runtimeConfig()
	if c.native != nil {
		config = config.WithCompilationCache(c.native)
	}
	c.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	if err := registerImports(c.runtime, c.analysis.WASI); err != nil {
		return err
	}
	c.module, err = c.runtime.CompileModule(tracing(ctx, c.trace), metered)
	return err
}

// close frees everything. No instance may be in use.
func (c *compiled) close() error {
	var err error
	if c.pool != nil {
		err = c.pool.forget(c)
	}
	if c.runtime != nil {
		if runtimeErr := c.runtime.Close(context.Background()); err == nil {
			err = runtimeErr
		}
	}
	if c.native != nil {
		if nativeErr := c.native.Close(context.Background()); err == nil {
			err = nativeErr
		}
	}
	return err
}
