package vm

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// SelfTest runs small programs through the rewriter and the engine as configured
// and compares their results with what Go computes. It covers the patterns that
// wazero v1.12.0 is known to compile wrongly (ordered comparisons of an `and`
// with zero before a branch, remainders), corners of arithmetic, canonical NaNs,
// and the gas of a call. A difference means that this build or this machine must
// not take part in consensus. It uses no cache.
func (e *Engine) SelfTest() error {
	c, t, err := e.compileSelfTest()
	if err != nil {
		return fmt.Errorf("engine self-test: %w", err)
	}
	err = t.run(c)
	if closeErr := c.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("engine self-test: %w", err)
	}
	return nil
}

func (e *Engine) compileSelfTest() (*compiled, *selfTest, error) {
	t := newSelfTest()
	code := t.m.Bytes()
	limits := DefaultLimits()
	limits.MemoryPages = e.config.Limits.MemoryPages
	m, err := rewrite.Check(code, limits, nil)
	if err != nil {
		return nil, nil, err
	}
	metered, err := m.Metered()
	if err != nil {
		return nil, nil, err
	}
	c, err := e.compile(sha256.Sum256(code), metered, m.Analysis(), "")
	return c, t, err
}

// selfTest collects functions of one module and what they have to return.
type selfTest struct {
	m     wat.Module
	cases []selfCase
}

// selfCase is an exported function of two operands of one type.
type selfCase struct {
	name         string
	wide, wideIn bool // the result and the operands are i64, else i32
	want         func(a, b uint64) (result uint64, traps bool)
}

// selfOperands are combined in all pairs.
var selfOperands = [...]uint64{
	0, 1, 2, 7, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
	0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff,
}

const (
	// selfMessage goes through a whole call and comes back.
	selfMessage = `{"self":"test"}`
	// selfGas is what that call uses: Regions of 2 and 15 bytes written, 15 bytes
	// read, 39 ordinary instructions and 4 accounting ones (each function's end).
	selfGas = 2*gasWriteBase + 17*gasWritePerByte + gasReadBase + 15*gasReadPerByte + 39*115 + 4*1_610
)

func newSelfTest() *selfTest {
	t := &selfTest{}
	t.comparisons()
	t.arithmetic32()
	t.arithmetic64()
	t.floats()
	t.m.Contract()
	t.m.ExportFunc("query", wat.T(wat.I32, wat.I32), wat.T(wat.I32), nil, wat.LocalGet(1))
	return t
}

// run compares all cases on one instance, then makes one ordinary call.
func (t *selfTest) run(c *compiled) error {
	inst, err := c.instantiate(context.Background())
	if err != nil {
		return err
	}
	defer func() { _ = inst.close() }()
	for _, sc := range t.cases {
		for _, a := range selfOperands {
			for _, b := range selfOperands {
				if err := sc.run(inst, a, b); err != nil {
					return err
				}
			}
		}
	}
	return t.call(c)
}

func (sc *selfCase) run(inst *instance, a, b uint64) error {
	if !sc.wideIn {
		a, b = uint64(uint32(a)), uint64(uint32(b))
	}
	inst.gas.Set(math.MaxInt64)
	inst.depth.Set(rewrite.StackBudget)
	stack := [2]uint64{a, b}
	err := inst.export(sc.name, 0).function.CallWithStack(context.Background(), stack[:])
	got := stack[0]
	if !sc.wide {
		got = uint64(uint32(got)) // the upper half is garbage
	}
	want, traps := sc.want(a, b)
	if (err != nil) != traps || err == nil && got != want {
		return fmt.Errorf("%s of %#x and %#x is %#x (error %v), want %#x (trap %v)", sc.name, a, b, got, err, want, traps)
	}
	return nil
}

// call checks the way of arguments and results, and the gas.
func (t *selfTest) call(c *compiled) error {
	inst, err := c.instantiate(context.Background())
	if err != nil {
		return err
	}
	defer func() { _ = inst.close() }()
	const limit = 10 * selfGas
	run := &call{
		Context: context.Background(), inst: inst,
		Call: Call{Entry: "query", Args: [][]byte{[]byte("{}"), []byte(selfMessage)}, GasLimit: limit},
	}
	data, err := run.guarded()
	if err != nil {
		return err
	}
	if used := limit - run.left(); string(data) != selfMessage || used != selfGas {
		return fmt.Errorf("a call returned %q for %d gas, want %q for %d", data, used, selfMessage, selfGas)
	}
	return nil
}
