package testnet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	statepb "github.com/weftchain/weft/proto/weft/state/v1"
)

// written is a state: a value for each key of each store, since a height.
type written map[string]map[string]struct {
	value string
	since int64
}

func (w written) entries(store string, height int64) []statepb.Entry {
	var list []statepb.Entry
	for key, v := range w[store] {
		if v.since <= height {
			digest := sha256.Sum256([]byte(v.value))
			list = append(list, statepb.Entry{Key: []byte(key), ValueHash: digest[:]})
		}
	}
	sort.Slice(list, func(i, j int) bool { return string(list[i].Key) < string(list[j].Key) })
	return list
}

func (w written) Stores(_ context.Context, height int64) ([]statepb.Store, error) {
	var list []statepb.Store
	for _, name := range []string{"bank", layout.Wasm} {
		h := sha256.New()
		for _, e := range w.entries(name, height) {
			h.Write(e.Key)
			h.Write(e.ValueHash)
		}
		list = append(list, statepb.Store{Name: name, Root: h.Sum(nil)})
	}
	return list, nil
}

func (w written) Entries(_ context.Context, height int64, store string, start []byte) ([]statepb.Entry, []byte, error) {
	list := w.entries(store, height)
	i, _ := slices.BinarySearchFunc(list, string(start), func(e statepb.Entry, s string) int { return compare(string(e.Key), s) })
	if list = list[i:]; len(list) > 2 {
		return list[:2], list[2].Key, nil
	}
	return list, nil, nil
}

func (w written) Close() error { return nil }

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

type entry = struct {
	value string
	since int64
}

func TestCompare(t *testing.T) {
	contract := chain.Address(make([]byte, 32))
	ofContract := string(layout.WasmState(contract)) + "balance"
	make3 := func() written {
		return written{"bank": {"a": {"1", 1}, "b": {"2", 1}, "c": {"3", 1}}, layout.Wasm: {ofContract: {"7", 2}}}
	}
	nodes := map[string]Trees{"node0": make3(), "node1": make3(), "node2": make3()}
	list, err := Compare(t.Context(), nodes, 9)
	require.NoError(t, err)
	require.Empty(t, list)
	first, err := FirstDifference(t.Context(), nodes, 1, 9)
	require.NoError(t, err)
	require.Zero(t, first)

	bad := make3()
	bad["bank"]["b"], bad["bank"]["d"] = entry{"x", 1}, entry{"4", 1}
	delete(bad[layout.Wasm], ofContract)
	nodes["node1"] = bad
	list, err = Compare(t.Context(), nodes, 9)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "bank", list[0].Store)
	require.Equal(t, []string{"b", "d"}, []string{list[0].Keys[0].Text, list[0].Keys[1].Text})
	x := sha256.Sum256([]byte("x"))
	require.Equal(t, hex.EncodeToString(x[:]), list[0].Keys[0].Values["node1"])
	require.Equal(t, "absent", list[0].Keys[1].Values["node0"])
	require.Equal(t, chain.Bech32("weft").Account(contract), list[1].Keys[0].Contract)
	require.Equal(t, "absent", list[1].Keys[0].Values["node1"])

	many := make3()
	for i := range 3 * maxKeyDifferences {
		many["bank"]["z"+string(rune('a'+i))] = entry{"1", 6}
	}
	nodes["node1"] = many
	list, err = Compare(t.Context(), nodes, 9)
	require.NoError(t, err)
	require.Len(t, list[0].Keys, maxKeyDifferences)
	require.True(t, list[0].More)
	for low := range int64(6) {
		first, err = FirstDifference(t.Context(), nodes, low+1, 9)
		require.NoError(t, err)
		require.EqualValues(t, 6, first)
	}
	_, err = Compare(t.Context(), map[string]Trees{"node0": many}, 9)
	require.ErrorContains(t, err, "at least 2")
	nodes["node0"] = failing{}
	_, err = Compare(t.Context(), nodes, 9)
	require.ErrorContains(t, err, "node0 at height 9: gone")
}

type failing struct{ written }

func (failing) Stores(context.Context, int64) ([]statepb.Store, error) {
	return nil, errors.New("gone")
}
