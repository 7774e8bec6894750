package wat

import (
	"encoding/binary"
	"math"
)

// Opcodes without immediates, and those that helpers below complete.
const (
	Unreachable = 0x00
	Nop         = 0x01
	Else        = 0x05
	End         = 0x0b
	Return      = 0x0f
	Drop        = 0x1a
	Select      = 0x1b

	I32Load  = 0x28
	I64Load  = 0x29
	F32Load  = 0x2a
	F64Load  = 0x2b
	I32Store = 0x36
	I64Store = 0x37
	F32Store = 0x38
	F64Store = 0x39

	I32Eqz  = 0x45
	I32Eq   = 0x46
	I32Ne   = 0x47
	I32LtS  = 0x48
	I32LtU  = 0x49
	I32GtS  = 0x4a
	I32GtU  = 0x4b
	I32LeS  = 0x4c
	I32LeU  = 0x4d
	I32GeS  = 0x4e
	I32GeU  = 0x4f
	I64Eqz  = 0x50
	I64Eq   = 0x51
	I64LtS  = 0x53
	I64LtU  = 0x54
	I64GeU  = 0x5a
	I32Add  = 0x6a
	I32Sub  = 0x6b
	I32Mul  = 0x6c
	I32DivS = 0x6d
	I32DivU = 0x6e
	I32RemS = 0x6f
	I32RemU = 0x70
	I32And  = 0x71
	I32Or   = 0x72
	I32Xor  = 0x73
	I64Add  = 0x7c
	I64Sub  = 0x7d
	I64Mul  = 0x7e
	I64DivS = 0x7f
	I64RemS = 0x81
	I64RemU = 0x82
	I64And  = 0x83
	I64Or   = 0x84
	F32Add  = 0x92
	F32Div  = 0x95
	F64Add  = 0xa0
	F64Mul  = 0xa2
	F64Div  = 0xa3

	I32WrapI64     = 0xa7
	I64ExtendI32U  = 0xad
	I32Reinterpret = 0xbc // f32 to i32
	I64Reinterpret = 0xbd // f64 to i64
	F32Reinterpret = 0xbe // i32 to f32
	F64Reinterpret = 0xbf // i64 to f64

	// NoResult is the type of a block that leaves nothing.
	NoResult = 0x40
)

// Code joins instructions: an int is an opcode, a []byte a whole instruction.
func Code(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case byte:
			b = append(b, p)
		case Type:
			b = append(b, byte(p))
		case []byte:
			b = append(b, p...)
		default:
			panic("wat: a part of code is an int, a byte, a Type or a []byte")
		}
	}
	return b
}

// Repeat writes code n times.
func Repeat(n int, code ...any) []byte {
	one := Code(code...)
	b := make([]byte, 0, n*len(one))
	for range n {
		b = append(b, one...)
	}
	return b
}

func op(code byte, immediate uint32) []byte { return append([]byte{code}, U32(immediate)...) }

// I32Const and its neighbours are the constant instructions.
func I32Const(v int32) []byte { return append([]byte{0x41}, S64(int64(v))...) }

// I64Const pushes a 64-bit integer.
func I64Const(v int64) []byte { return append([]byte{0x42}, S64(v)...) }

// F32Const pushes a float by its value.
func F32Const(v float32) []byte {
	return binary.LittleEndian.AppendUint32([]byte{0x43}, math.Float32bits(v))
}

// F64Const pushes a float by its value.
func F64Const(v float64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{0x44}, math.Float64bits(v))
}

// LocalGet and its neighbours access variables.
func LocalGet(i uint32) []byte { return op(0x20, i) }

// LocalSet takes the operand into a local.
func LocalSet(i uint32) []byte { return op(0x21, i) }

// LocalTee copies the operand into a local.
func LocalTee(i uint32) []byte { return op(0x22, i) }

// GlobalGet pushes a global.
func GlobalGet(i uint32) []byte { return op(0x23, i) }

// GlobalSet takes the operand into a global.
func GlobalSet(i uint32) []byte { return op(0x24, i) }

// Call calls a function by its index.
func Call(f uint32) []byte { return op(0x10, f) }

// CallIndirect calls through table 0.
func CallIndirect(typ uint32) []byte { return append(op(0x11, typ), 0) }

// Br leaves blocks, BrIf does so on a condition.
func Br(label uint32) []byte { return op(0x0c, label) }

// BrIf leaves blocks when the operand is not zero.
func BrIf(label uint32) []byte { return op(0x0d, label) }

// BrTable jumps to the target that the operand selects, the last by default.
func BrTable(targets ...uint32) []byte {
	b := op(0x0e, uint32(len(targets)-1))
	for _, t := range targets {
		b = append(b, U32(t)...)
	}
	return b
}

// Block opens a block; typ is NoResult, a Type, or S64 of a type index.
func Block(typ any) []byte { return Code(0x02, typ) }

// Loop opens a loop.
func Loop(typ any) []byte { return Code(0x03, typ) }

// If opens a conditional block.
func If(typ any) []byte { return Code(0x04, typ) }

// Load reads memory with natural alignment 1 (exponent 0) at a static offset.
func Load(code byte, offset uint32) []byte { return append([]byte{code, 0}, U32(offset)...) }

// Store writes memory as Load reads it.
func Store(code byte, offset uint32) []byte { return Load(code, offset) }

// MemorySize pushes the number of pages, MemoryGrow adds some.
func MemorySize() []byte { return []byte{0x3f, 0} }

// MemoryGrow adds pages.
func MemoryGrow() []byte { return []byte{0x40, 0} }

// MemoryCopy and its neighbours are the bulk operations.
func MemoryCopy() []byte { return []byte{0xfc, 10, 0, 0} }

// MemoryFill sets bytes.
func MemoryFill() []byte { return []byte{0xfc, 11, 0} }

// MemoryInit copies from a passive data segment.
func MemoryInit(segment uint32) []byte { return append(append([]byte{0xfc, 8}, U32(segment)...), 0) }
