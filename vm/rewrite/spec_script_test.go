package rewrite_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// This file reads the scripts of the WebAssembly specification's own test suite
// in the JSON form that wast2json writes.

// script is one file of the suite.
type script struct {
	dir, name string
	Commands  []command
}

type command struct {
	Type       string // module, register, action, assert_…
	Line       int
	Name       string // of a module
	Filename   string
	As         string // name to register under
	Action     action
	Expected   []specValue
	ModuleType string `json:"module_type"` // binary or text
	Text       string // the trap's or the error's name
}

type action struct {
	Type   string // invoke or get
	Module string // the latest when empty
	Field  string
	Args   []specValue
}

type specValue struct {
	Type  string
	Value any // a string; null for any reference
}

func readScripts(dir string) ([]*script, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var scripts []*script
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		s := &script{dir: dir, name: strings.TrimSuffix(filepath.Base(path), ".json")}
		if err := json.Unmarshal(b, s); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		scripts = append(scripts, s)
	}
	return scripts, nil
}

func (s *script) module(c *command) ([]byte, error) {
	return os.ReadFile(filepath.Join(s.dir, c.Filename))
}

// bits returns the value as the engine takes it.
func (v specValue) bits() (uint64, error) {
	text, ok := v.Value.(string)
	if !ok || text == "null" {
		return 0, nil
	}
	size := 64
	switch v.Type {
	case "i32", "f32":
		size = 32
	case "externref", "funcref": // 0 is the null reference
		n, err := strconv.ParseUint(text, 10, 63)
		return n + 1, err
	}
	if strings.HasPrefix(text, "-") {
		n, err := strconv.ParseInt(text, 10, size)
		return uint64(n) & (math.MaxUint64 >> (64 - size)), err
	}
	return strconv.ParseUint(text, 10, size)
}

func (a action) arguments() ([]uint64, error) {
	var args []uint64
	for _, v := range a.Args {
		b, err := v.bits()
		if err != nil {
			return nil, err
		}
		args = append(args, b)
	}
	return args, nil
}

// matches compares a result. Where the suite takes any of several NaNs, strict
// wants the positive canonical one.
func (v specValue) matches(got uint64, strict bool) error {
	text, _ := v.Value.(string)
	if v.Type == "i32" || v.Type == "f32" {
		got = uint64(uint32(got))
	}
	switch {
	case strings.HasPrefix(text, "nan:"):
		if !v.matchesNaN(got, text == "nan:canonical", strict) {
			return fmt.Errorf("%#x, want %s %s", got, v.Type, text)
		}
		return nil
	case v.Value == nil: // any reference
		return nil
	}
	want, err := v.bits()
	if err == nil && got != want {
		err = fmt.Errorf("%#x, want %s %#x", got, v.Type, want)
	}
	return err
}

func (v specValue) matchesNaN(got uint64, canonical, strict bool) bool {
	quiet, sign := uint64(0x7ff8_0000_0000_0000), uint64(1)<<63
	if v.Type == "f32" {
		quiet, sign = 0x7fc0_0000, 1<<31
	}
	switch {
	case strict:
		return got == quiet
	case canonical:
		return got&^sign == quiet
	}
	return got&quiet == quiet
}

// trapNamed maps the suite's names of traps to the engine's.
func trapNamed(text string) ending {
	switch {
	case strings.HasPrefix(text, "uninitialized"), strings.HasPrefix(text, "undefined"), text == "out of bounds table access":
		return "invalid table access"
	case strings.HasPrefix(text, "indirect call"):
		return "indirect call type mismatch"
	}
	return ending(text)
}
