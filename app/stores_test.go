package app

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	statepb "github.com/weftchain/weft/proto/weft/state/v1"
)

// TestStores: the roots are those of the state, and the entries are all keys of
// it, however they are asked for.
func TestStores(t *testing.T) {
	w := newWorld(t, worldOptions{})
	w.block()
	height, _ := w.app.Info()
	ask := func(method string, req interface{ Marshal() ([]byte, error) }, res interface{ Unmarshal([]byte) error }, at int64) error {
		t.Helper()
		data, err := req.Marshal()
		require.NoError(t, err)
		ans, err := w.app.Query(Query{Path: "/weft.state.v1.Query/" + method, Data: data, Height: at})
		if err == nil {
			require.NoError(t, res.Unmarshal(ans.Value))
		}
		return err
	}
	var roots statepb.QueryStoresResponse
	require.NoError(t, ask("Stores", &statepb.QueryStoresRequest{}, &roots, 0))
	want, err := w.app.store.Hashes(height)
	require.NoError(t, err)
	require.Len(t, roots.Stores, len(want))
	for i, s := range roots.Stores {
		require.Equal(t, want[i].Store, s.Name)
		require.Equal(t, want[i].Hash, s.Root)
	}
	require.Equal(t, height, roots.Height)
	view := w.app.store.Latest()
	defer view.Close()
	require.Equal(t, view.AppHash(), roots.AppHash)

	for _, limit := range []uint32{0, 1, 3} {
		var got []statepb.Entry
		for req := (statepb.QueryEntriesRequest{Store: "bank", Limit: limit}); ; {
			var res statepb.QueryEntriesResponse
			require.NoError(t, ask("Entries", &req, &res, height))
			require.True(t, limit == 0 || len(res.Entries) <= int(limit))
			got = append(got, res.Entries...)
			if req.Start = res.Next; len(req.Start) == 0 {
				break
			}
		}
		it, err := view.Iterate("bank", nil, nil, false)
		require.NoError(t, err)
		n := 0
		for ; it.Valid(); it.Next() {
			digest := sha256.Sum256(it.Value())
			require.Equal(t, statepb.Entry{Key: it.Key(), ValueHash: digest[:]}, got[n])
			n++
		}
		require.NoError(t, it.Close())
		require.Len(t, got, n)
		require.Greater(t, n, 3)
	}
	for _, bad := range []statepb.QueryEntriesRequest{{Store: "nothing"}, {Store: "bank", Limit: 1001}, {Store: "bank", Start: make([]byte, 200_000)}} {
		require.Error(t, ask("Entries", &bad, &statepb.QueryEntriesResponse{}, 0))
	}
}
