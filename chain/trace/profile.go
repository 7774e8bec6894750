package trace

import (
	"encoding/json"
	"fmt"
)

// Profile says where gas went, as a tree of stacks. The sums over all nodes are
// the trace's VMGas and GasUsed, to the unit.
type Profile struct {
	Functions []Function `json:"functions"`
	// Nodes are the places: each is called from an earlier one, but the first.
	Nodes []Node `json:"nodes"`
	// Cut is how many places were added to the ones that called them, as there
	// were too many or they were too deep.
	Cut int `json:"cut,omitempty"`
}

// Function is what a place is in: a function of a contract, a host call
// ("host:db_read"), or what stands around them ("weft1… execute").
type Function struct {
	Name string `json:"name"`
	// Code and Shape are of a contract's function: the checksum of its code and
	// what a file with its names must have (both hexadecimal), with its Index.
	Code  string `json:"code,omitempty"`
	Shape string `json:"shape,omitempty"`
	Index uint32 `json:"index,omitempty"`
}

// Node is a place: the function at the end of a stack. In JSON it is a list:
// parent, function, VM gas, SDK gas, calls.
type Node struct {
	Parent   int   // position of the node that calls it; -1 of the first
	Function int   // position in Functions
	VM       int64 // VM gas that it used itself
	SDK      int64 // SDK gas that it used itself: VM gas, stores and all else
	Calls    int64
}

// MarshalJSON writes the list.
func (n Node) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "[%d,%d,%d,%d,%d]", n.Parent, n.Function, n.VM, n.SDK, n.Calls), nil
}

// UnmarshalJSON reads the list.
func (n *Node) UnmarshalJSON(data []byte) error {
	var in [5]int64
	if err := json.Unmarshal(data, &in); err != nil { //weft:json read by clients only
		return err
	}
	*n = Node{int(in[0]), int(in[1]), in[2], in[3], in[4]}
	return nil
}

// Check refuses a profile whose nodes are no tree.
func (p *Profile) Check() error {
	for i, n := range p.Nodes {
		if n.Parent >= i || n.Parent < 0 && (n.Parent != -1 || i > 0) || n.Function < 0 || n.Function >= len(p.Functions) {
			return fmt.Errorf("node %d of the profile has the parent %d and the function %d: damaged", i, n.Parent, n.Function)
		}
	}
	return nil
}

// Sums returns the gas of all nodes.
func (p *Profile) Sums() (vm, sdk int64) {
	for _, n := range p.Nodes {
		vm += n.VM
		sdk += n.SDK
	}
	return vm, sdk
}

// Unnamed is how many functions of contracts have no name.
func (p *Profile) Unnamed() (n int) {
	for _, f := range p.Functions {
		if f.Code != "" && f.Name == Numbered(f.Index) {
			n++
		}
	}
	return n
}

// Numbered is the name of a function that has none.
func Numbered(index uint32) string { return fmt.Sprintf("func[%d]", index) }

// Rename gives the functions of codes of a shape (hexadecimal) their names and
// returns how many there are of that shape.
func (p *Profile) Rename(shape string, names map[uint32]string) (functions int) {
	for i := range p.Functions {
		f := &p.Functions[i]
		if f.Code == "" || f.Shape != shape {
			continue
		}
		functions++
		if name := names[f.Index]; name != "" {
			f.Name = name
		}
	}
	return functions
}
