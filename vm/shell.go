package vm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"

	"github.com/weftchain/weft/vm/rewrite"
)

// A code whose machine code is on disk starts from its shell (see rewrite.Shell):
// wazero gets a module with empty bodies, which takes no time to read and to
// validate, and finds the machine code of the metered module under its name. The
// mark that the machine code returns shows that it is this code's; if anything is
// wrong, wazero's name for the file included, the code is compiled anew.
//
// The shell keeps the image as well if _initialize had a part in it.

// shell is what a start needs beside machine code.
type shell struct {
	module   []byte
	analysis Analysis
	metered  uint64 // bytes of the metered module
	image    *image // nil: as instantiation makes it
	wasi     wasiStart
}

// start makes a code ready from its shell and its machine code; nil if they are
// not there or not right.
func (e *Engine) start(checksum [32]byte) *compiled {
	if e.config.Interpreter {
		return nil
	}
	s, ok := decodeShell(e.disk.read(checksum, shellFile))
	dir := e.disk.intact(checksum)
	if !ok || dir == "" {
		return nil
	}
	c := newCompiled(checksum, s.analysis, s.metered)
	c.pool = e.pool
	var err error
	if c.native, err = wazero.NewCompilationCacheWithDir(dir); err == nil {
		if err = c.build(e.runtimeConfig, s.module); err == nil {
			err = e.ready(c, 0, &s)
		}
	}
	if err == nil && c.broken == nil {
		return c
	}
	_ = c.close()
	e.disk.drop(checksum)
	return nil
}

// keepShell writes the shell of a code that has just been compiled and gives its
// machine code the name under which the shell finds it. What goes wrong only
// costs time at the next start.
func (e *Engine) keepShell(c *compiled, metered []byte) {
	if c.native == nil || c.broken != nil {
		return
	}
	if err := e.disk.keepShell(c, metered, e.runtimeConfig); err != nil {
		e.disk.drop(c.checksum)
	}
}

func (d *diskCache) keepShell(c *compiled, metered []byte, config func() wazero.RuntimeConfig) error {
	module, err := rewrite.Shell(metered)
	if err != nil {
		return err
	}
	aside, err := os.MkdirTemp(d.path(c.checksum, ""), shellFile+".*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(aside) }()
	empty := &compiled{checksum: c.checksum, analysis: c.analysis}
	if empty.native, err = wazero.NewCompilationCacheWithDir(aside); err == nil {
		err = empty.build(config, module)
	}
	if closeErr := empty.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	native := d.path(c.checksum, nativeDir)
	from, err := onlyFile(native)
	if err != nil {
		return err
	}
	to, err := onlyFile(aside)
	if err != nil {
		return err
	}
	if err = os.Rename(filepath.Join(native, from), filepath.Join(native, to)); err != nil {
		return err
	}
	s := shell{module: module, analysis: c.analysis, metered: uint64(len(metered)), wasi: c.wasi}
	if c.analysis.WASI && c.analysis.Initialize {
		s.image = c.image
	}
	d.seal(c.checksum)
	d.write(c.checksum, shellFile, encodeShell(s))
	return nil
}

// onlyFile is the path of the one file below a directory.
func onlyFile(dir string) (name string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if name != "" {
			return fmt.Errorf("more than one file below %s", dir)
		}
		name, err = filepath.Rel(dir, path)
		return err
	})
	if err == nil && name == "" {
		err = fmt.Errorf("no file below %s", dir)
	}
	return name, err
}

var errForeign = errors.New("machine code of another code")

// isOf makes sure that an instance runs the machine code of a code.
func (i *instance) isOf(checksum [32]byte) error {
	f := i.module.ExportedFunction(rewrite.CodeFunction)
	if f == nil {
		return errForeign
	}
	mark, err := f.Call(context.Background())
	if err != nil || len(mark) != 1 || mark[0] != rewrite.CodeMark(checksum) {
		return errForeign
	}
	return nil
}

// encodeShell is what the file of a shell has behind its sum.
func encodeShell(s shell) []byte {
	var b []byte
	for _, n := range []uint64{s.metered, s.analysis.InitializeGas, s.wasi.elapsed, s.wasi.random} {
		b = binary.AppendUvarint(b, n)
	}
	img := s.image
	if img == nil {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		for _, n := range append([]uint64{img.size, img.start, uint64(len(img.data)), uint64(len(img.globals))}, img.globals...) {
			b = binary.AppendUvarint(b, n)
		}
		b = append(b, img.data...)
	}
	return append(b, encodeModule(s.module, s.analysis)...)
}

// decodeShell is the reverse of encodeShell.
func decodeShell(b []byte) (s shell, ok bool) {
	in := cacheReader{rest: b}
	s.metered = in.number()
	gas := in.number()
	s.wasi = wasiStart{elapsed: in.number(), random: in.number()}
	if in.number() == 1 {
		s.image = &image{size: in.number(), start: in.number()}
		bytes, globals := in.number(), in.number()
		for ; globals > 0 && !in.bad; globals-- {
			s.image.globals = append(s.image.globals, in.number())
		}
		s.image.data = in.bytes(bytes)
		if s.image.start > s.image.size || s.image.end() > s.image.size {
			return s, false
		}
	}
	if in.bad {
		return s, false
	}
	s.module, s.analysis, ok = decodeModule(in.rest)
	s.analysis.InitializeGas = gas
	return s, ok
}
