package app

import (
	"crypto/sha256"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	statepb "github.com/weftchain/weft/proto/weft/state/v1"
)

// stores are the methods by which the states of two nodes are compared.
func (a *App) stores() []chain.Route {
	return []chain.Route{
		chain.NewQuery("/weft.state.v1.Query/Stores", a.queryStores),
		chain.NewQuery("/weft.state.v1.Query/Entries", a.queryEntries),
	}
}

// queryStores returns the roots of all trees at the height of the query.
func (a *App) queryStores(env *chain.Env, _ *statepb.QueryStoresRequest) (*statepb.QueryStoresResponse, error) {
	view, err := a.viewAt(env.Block.Height)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	hashes, err := a.store.Hashes(view.Height())
	if err != nil {
		return nil, err
	}
	res := &statepb.QueryStoresResponse{Height: view.Height(), AppHash: view.AppHash()}
	for _, h := range hashes {
		res.Stores = append(res.Stores, statepb.Store{Name: h.Store, Root: h.Hash})
	}
	return res, nil
}

const (
	maxEntries      = 1000
	maxEntriesBytes = 4 << 20 // of keys in one answer
)

// queryEntries returns keys of a store with the digests of their values.
func (a *App) queryEntries(env *chain.Env, req *statepb.QueryEntriesRequest) (*statepb.QueryEntriesResponse, error) {
	limit := int(req.Limit)
	if limit == 0 {
		limit = maxEntries
	}
	if limit > maxEntries || len(req.Start) > maxStoreKey {
		return nil, status.Errorf(codes.InvalidArgument, "at most %d keys are returned, from a key of at most %d bytes on", maxEntries, maxStoreKey)
	}
	view, err := a.viewAt(env.Block.Height)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	if !view.Has(req.Store) {
		return nil, fmt.Errorf("no such store: %.60s: %w", req.Store, chain.ErrUnknownRequest)
	}
	it, err := view.Iterate(req.Store, req.Start, nil, false)
	if err != nil {
		return nil, err
	}
	defer it.Close() //nolint:errcheck // only read
	res := &statepb.QueryEntriesResponse{}
	for bytes := 0; it.Valid(); it.Next() {
		key := it.Key()
		if len(res.Entries) == limit || bytes+len(key) > maxEntriesBytes {
			res.Next = append([]byte{}, key...)
			break
		}
		digest := sha256.Sum256(it.Value())
		res.Entries = append(res.Entries, statepb.Entry{Key: append([]byte{}, key...), ValueHash: digest[:]})
		bytes += len(key)
	}
	return res, it.Error()
}
