package rewrite_test

import (
	"encoding/binary"

	"github.com/weftchain/weft/vm/internal/wat"
)

// This file is what the generator makes and the tree walker runs: programs.

// node is an instruction; blocks hold their bodies.
type node struct {
	op      int // opcode, 0xfc00 + number for the prefixed ones
	a       uint32
	imm     uint64
	params  int // operands that a block takes
	arity   int // operands that a branch to the block's end carries, or a call takes
	header  []byte
	body    []node
	els     []node
	hasElse bool
	targets []uint32
}

const (
	nBlock, nLoop, nIf             = 2, 3, 4
	nBr, nBrIf, nBrTable, nReturn  = 12, 13, 14, 15
	nCall, nCallIndirect           = 16, 17
	nLocalGet, nLocalSet, nTee     = 0x20, 0x21, 0x22
	nGlobalGet, nGlobalSet         = 0x23, 0x24
	nMemorySize, nMemoryGrow       = 0x3f, 0x40
	nMemoryInit, nMemoryCopy, nFil = 0xfc08, 0xfc0a, 0xfc0b
	nHost                          = 0x1000 // a call of imported function a
)

// encode writes the instruction in binary form.
func (n *node) encode() []byte {
	switch {
	case n.op == nBlock || n.op == nLoop || n.op == nIf:
		b := wat.Code(n.op, n.header, encodeAll(n.body))
		if n.hasElse {
			b = wat.Code(b, wat.Else, encodeAll(n.els))
		}
		return append(b, wat.End)
	case n.op == nBrTable:
		return wat.BrTable(n.targets...)
	case n.op == nCallIndirect:
		return wat.CallIndirect(n.a)
	case n.op == nCall: // imm imported functions stand before the program's own
		return wat.Call(n.a + uint32(n.imm))
	case n.op == nHost:
		return wat.Call(n.a)
	case n.op == nBr || n.op == nBrIf || n.op >= nLocalGet && n.op <= nGlobalSet:
		return append([]byte{byte(n.op)}, wat.U32(n.a)...)
	case n.op >= 0x28 && n.op <= 0x3e:
		return wat.Load(byte(n.op), n.a)
	case n.op == nMemorySize || n.op == nMemoryGrow:
		return []byte{byte(n.op), 0}
	case n.op == 0x41:
		return wat.I32Const(int32(n.imm))
	case n.op == 0x42:
		return wat.I64Const(int64(n.imm))
	case n.op == 0x43:
		return binary.LittleEndian.AppendUint32([]byte{0x43}, uint32(n.imm))
	case n.op == 0x44:
		return binary.LittleEndian.AppendUint64([]byte{0x44}, n.imm)
	case n.op == nMemoryInit:
		return wat.MemoryInit(n.a)
	case n.op == nMemoryCopy:
		return wat.MemoryCopy()
	case n.op == nFil:
		return wat.MemoryFill()
	case n.op >= 0xfc00:
		return append([]byte{0xfc}, wat.U32(uint32(n.op&0xff))...)
	}
	return []byte{byte(n.op)}
}

func encodeAll(nodes []node) []byte {
	var b []byte
	for i := range nodes {
		b = append(b, nodes[i].encode()...)
	}
	return b
}

type function struct {
	params, results, locals []wat.Type
	body                    []node
	frameSize               uint64 // set by frame
}

type program struct {
	funcs   []function
	globals []uint64 // initial values, of globalTypes
	table   []int    // function of each entry
	passive []byte   // data segment 0
	pages   int
	hosts   int // imported functions, of hostFunctions
}
