package rewrite

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecWork compares docs/spec/compile-work.md with the terms and weights of
// the estimate.
func TestSpecWork(t *testing.T) {
	golden.Mentions(t, "workload.go", "workPer", "spec_work_test.go")
	golden.Mentions(t, "workload.go", "bytesPer", "spec_work_test.go")
	number := golden.Number[int]
	golden.Table(t, "compile-work.md", "Terms", [][]string{
		{"a body", number(workPerFunction), ""},
		{"S: block in front, for each new block", number(workPerStep), ""},
		{"O: operand, for each new block", number(workPerOperand), number(bytesPerOperand)},
		{"D: block between the opening of a frame and a branch to it", number(workPerDistance), ""},
		{"L: block of the chain, for each search", number(workPerLookup), ""},
		{"J: local, where ways meet", number(workPerJoin), number(bytesPerJoin)},
		{"B: sixteenths of the square of the number of bulk instructions so far", number(workPerBulk), ""},
		{"R: local, for each way back to a loop", number(workPerReturn), number(bytesPerReturn)},
		{"A: value passed along a way", number(workPerArgument), number(bytesPerArgument)},
	})

	groups := map[weight][]uint16{}
	most := weight{}
	for op := range uint32(0xfd00) {
		if info := describe(uint16(op)); info != nil {
			w := weightOf(uint16(op))
			groups[w] = append(groups[w], uint16(op))
			if len(groups[w]) > len(groups[most]) {
				most = w
			}
		}
	}
	var order []weight
	for w := range groups {
		order = append(order, w)
	}
	slices.SortFunc(order, func(a, b weight) int { return int(groups[a][0]) - int(groups[b][0]) })
	var rows [][]string
	for _, w := range order {
		names := "all others"
		if w != most {
			names = "`" + strings.Join(instructionNames(groups[w]), "`, `") + "`"
		}
		rows = append(rows, []string{number(int(w.work)), number(int(w.bytes)), names})
	}
	golden.Table(t, "compile-work.md", "Weights", rows)
}

func instructionNames(list []uint16) []string {
	var names []string
	for _, op := range list {
		names = append(names, describe(op).name)
	}
	return names
}

// reckoner follows docs/spec/compile-work.md sentence by sentence.
type reckoner struct {
	work, bytes           int
	blocks, chain, locals int
	frames                []*reckonedFrame
	bulk                  int
}

type reckonedFrame struct {
	op            uint16
	blocks, chain int
	ways          int
	results       int
	written       map[uint32]bool
	dead          bool // its end cannot be reached from here
}

func (r *reckoner) open(op uint16, results int) {
	r.frames = append(r.frames, &reckonedFrame{op: op, blocks: r.blocks, chain: r.chain, results: results, written: map[uint32]bool{}})
}

func (r *reckoner) newBlocks(n, operands int) {
	r.blocks += n
	r.chain += n
	r.work += n * (workPerStep*r.blocks + workPerOperand*operands)
	r.bytes += n * bytesPerOperand * operands
}

func (r *reckoner) way(depth uint32) {
	f := r.frames[len(r.frames)-1-int(depth)]
	f.ways++
	r.work += workPerDistance*(r.blocks-f.blocks) + workPerLookup*r.chain*r.locals
}

func (r *reckoner) meet(n, v int) {
	r.work += workPerJoin*r.locals + workPerArgument*n*v
	r.bytes += bytesPerJoin*r.locals + bytesPerArgument*n*v
}

