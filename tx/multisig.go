package tx

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	multisigpb "github.com/weftchain/weft/proto/cosmos/crypto/multisig"
)

// multisig is a key of several keys.
type multisig struct {
	threshold uint32
	members   []PubKey
}

// maxKeyDepth bounds how deep multisig keys, and their signatures, nest. The
// reference bounds it by the depth of Anys, 10.
const maxKeyDepth = 10

// NewMultisig makes a key of which threshold of the members must sign. Their
// order is part of the address; a member that is given twice counts twice. The
// error wraps chain.ErrInvalidPubKey.
func NewMultisig(threshold int, members ...PubKey) (PubKey, error) {
	if threshold < 1 || threshold > len(members) {
		return PubKey{}, fmt.Errorf("a threshold of %d among %d keys; it must be 1 to %d: %w",
			threshold, len(members), len(members), chain.ErrInvalidPubKey)
	}
	p := PubKey{kind: Multisig, multi: &multisig{uint32(threshold), slices.Clone(members)}}
	for i, m := range members {
		if err := m.mayJoin(); err != nil {
			return PubKey{}, fmt.Errorf("member %d: %w", i, err)
		}
	}
	return p, p.Check()
}

// SortKeys puts keys in the order of their addresses, which is how the tools of
// the ecosystem order the members of a multisig key unless told otherwise.
func SortKeys(keys []PubKey) {
	sort.SliceStable(keys, func(i, j int) bool {
		return strings.Compare(string(keys[i].Address()), string(keys[j].Address())) < 0
	})
}

// mayJoin refuses what has no amino bytes, which a multisig key's address is
// made of: a secp256r1 key has none.
func (p PubKey) mayJoin() error {
	if _, ok := aminoPrefixes[p.kind]; !ok {
		return fmt.Errorf("a %s key cannot be a member of a multisig key: %w", p.kind, chain.ErrInvalidPubKey)
	}
	return nil
}

// parseMultisig reads a multisig key, which is itself at that depth. Threshold
// and points are not looked at: a key with a bad threshold is a key under which
// nothing verifies, as in the reference.
func parseMultisig(value []byte, depth int) (PubKey, error) {
	if depth >= maxKeyDepth {
		return PubKey{}, fmt.Errorf("multisig keys nest deeper than %d: %w", maxKeyDepth, chain.ErrInvalidPubKey)
	}
	var pb multisigpb.LegacyAminoPubKey
	if err := pb.Unmarshal(value); err != nil {
		return PubKey{}, fmt.Errorf("%v: %w", err, chain.ErrInvalidPubKey)
	}
	if len(pb.PublicKeys) == 0 {
		return PubKey{}, fmt.Errorf("a multisig key without members: %w", chain.ErrInvalidPubKey)
	}
	multi := &multisig{pb.Threshold, make([]PubKey, len(pb.PublicKeys))}
	for i, a := range pb.PublicKeys {
		member, err := parseKey(a, depth+1)
		if err == nil {
			err = member.mayJoin()
		}
		if err != nil {
			return PubKey{}, fmt.Errorf("member %d: %w", i, err)
		}
		multi.members[i] = member
	}
	return PubKey{kind: Multisig, multi: multi}, nil
}

func (m *multisig) proto() *multisigpb.LegacyAminoPubKey {
	pb := &multisigpb.LegacyAminoPubKey{Threshold: m.threshold, PublicKeys: make([]*types.Any, len(m.members))}
	for i, member := range m.members {
		pb.PublicKeys[i] = member.Any()
	}
	return pb
}

// Members returns the members of a multisig key in order, nil for a single key.
func (p PubKey) Members() []PubKey {
	if p.multi == nil {
		return nil
	}
	return slices.Clone(p.multi.members)
}

// Threshold returns how many members of a multisig key must sign, 1 for a
// single key.
func (p PubKey) Threshold() int {
	if p.multi == nil {
		return 1
	}
	return int(p.multi.threshold)
}

// Leaves counts the single keys in a key: 1, or those of all members, at every
// depth. It is what a chain's limit of signatures counts.
func (p PubKey) Leaves() int {
	if p.multi == nil {
		return 1
	}
	n := 0
	for _, member := range p.multi.members {
		n += member.Leaves()
	}
	return n
}

// aminoPrefixes stand in front of a key's amino bytes, the length of a single
// key included (cosmos-wire facts, section 3).
var aminoPrefixes = map[Kind]string{
	Secp256k1: "\xeb\x5a\xe9\x87\x21",
	Ed25519:   "\x16\x24\xde\x64\x20",
	Multisig:  "\x22\xc1\xf7\xe2",
}

// amino appends the amino bytes of a key, which exist for the sake of
// multisig addresses alone.
func (p PubKey) amino(to []byte) []byte {
	to = append(to, aminoPrefixes[p.kind]...)
	if p.multi == nil {
		return append(to, p.raw...)
	}
	if p.multi.threshold > 0 {
		to = binary.AppendUvarint(append(to, 0x08), uint64(p.multi.threshold))
	}
	for _, member := range p.multi.members {
		b := member.amino(nil)
		to = binary.AppendUvarint(append(to, 0x12), uint64(len(b)))
		to = append(to, b...)
	}
	return to
}
