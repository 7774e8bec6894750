//go:build cgo

package conformance

import (
	bits "encoding/binary"

	"github.com/weftchain/weft/vm/internal/wat"
)

// A puppet is a contract that does what its message says: it writes to its
// memory, calls imports with any arguments, and returns any piece of its memory.
// So one module, compiled once, tries thousands of ways to talk to the host.

// Where things lie in the memory of a puppet.
const (
	puppetResult  = 16      // the Region that it returns
	puppetAnswers = 0x100   // what imports answered, 8 bytes each
	puppetMaximum = 256     // answers that are kept
	puppetFree    = 0x1000  // for messages to use
	puppetHeap    = 0x40000 // where allocate begins
	puppetPages   = 17
	puppetEnd     = puppetPages * 65_536
)

// Ops of a message; an import is opImport plus its number.
const (
	opEnd    = iota
	opPoke   // address, length, bytes
	opFill   // address, length (of 8), byte
	opResult // address, length
	opGrow   // pages
	opTrap
	opAllocate   // how allocate behaves from here on
	opDeallocate // how deallocate behaves from here on
	opAnswers    // number of answers so far becomes an answer
	opImport     = 16
)

// How allocate and deallocate can behave.
const (
	allocateWell    = iota
	allocateZero    // returns 0
	allocateTrap    //
	allocateForever //
	allocateSame    // always the same Region
	allocateGarbage // 0xFFFFFFF0
	allocateSmall   // a Region with a byte less than asked
	allocateNowhere // a Region with offset 0
	allocateBeyond  // a Region outside of memory
	allocateGrow    // grows memory, then well
	allocateRead    // calls db_read, which needs allocate again
	allocateWrite   // calls db_write, which does not
	allocateScan    // calls db_scan
	allocateSelf    // a Region that lies in itself
	allocateAbort   // calls abort
	allocateModes   // the number of modes
)

// puppetImport is an import with the number of its i32 parameters.
type puppetImport struct {
	name   string
	params int
	result wat.Type // 0 is none
}

var puppetImports = []puppetImport{
	{"db_read", 1, wat.I32},
	{"db_write", 2, 0},
	{"db_remove", 1, 0},
	{"db_scan", 3, wat.I32},
	{"db_next", 1, wat.I32},
	{"db_next_key", 1, wat.I32},
	{"db_next_value", 1, wat.I32},
	{"addr_validate", 1, wat.I32},
	{"addr_canonicalize", 2, wat.I32},
	{"addr_humanize", 2, wat.I32},
	{"secp256k1_verify", 3, wat.I32},
	{"secp256k1_recover_pubkey", 3, wat.I64},
	{"secp256r1_verify", 3, wat.I32},
	{"secp256r1_recover_pubkey", 3, wat.I64},
	{"ed25519_verify", 3, wat.I32},
	{"ed25519_batch_verify", 3, wat.I32},
	{"bls12_381_aggregate_g1", 2, wat.I32},
	{"bls12_381_aggregate_g2", 2, wat.I32},
	{"bls12_381_pairing_equality", 4, wat.I32},
	{"bls12_381_hash_to_g1", 4, wat.I32},
	{"bls12_381_hash_to_g2", 4, wat.I32},
	{"abort", 1, 0},
	{"debug", 1, 0},
	{"query_chain", 1, wat.I32},
}

func puppetOp(name string) uint32 {
	for i, im := range puppetImports {
		if im.name == name {
			return opImport + uint32(i)
		}
	}
	panic("no import " + name)
}

// answerOf as an argument stands for an earlier answer.
func answerOf(n uint32) uint32 { return answerMagic | n }

const (
	answerMagic = 0x5eed_0000
	answerMask  = 0xffff_0000
)