func (r *reckoner) instruction(in *instr, targets []uint32, operands int) {
	w := weightOf(in.op)
	r.work += int(w.work)
	r.bytes += int(w.bytes)
	f := r.frames[len(r.frames)-1]
	switch in.info.imm {
	case immMemory, immZero, immMemoryInit, immMemoryCopy:
		r.work += 2 * workPerLookup * r.chain
	}
	switch in.op {
	case opLocalGet:
		r.work += workPerLookup * r.chain
	case opLocalSet, opLocalTee:
		f.written[in.a] = true
	case opBr, opBrIf:
		r.way(in.a)
		r.newBlocks(1, operands)
		f.dead = f.dead || in.op == opBr
	case opBrTable:
		for _, t := range targets {
			r.way(t)
		}
		r.newBlocks(len(targets), operands)
		r.chain -= len(targets) - 1
		f.dead = true
	case opReturn:
		r.way(uint32(len(r.frames) - 1))
		f.dead = true
	case opUnreachable:
		f.dead = true
	case opLoop:
		r.newBlocks(5, operands)
		r.chain = 0
		r.open(in.op, len(in.block.results))
	case opBlock:
		r.open(in.op, len(in.block.results))
	case opIf:
		r.newBlocks(1, operands)
		r.open(in.op, len(in.block.results))
	case opElse:
		r.newBlocks(1, operands)
		f.reach()
		f.op, f.dead = opElse, false
		r.chain = f.chain + 1
	case opEnd:
		r.newBlocks(1, operands)
		r.end(f)
	case opMemoryCopy, opMemoryFill, opMemoryInit:
		r.newBlocks(2, operands)
		r.bulk++
		r.work += workPerBulk * r.bulk * r.bulk / 16
	}
}

func (f *reckonedFrame) reach() {
	if !f.dead {
		f.ways++
	}
}

func (r *reckoner) end(f *reckonedFrame) {
	r.frames = r.frames[:len(r.frames)-1]
	if len(r.frames) > 0 {
		maps.Copy(r.frames[len(r.frames)-1].written, f.written)
	}
	v := 1 + f.results + len(f.written)
	if f.op == opLoop && f.ways > 0 {
		r.meet(f.ways, v)
		r.work += workPerReturn * f.ways * r.locals
		r.bytes += bytesPerReturn * f.ways * r.locals
		return
	}
	f.reach()
	if f.op == opIf {
		f.ways++
	}
	if f.op != opLoop && f.ways > 1 {
		r.meet(f.ways, v)
		r.chain = 0
		return
	}
	r.chain = max(r.chain, f.chain)
}

// TestSpecWorkOfContracts reckons the estimate as the specification tells, for all
// functions of some modules.
func TestSpecWorkOfContracts(t *testing.T) {
	for _, name := range []string{"tipjar/tipjar", "hostile/spin", "hostile/recurse", "hostile/badregion"} {
		code, err := os.ReadFile("../../contracts/" + name + ".wasm")
		require.NoError(t, err)
		m, err := Check(code, DefaultLimits(), []string{"iterator"})
		require.NoError(t, err)
		v := &validator{m: m}
		for i := range m.bodies {
			b := &m.bodies[i]
			work, memory := b.work, b.memory
			r := &reckoner{work: workPerFunction}
			operands, instructions := heights(t, v, i)
			r.locals = len(v.locals) + 1
			r.open(opBlock, len(m.typeOf(m.importedFuncs+i).results))
			for n := range instructions {
				r.instruction(&instructions[n].instr, instructions[n].targets, operands[n])
			}
			require.EqualValues(t, work, r.work, "%s, function %d", name, i)
			require.EqualValues(t, memory, r.bytes, "%s, function %d", name, i)
		}
	}
}

type located struct {
	instr
	targets []uint32
}

// heights validates a body and notes the operands on the stack before each of its
// instructions.
func heights(t *testing.T, v *validator, i int) (operands []int, list []located) {
	b := &v.m.bodies[i]
	results := v.m.typeOf(v.m.importedFuncs + i).results
	require.Nil(t, v.function(v.m.importedFuncs+i, b)) // sets up locals and buffers
	v.d.reader = reader{buf: v.m.code, pos: b.code.start, end: b.code.end}
	v.stack, v.frames = v.stack[:0], v.frames[:0]
	v.load.start(len(v.locals))
	v.enter(opBlock, nil, results)
	for len(v.frames) > 0 {
		v.d.next(&v.in)
		require.Nil(t, v.d.err)
		operands = append(operands, len(v.stack))
		list = append(list, located{v.in, slices.Clone(v.d.targets)})
		v.step(&v.in)
	}
	return operands, list
}
