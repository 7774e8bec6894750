package state

import (
	"errors"
	"fmt"
	"slices"

	ics23 "github.com/cosmos/ics23/go"
)

// Types of proof operations, as the Cosmos SDK names them.
const (
	// ProofTypeIAVL is a proof inside one store's tree.
	ProofTypeIAVL = "ics23:iavl"
	// ProofTypeSimple is a proof of a store's root under the app hash.
	ProofTypeSimple = "ics23:simple"
)

// ErrUnprovable says that ICS-23 has no proof for what was asked: it cannot
// express empty keys and values. (Absence beside an entry with an empty value
// has a proof, which package state/proof verifies and ics23 alone does not.)
var ErrUnprovable = errors.New("not provable")

// ProofOp is one step of a proof. Data is an ics23.CommitmentProof in protobuf.
// It has the fields of CometBFT's ProofOp and converts to proof.Op.
type ProofOp struct {
	Type      string
	Key, Data []byte
}

// Prove returns the value at key and the two steps that prove it, or its
// absence if the value is nil, against the app hash of the view's height:
// first in the store's tree, then of that tree's root. Package state/proof
// verifies them.
func (v *View) Prove(store string, key []byte) (value []byte, ops []ProofOp, err error) {
	if v.closed.Load() {
		return nil, nil, errViewClosed(v)
	}
	c := v.commit
	if c.rec.Height == 0 {
		return nil, nil, fmt.Errorf("state: proving: %w: nothing is committed yet", ErrNoVersion)
	}
	if len(key) == 0 {
		return nil, nil, fmt.Errorf("state: %w: the key is empty", ErrUnprovable)
	}
	if err := c.use(store); err != nil {
		return nil, nil, err
	}
	defer c.release()
	r, err := c.tree(store)
	if err != nil {
		return nil, nil, err
	}
	value, inTree, err := r.prove(key)
	if err != nil {
		return nil, nil, fmt.Errorf("state: proving in store %q at height %d: %w", store, c.rec.Height, err)
	}
	index, _ := slices.BinarySearch(c.store.opts.Stores, store)
	for _, p := range []struct {
		kind  string
		key   []byte
		proof *ics23.CommitmentProof
	}{
		{ProofTypeIAVL, key, inTree},
		{ProofTypeSimple, []byte(store), proveStore(c.rec.Trees, index)},
	} {
		data, err := p.proof.Marshal()
		if err != nil {
			return nil, nil, fmt.Errorf("state: proving: %w", err)
		}
		ops = append(ops, ProofOp{Type: p.kind, Key: slices.Clone(p.key), Data: data})
	}
	return value, ops, nil
}

// prove makes the proof inside a tree. The absence of a key in an empty tree
// has no neighbours to show; its proof is the empty tree's root alone.
func (r *reader) prove(key []byte) (value []byte, proof *ics23.CommitmentProof, err error) {
	defer recoverTo(&err)
	if r.tree.Size() == 0 {
		return nil, &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{
			Nonexist: &ics23.NonExistenceProof{Key: slices.Clone(key)},
		}}, nil
	}
	if value, err = r.get(key); err != nil {
		return nil, nil, err
	}
	if value != nil {
		proof, err = r.tree.GetMembershipProof(key)
	} else {
		proof, err = r.tree.GetNonMembershipProof(key)
	}
	if err = errors.Join(err, r.nodes.fault()); err != nil {
		return nil, nil, err
	}
	if e := proof.GetExist(); e != nil && len(e.Value) == 0 {
		return nil, nil, fmt.Errorf("%w: the value at %X is empty", ErrUnprovable, e.Key)
	}
	return value, proof, nil
}

// proveStore makes the proof of a store's root under the app hash.
func proveStore(trees []StoreHash, index int) *ics23.CommitmentProof {
	var path []*ics23.InnerOp
	for _, step := range simplePath(trees, index) {
		op := &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: simpleInnerPrefix}
		if step.left {
			op.Prefix = slices.Concat(simpleInnerPrefix, step.sibling)
		} else {
			op.Suffix = step.sibling
		}
		path = append(path, op)
	}
	return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: &ics23.ExistenceProof{
		Key:   []byte(trees[index].Store),
		Value: trees[index].Hash,
		Leaf:  ics23.TendermintSpec.LeafSpec,
		Path:  path,
	}}}
}
