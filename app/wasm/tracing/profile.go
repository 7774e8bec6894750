package tracing

import (
	"encoding/hex"

	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/vm"
)

// Bounds of a profile.
const (
	maxNodes     = 100_000
	maxDepth     = 400
	maxFunctions = 20_000
)

// profile is a trace.Profile that grows.
type profile struct {
	nodes     []trace.Node
	depths    []uint16
	children  map[uint64]vm.Node // parent and function
	functions []trace.Function
	byName    map[string]int32
	byIndex   map[uint64]int32 // code and index
	codes     []vm.Code
	symbols   map[string]trace.Symbols // by checksum, in hexadecimal digits
	cut       int
}

func newProfile() *profile {
	p := &profile{children: map[uint64]vm.Node{}, byName: map[string]int32{}, byIndex: map[uint64]int32{}, symbols: map[string]trace.Symbols{}}
	p.nodes, p.depths = []trace.Node{{Parent: -1, Function: int(p.name("weft")), Calls: 1}}, []uint16{0}
	return p
}

func (p *profile) name(name string) int32 {
	f, ok := p.byName[name]
	if !ok {
		f = int32(len(p.functions))
		p.functions = append(p.functions, trace.Function{Name: name})
		p.byName[name] = f
	}
	return f
}

// code numbers the codes.
func (p *profile) code(c vm.Code) int32 {
	for i := range p.codes {
		if p.codes[i].Checksum == c.Checksum {
			return int32(i)
		}
	}
	p.codes = append(p.codes, c)
	p.read(c)
	return int32(len(p.codes) - 1)
}

// read reads the names of a code's functions, while the state that has the code
// is still open. Without them the functions keep their numbers.
func (p *profile) read(c vm.Code) {
	if c.Load == nil {
		return
	}
	data, err := c.Load()
	if err != nil {
		return // who calls the contract hears of it
	}
	if symbols, err := trace.ReadSymbols(data); err == nil {
		p.symbols[hex.EncodeToString(c.Checksum[:])] = symbols
	}
}

// named is the node of something with a name.
func (p *profile) named(parent vm.Node, name string) vm.Node {
	if _, known := p.byName[name]; !known && len(p.functions) >= maxFunctions {
		p.cut++
		return parent
	}
	return p.child(parent, p.name(name))
}

func (p *profile) host(parent vm.Node, name string) vm.Node {
	if name[0] != '(' {
		name = "host:" + name
	}
	return p.named(parent, name)
}

func (p *profile) function(parent vm.Node, code int32, index uint32) vm.Node {
	key := uint64(code)<<32 | uint64(index)
	f, ok := p.byIndex[key]
	if !ok {
		if len(p.functions) >= maxFunctions {
			p.cut++
			return parent
		}
		f = int32(len(p.functions))
		p.functions = append(p.functions, trace.Function{
			Name: trace.Numbered(index), Code: hex.EncodeToString(p.codes[code].Checksum[:]), Index: index,
		})
		p.byIndex[key] = f
	}
	return p.child(parent, f)
}

// child is the node of a function that a node calls. Where there is no room, the
// one that calls stands for it.
func (p *profile) child(parent vm.Node, function int32) vm.Node {
	key := uint64(parent)<<32 | uint64(uint32(function))
	n, ok := p.children[key]
	if !ok {
		if len(p.nodes) >= maxNodes || p.depths[parent] >= maxDepth {
			p.cut++
			return parent
		}
		n = vm.Node(len(p.nodes))
		p.nodes = append(p.nodes, trace.Node{Parent: int(parent), Function: int(function)})
		p.depths = append(p.depths, p.depths[parent]+1)
		p.children[key] = n
	}
	p.nodes[n].Calls++
	return n
}

func (p *profile) spend(n vm.Node, gas, sdk int64) {
	p.nodes[n].VM += gas
	p.nodes[n].SDK += sdk
}

func (p *profile) sdk(n vm.Node, gas int64) { p.nodes[n].SDK += gas }

// finish returns the profile with the names that the codes give their functions.
func (p *profile) finish() *trace.Profile {
	out := &trace.Profile{Functions: p.functions, Nodes: p.nodes, Cut: p.cut}
	for i := range out.Functions {
		f := &out.Functions[i]
		if c, ok := p.symbols[f.Code]; ok {
			f.Shape = hex.EncodeToString(c.Shape[:])
			if name := c.Names[f.Index]; name != "" {
				f.Name = name
			} else if f.Index >= c.Functions {
				f.Name = "(metering)"
			}
		}
	}
	return out
}
