// Package tree makes the Merkle tree of a stage of an airdrop from a list of
// addresses and amounts: the root that the owner registers, and the proof that
// each address claims with. The list's order makes no difference.
package tree

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/weftchain/weft/contracts/airdrop"
	"github.com/weftchain/weft/contracts/sdk"
)

// Entry is a line of the list.
type Entry struct {
	Address string
	Amount  sdk.Uint128
}

// Tree is the tree of a list.
type Tree struct {
	// levels are the hashes from the leaves, which are sorted, to the root.
	levels [][]airdrop.Hash
	amount map[string]sdk.Uint128
	total  sdk.Uint128
}

// New makes the tree of a list that has something in it: each address once, no
// amount 0, and all together less than 2^128.
func New(list []Entry) (*Tree, error) {
	if len(list) == 0 {
		return nil, errors.New("the list is empty")
	}
	t := &Tree{amount: make(map[string]sdk.Uint128, len(list))}
	leaves := make([]airdrop.Hash, len(list))
	for i, e := range list {
		if _, twice := t.amount[e.Address]; twice {
			return nil, fmt.Errorf("%s is there twice: a stage pays each address once", e.Address)
		}
		if e.Amount.IsZero() {
			return nil, fmt.Errorf("%s gets nothing", e.Address)
		}
		total, ok := t.total.TryAdd(e.Amount)
		if !ok {
			return nil, errors.New("the amounts add up to more than 2^128")
		}
		t.total, t.amount[e.Address], leaves[i] = total, e.Amount, airdrop.Leaf(e.Address, e.Amount)
	}
	slices.SortFunc(leaves, compare)
	for t.levels = [][]airdrop.Hash{leaves}; len(leaves) > 1; t.levels = append(t.levels, leaves) {
		leaves = above(leaves)
	}
	if len(t.levels)-1 > 32 {
		return nil, errors.New("the contract takes no proofs of more than 32 hashes")
	}
	return t, nil
}

func compare(a, b airdrop.Hash) int { return slices.Compare(a[:], b[:]) }

// above returns the next level: one node for two, and what is left over as it is.
func above(level []airdrop.Hash) []airdrop.Hash {
	var next []airdrop.Hash
	for pair := range slices.Chunk(level, 2) {
		if len(pair) == 1 {
			next = append(next, pair[0])
		} else {
			next = append(next, airdrop.Node(pair[0], pair[1]))
		}
	}
	return next
}

// Root returns the root in hexadecimal digits: merkle_root of register.
func (t *Tree) Root() string {
	root := t.levels[len(t.levels)-1][0]
	return hex.EncodeToString(root[:])
}

// Total returns the sum of all amounts: the funds that register needs.
func (t *Tree) Total() sdk.Uint128 { return t.total }

// Amount returns what an address gets, and whether it is in the list.
func (t *Tree) Amount(address string) (sdk.Uint128, bool) {
	amount, ok := t.amount[address]
	return amount, ok
}

// Proof returns the hashes that an address claims with, in hexadecimal digits;
// ok is false if it is not in the list. A list of one needs no hashes.
func (t *Tree) Proof(address string) (proof []string, ok bool) {
	amount, ok := t.amount[address]
	if !ok {
		return nil, false
	}
	at, _ := slices.BinarySearchFunc(t.levels[0], airdrop.Leaf(address, amount), compare)
	proof = []string{}
	for _, level := range t.levels[:len(t.levels)-1] {
		if beside := at ^ 1; beside < len(level) {
			proof = append(proof, hex.EncodeToString(level[beside][:]))
		}
		at /= 2
	}
	return proof, true
}

// Addresses returns all addresses, sorted.
func (t *Tree) Addresses() []string {
	all := make([]string, 0, len(t.amount))
	for a := range t.amount {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}
