package state

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/cometbft/cometbft/crypto/merkle"
	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/state/proof"
)

// ops converts a proof for package proof, which shares no type with this one.
func ops(in []ProofOp) []proof.Op {
	var out []proof.Op
	for _, op := range in {
		out = append(out, proof.Op(op))
	}
	return out
}

// proves checks what a view says about a key through package proof alone.
func proves(t testing.TB, v *View, store, key string) {
	t.Helper()
	value, steps, err := v.Prove(store, []byte(key))
	require.NoError(t, err)
	require.Equal(t, get(t, v, store, key), func() string {
		if value == nil {
			return "<nil>"
		}
		return string(value)
	}())
	if value == nil {
		require.NoError(t, proof.VerifyAbsence(v.AppHash(), store, []byte(key), ops(steps)))
		require.Error(t, proof.Verify(v.AppHash(), store, []byte(key), []byte("x"), ops(steps)))
	} else {
		require.NoError(t, proof.Verify(v.AppHash(), store, []byte(key), value, ops(steps)))
		require.Error(t, proof.VerifyAbsence(v.AppHash(), store, []byte(key), ops(steps)))
	}
}

func TestProofs(t *testing.T) {
	for _, stores := range [][]string{{"bank"}, {"a", "bank"}, {"a", "b", "bank", "z", "zz"}} {
		t.Run(fmt.Sprint(len(stores)), func(t *testing.T) {
			s := openMem(t, Options{Stores: stores, CacheBytes: 16 << 20, Keep: 4})
			none := s.Latest()
			_, _, err := none.Prove("bank", []byte("k"))
			require.ErrorIs(t, err, ErrNoVersion)
			none.Close()
			block(t, s, 1, nil)                     // empty tree
			block(t, s, 2, set("bank", "m", "one")) // single key
			block(t, s, 3, func(b chain.Branch) {
				for i := range 20 {
					b.Set("bank", fmt.Appendf(nil, "key%02d", i), fmt.Appendf(nil, "value%d", i))
				}
			})
			for _, h := range []int64{1, 2, 3} {
				v, err := s.At(h)
				require.NoError(t, err)
				for _, key := range []string{"\x00", "a", "key00", "key000", "key07", "key07x", "key19", "key2", "m", "m\x00", "\xff\xff"} {
					for _, store := range stores {
						proves(t, v, store, key)
					}
				}
				_, _, err = v.Prove("gone", []byte("k"))
				require.ErrorContains(t, err, "no store")
				_, _, err = v.Prove("bank", nil)
				require.ErrorIs(t, err, ErrUnprovable)
				v.Close()
				_, _, err = v.Prove("bank", []byte("m"))
				require.ErrorIs(t, err, ErrClosed)
			}
		})
	}
}

func TestEmptyValuesAreUnprovable(t *testing.T) {
	s := openMem(t, small)
	block(t, s, 1, func(b chain.Branch) {
		b.Set("bank", []byte("e"), nil)
		b.Set("bank", []byte("x"), []byte("1"))
		b.Set("bank", []byte("z"), []byte("1"))
	})
	v := s.Latest()
	defer v.Close()
	_, _, err := v.Prove("bank", []byte("e"))
	require.ErrorIs(t, err, ErrUnprovable)
	require.ErrorContains(t, err, "value at 65 is empty")
	for _, key := range []string{"a", "f", "x", "y", "z", "zz"} { // absence beside it is provable
		proves(t, v, "bank", key)
	}
}

// TestSimpleTreeIsCometBFTs compares root and paths with CometBFT's own tree
// over the leaves that the multistore defines, and with ics23's verifier.
func TestSimpleTreeIsCometBFTs(t *testing.T) {
	for n := 1; n <= 33; n++ {
		var trees []StoreHash
		var leaves [][]byte
		for i := range n {
			tree := StoreHash{fmt.Sprintf("store%02d", i), bytes.Repeat([]byte{byte(i)}, 32)}
			hashed := ics23.TendermintSpec.LeafSpec
			full, err := hashed.Apply([]byte(tree.Store), tree.Hash)
			require.NoError(t, err)
			require.Equal(t, full, simpleLeaf(tree))
			trees = append(trees, tree)
			leaves = append(leaves, leafBytes(tree))
		}
		root := merkle.HashFromByteSlices(leaves)
		require.Equal(t, root, simpleRoot(trees))
		for i, tree := range trees {
			p := proveStore(trees, i)
			require.True(t, ics23.VerifyMembership(ics23.TendermintSpec, root, p, []byte(tree.Store), tree.Hash))
			require.False(t, ics23.VerifyMembership(ics23.TendermintSpec, root, p, []byte(tree.Store), root))
		}
	}
}

// leafBytes is what CometBFT's tree hashes for a store: name and hash of the
// root, each with its length.
func leafBytes(tree StoreHash) []byte {
	value := sha256.Sum256(tree.Hash)
	b := append([]byte{byte(len(tree.Store))}, tree.Store...)
	return append(append(b, byte(len(value))), value[:]...)
}