// puppet builds the module. The modes hold from the first allocation on, before
// a message can be read.
func puppet(allocate, deallocate int32) []byte {
	m := &wat.Module{}
	env := map[string]uint32{}
	for _, im := range puppetImports {
		params := make(wat.Types, im.params)
		for i := range params {
			params[i] = wat.I32
		}
		var results wat.Types
		if im.result != 0 {
			results = wat.T(im.result)
		}
		env[im.name] = m.Import("env", im.name, params, results)
	}
	m.Memory(puppetPages)
	m.Export("memory", wat.MemoryKind, 0)
	next := m.Global(wat.I32, true, wat.I32Const(puppetHeap))
	mode := m.Global(wat.I32, true, wat.I32Const(allocate))
	freeMode := m.Global(wat.I32, true, wat.I32Const(deallocate))
	count := m.Global(wat.I32, true, wat.I32Const(0))

	region := func(offset, capacity []byte) []byte { // local 1 is the Region
		return wat.Code(wat.LocalGet(1), offset, wat.Store(wat.I32Store, 0), wat.LocalGet(1), capacity, wat.Store(wat.I32Store, 4))
	}
	when := func(m int32, code ...any) []byte {
		return wat.Code(wat.GlobalGet(mode), wat.I32Const(m), wat.I32Eq, wat.If(wat.NoResult), wat.Code(code...), wat.End)
	}
	wanted := wat.LocalGet(0)
	keyRegion := wat.I32Const(0x80) // holds a Region with the key "k"
	m.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), wat.T(wat.I32), wat.Code(
		when(allocateZero, wat.I32Const(0), wat.Return),
		when(allocateTrap, wat.Unreachable),
		when(allocateForever, wat.Loop(wat.NoResult), wat.Br(0), wat.End),
		when(allocateGarbage, wat.I32Const(-16), wat.Return),
		when(allocateGrow, wat.I32Const(1), wat.MemoryGrow(), wat.Drop),
		when(allocateRead, keyRegion, wat.Call(env["db_read"]), wat.Drop),
		when(allocateWrite, keyRegion, keyRegion, wat.Call(env["db_write"])),
		when(allocateScan, wat.I32Const(0), wat.I32Const(0), wat.I32Const(1), wat.Call(env["db_scan"]), wat.Drop),
		when(allocateAbort, keyRegion, wat.Call(env["abort"])),
		wat.GlobalGet(next), wat.LocalSet(1),
		region(wat.Code(wat.LocalGet(1), wat.I32Const(12), wat.I32Add), wanted),
		when(allocateSmall, region(wat.Code(wat.LocalGet(1), wat.I32Const(12), wat.I32Add), wat.Code(wanted, wat.I32Const(1), wat.I32Sub))),
		when(allocateNowhere, region(wat.I32Const(0), wanted)),
		when(allocateBeyond, region(wat.I32Const(puppetEnd*4), wanted)),
		when(allocateSelf, region(wat.LocalGet(1), wanted)),
		wat.LocalGet(1), wat.I32Const(0), wat.Store(wat.I32Store, 8),
		wat.GlobalGet(mode), wat.I32Const(allocateSame), wat.I32Ne, wat.If(wat.NoResult),
		wat.LocalGet(1), wanted, wat.I32Add, wat.I32Const(20), wat.I32Add, wat.I32Const(-4), wat.I32And, wat.GlobalSet(next), wat.End,
		wat.LocalGet(1)))
	m.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, wat.Code(
		wat.GlobalGet(freeMode), wat.I32Const(1), wat.I32Eq, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		wat.GlobalGet(freeMode), wat.I32Const(2), wat.I32Eq, wat.If(wat.NoResult), keyRegion, wat.Call(env["db_remove"]), wat.End))
	m.ExportFunc("interface_version_8", nil, nil, nil, nil)

	// value is an argument of an import: a constant or an earlier answer.
	value := m.Func(wat.T(wat.I32), wat.T(wat.I32), nil, wat.Code(
		wat.LocalGet(0), wat.Load(wat.I32Load, 0), wat.I32Const(i32(answerMask)), wat.I32And, wat.I32Const(i32(answerMagic)), wat.I32Eq,
		wat.If(wat.I32), wat.LocalGet(0), wat.Load(wat.I32Load, 0), wat.I32Const(0xffff), wat.I32And, wat.I32Const(8), wat.I32Mul, wat.Load(wat.I32Load, puppetAnswers),
		wat.Else, wat.LocalGet(0), wat.Load(wat.I32Load, 0), wat.End))
	// keep notes an answer.
	keep := m.Func(wat.T(wat.I64), nil, nil, wat.Code(
		wat.GlobalGet(count), wat.I32Const(puppetMaximum-1), wat.I32And, wat.I32Const(8), wat.I32Mul, wat.LocalGet(0), wat.Store(wat.I64Store, puppetAnswers),
		wat.GlobalGet(count), wat.I32Const(1), wat.I32Add, wat.GlobalSet(count)))

	run := m.Func(wat.T(wat.I32), wat.T(wat.I32), wat.T(wat.I32, wat.I32, wat.I32), puppetLoop(env, value, keep, mode, freeMode, count))
	for _, entry := range []string{"query", "sudo", "reply"} {
		m.ExportFunc(entry, wat.T(wat.I32, wat.I32), wat.T(wat.I32), nil, wat.Code(wat.LocalGet(1), wat.Call(run)))
	}
	for _, entry := range []string{"instantiate", "execute", "migrate"} {
		m.ExportFunc(entry, wat.T(wat.I32, wat.I32, wat.I32), wat.T(wat.I32), nil, wat.Code(wat.LocalGet(2), wat.Call(run)))
	}
	m.Data(puppetResult, regionBytes(puppetAnswers, 64, 64))
	m.Data(0x80, regionBytes(0x90, 1, 1))
	m.Data(0x90, []byte("k"))
	return m.Bytes()
}

func i32(v uint32) int32 { return int32(v) }

