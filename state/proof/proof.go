package proof

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	ics23 "github.com/cosmos/ics23/go"
)

// Types of the two steps, in their order.
const (
	TypeIAVL   = "ics23:iavl"
	TypeSimple = "ics23:simple"
)

// Bounds on what Verify looks at.
const (
	// MaxDepth is the longest path in either tree.
	MaxDepth = 128
	// MaxDataBytes is the largest step. A step holds whole values: the one
	// proven, or those of two neighbours.
	MaxDataBytes = 32 << 20
)

// ErrInvalid is what every refusal wraps.
var ErrInvalid = errors.New("invalid proof")

// Op is one step of a proof, with the fields of CometBFT's ProofOp. Data is an
// ics23.CommitmentProof in protobuf.
type Op struct {
	Type      string
	Key, Data []byte
}

// Verify returns nil if ops prove that key has value in store under appHash.
// Hash, store, key and value must not be empty.
func Verify(appHash []byte, store string, key, value []byte, ops []Op) (err error) {
	defer recoverTo(&err)
	if len(value) == 0 {
		return refuse("the value is empty")
	}
	root, inTree, err := open(appHash, store, key, ops)
	if err != nil {
		return err
	}
	exist := inTree.GetExist()
	if exist == nil {
		return refuse("the first step is no existence proof")
	}
	if err := checkIAVL(exist); err != nil {
		return err
	}
	if err := exist.Verify(ics23.IavlSpec, root, key, value); err != nil {
		return refuse("in store %q: %v", store, err)
	}
	return nil
}

// Claimed returns the value that the first step is about, nil if it is not
// about a value. It verifies nothing: it is for telling what is wrong with a
// proof that Verify has refused.
func Claimed(ops []Op) []byte {
	if len(ops) == 0 || len(ops[0].Data) > MaxDataBytes {
		return nil
	}
	p := &ics23.CommitmentProof{}
	if p.Unmarshal(ops[0].Data) != nil {
		return nil
	}
	return p.GetExist().GetValue()
}

// emptyTree is the root of an IAVL tree without keys. No other tree has it: it
// is the hash of nothing, and nodes hash at least a byte.
var emptyTree = sha256.Sum256(nil)

// open checks the frame of a proof and its second step, and returns the root
// of the store's tree with the first step.
func open(appHash []byte, store string, key []byte, ops []Op) (root []byte, inTree *ics23.CommitmentProof, err error) {
	switch {
	case len(appHash) != sha256.Size:
		return nil, nil, refuse("an app hash of %d bytes", len(appHash))
	case store == "":
		return nil, nil, refuse("the store is empty")
	case len(key) == 0:
		return nil, nil, refuse("the key is empty")
	case len(ops) != 2:
		return nil, nil, refuse("%d steps instead of 2", len(ops))
	}
	if inTree, err = decode(ops[0], TypeIAVL, key); err != nil {
		return nil, nil, err
	}
	ofTree, err := decode(ops[1], TypeSimple, []byte(store))
	if err != nil {
		return nil, nil, err
	}
	exist := ofTree.GetExist()
	if exist == nil {
		return nil, nil, refuse("the second step is no existence proof")
	}
	if err := checkSimple(exist); err != nil {
		return nil, nil, err
	}
	if err := exist.Verify(ics23.TendermintSpec, appHash, []byte(store), exist.Value); err != nil {
		return nil, nil, refuse("of store %q: %v", store, err)
	}
	return exist.Value, inTree, nil
}

// decode reads a step and insists that its bytes are the only ones for what
// they say: no unknown fields, no second encoding.
func decode(op Op, kind string, key []byte) (*ics23.CommitmentProof, error) {
	if op.Type != kind {
		return nil, refuse("a step of type %q instead of %q", op.Type, kind)
	}
	if !bytes.Equal(op.Key, key) {
		return nil, refuse("the %s step is about another key", kind)
	}
	if len(op.Data) > MaxDataBytes {
		return nil, refuse("the %s step has %d bytes, the limit is %d", kind, len(op.Data), MaxDataBytes)
	}
	p := &ics23.CommitmentProof{}
	if err := p.Unmarshal(op.Data); err != nil {
		return nil, refuse("the %s step: %v", kind, err)
	}
	again, err := p.Marshal()
	if err != nil || !bytes.Equal(again, op.Data) {
		return nil, refuse("the %s step is not canonical", kind)
	}
	return p, nil
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// recoverTo refuses a proof that makes ics23 panic.
func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = refuse("%v", r)
	}
}