// puppetLoop is the interpreter. Local 0 is the message's Region, then the place
// in the message; 1 is the op; 2 and 3 are for loops.
func puppetLoop(env map[string]uint32, value, keep, mode, freeMode, count uint32) []byte {
	word := func(n uint32) []byte { return wat.Code(wat.LocalGet(0), wat.Load(wat.I32Load, 4*n)) }
	skip := func(n int32) []byte { return wat.Code(wat.LocalGet(0), wat.I32Const(n), wat.I32Add, wat.LocalSet(0)) }
	on := func(op int32, code ...any) []byte {
		return wat.Code(wat.LocalGet(1), wat.I32Const(op), wat.I32Eq, wat.If(wat.NoResult), wat.Code(code...), wat.End)
	}
	const again = 1 // the label of the loop inside on
	body := wat.Code(
		wat.LocalGet(0), wat.Load(wat.I32Load, 0), wat.LocalSet(0),
		wat.Loop(wat.NoResult),
		word(0), wat.LocalSet(1), skip(4),
		on(opEnd, wat.I32Const(puppetResult), wat.Return),
		on(opPoke, wat.Loop(wat.NoResult),
			wat.LocalGet(2), word(1), wat.I32LtU, wat.If(wat.NoResult),
			word(0), wat.LocalGet(2), wat.I32Add, wat.LocalGet(0), wat.LocalGet(2), wat.I32Add, wat.Load(0x2d, 8), wat.Store(0x3a, 0),
			wat.LocalGet(2), wat.I32Const(1), wat.I32Add, wat.LocalSet(2), wat.Br(1), wat.End, wat.End,
			wat.LocalGet(0), word(1), wat.I32Const(11), wat.I32Add, wat.I32Const(-4), wat.I32And, wat.I32Add, wat.LocalSet(0), wat.I32Const(0), wat.LocalSet(2), wat.Br(again)),
		on(opFill, wat.Loop(wat.NoResult),
			wat.LocalGet(2), word(1), wat.I32LtU, wat.If(wat.NoResult),
			word(0), wat.LocalGet(2), wat.I32Add, word(2), wat.I64ExtendI32U, wat.I64Const(0x0101_0101_0101_0101), wat.I64Mul, wat.Store(wat.I64Store, 0),
			wat.LocalGet(2), wat.I32Const(8), wat.I32Add, wat.LocalSet(2), wat.Br(1), wat.End, wat.End,
			skip(12), wat.I32Const(0), wat.LocalSet(2), wat.Br(again)),
		on(opResult,
			wat.I32Const(puppetResult), word(0), wat.Store(wat.I32Store, 0), wat.I32Const(puppetResult), word(1), wat.Store(wat.I32Store, 4), wat.I32Const(puppetResult), word(1), wat.Store(wat.I32Store, 8),
			skip(8), wat.Br(again)),
		on(opGrow, word(0), wat.MemoryGrow(), wat.I64ExtendI32U, wat.Call(keep), skip(4), wat.Br(again)),
		on(opTrap, wat.Unreachable),
		on(opAllocate, word(0), wat.GlobalSet(mode), skip(4), wat.Br(again)),
		on(opDeallocate, word(0), wat.GlobalSet(freeMode), skip(4), wat.Br(again)),
		on(opAnswers, wat.GlobalGet(count), wat.I64ExtendI32U, wat.Call(keep), wat.Br(again)),
	)
	for i, im := range puppetImports {
		var call []byte
		for p := range im.params {
			call = append(call, wat.Code(wat.LocalGet(0), wat.I32Const(int32(4*p)), wat.I32Add, wat.Call(value))...)
		}
		call = append(call, wat.Call(env[im.name])...)
		switch im.result {
		case wat.I32:
			call = append(call, wat.Code(wat.I64ExtendI32U, wat.Call(keep))...)
		case wat.I64:
			call = append(call, wat.Call(keep)...)
		}
		body = append(body, on(int32(opImport+i), call, skip(int32(4*im.params)), wat.Br(again))...)
	}
	return append(body, wat.Code(wat.End, wat.I32Const(puppetResult))...)
}

// regionBytes is a Region in memory.
func regionBytes(offset, capacity, length uint32) []byte {
	b := bits.LittleEndian.AppendUint32(nil, offset)
	b = bits.LittleEndian.AppendUint32(b, capacity)
	return bits.LittleEndian.AppendUint32(b, length)
}

// play is a message for a puppet.
type play struct{ doc []byte }

func (p *play) words(words ...uint32) *play {
	for _, w := range words {
		p.doc = bits.LittleEndian.AppendUint32(p.doc, w)
	}
	return p
}

// poke writes bytes to memory.
func (p *play) poke(address uint32, data []byte) *play {
	p.words(opPoke, address, uint32(len(data)))
	p.doc = append(p.doc, data...)
	for len(p.doc)%4 != 0 {
		p.doc = append(p.doc, 0)
	}
	return p
}

// region writes a Region and the data behind it.
func (p *play) region(at, offset uint32, data []byte) *play {
	return p.poke(offset, data).poke(at, regionBytes(offset, uint32(len(data)), uint32(len(data))))
}

func (p *play) call(name string, args ...uint32) *play {
	return p.words(puppetOp(name)).words(args...)
}

func (p *play) result(address, length uint32) *play { return p.words(opResult, address, length) }

// String ends the message.
func (p *play) String() string {
	doc := bits.LittleEndian.AppendUint32(append([]byte{}, p.doc...), opEnd)
	return string(doc)
}
