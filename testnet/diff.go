package testnet

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/client"
	statepb "github.com/weftchain/weft/proto/weft/state/v1"
)

// Trees reads the state of one node: of one that runs through its RPC, of another
// one from its disk.
type Trees interface {
	// Stores returns the root of each store after a height, sorted by name.
	Stores(ctx context.Context, height int64) ([]statepb.Store, error)
	// Entries returns keys from start on with the digests of their values, and
	// where to go on; nothing at the end.
	Entries(ctx context.Context, height int64, store string, start []byte) (entries []statepb.Entry, next []byte, err error)
	Close() error
}

// Difference is a store that nodes do not have alike.
type Difference struct {
	Store string            `json:"store"`
	Roots map[string]string `json:"roots"` // by node
	Keys  []KeyDifference   `json:"keys"`
	More  bool              `json:"more,omitempty"` // than are listed
}

// KeyDifference is a key whose value is not the same on all nodes.
type KeyDifference struct {
	Key      string            `json:"key"`  // hexadecimal
	Text     string            `json:"text"` // its printable part
	Contract string            `json:"contract,omitempty"`
	Values   map[string]string `json:"values"` // SHA-256 by node; "absent"
}

// maxKeyDifferences is how many keys of a store are listed.
const maxKeyDifferences = 100

// remote reads the state of a node that runs.
type remote struct{ c *client.Client }

// Remote returns the trees of a node that runs.
func Remote(url string) (Trees, error) {
	c, err := dial(url)
	return remote{c}, err
}

// Stores implements Trees.
func (r remote) Stores(ctx context.Context, height int64) ([]statepb.Store, error) {
	var res statepb.QueryStoresResponse
	err := r.c.Query(ctx, "/weft.state.v1.Query/Stores", height, &statepb.QueryStoresRequest{}, &res)
	return res.Stores, err
}

// Entries implements Trees.
func (r remote) Entries(ctx context.Context, height int64, store string, start []byte) ([]statepb.Entry, []byte, error) {
	var res statepb.QueryEntriesResponse
	err := r.c.Query(ctx, "/weft.state.v1.Query/Entries", height, &statepb.QueryEntriesRequest{Store: store, Start: start}, &res)
	return res.Entries, res.Next, err
}

// Close implements Trees.
func (r remote) Close() error { return nil }

// Compare finds what nodes do not have alike after a height. trees are the nodes'
// by name; there must be two at least.
func Compare(ctx context.Context, trees map[string]Trees, height int64) ([]Difference, error) {
	var names []string
	roots := map[string]map[string]string{} // store, node
	for name := range trees {               //weft:sorted below
		names = append(names, name)
	}
	if slices.Sort(names); len(names) < 2 {
		return nil, fmt.Errorf("there are %d nodes to compare, at least 2 are needed", len(names))
	}
	for _, name := range names {
		stores, err := trees[name].Stores(ctx, height)
		if err != nil {
			return nil, fmt.Errorf("%s at height %d: %w", name, height, err)
		}
		for _, s := range stores {
			if roots[s.Name] == nil {
				roots[s.Name] = map[string]string{}
			}
			roots[s.Name][name] = hex.EncodeToString(s.Root)
		}
	}
	var stores []string
	for store := range roots { //weft:sorted below
		stores = append(stores, store)
	}
	slices.Sort(stores)
	var list []Difference
	for _, store := range stores {
		if alike(names, roots[store]) {
			continue
		}
		d := Difference{Store: store, Roots: roots[store]}
		if err := d.find(ctx, trees, names, height); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func alike(names []string, values map[string]string) bool {
	for _, name := range names {
		if values[name] != values[names[0]] {
			return false
		}
	}
	return true
}

// cursor walks through a store of one node.
type cursor struct {
	name    string
	trees   Trees
	entries []statepb.Entry
	next    []byte
	begun   bool
}

// head returns the entry at the cursor, nil at the end.
func (c *cursor) head(ctx context.Context, height int64, store string) (*statepb.Entry, error) {
	for len(c.entries) == 0 {
		if c.begun && len(c.next) == 0 {
			return nil, nil
		}
		var err error
		if c.entries, c.next, err = c.trees.Entries(ctx, height, store, c.next); err != nil {
			return nil, fmt.Errorf("%s, store %s: %w", c.name, store, err)
		}
		c.begun = true
	}
	return &c.entries[0], nil
}

// find walks through a store on all nodes at once.
func (d *Difference) find(ctx context.Context, trees map[string]Trees, names []string, height int64) error {
	cursors := make([]cursor, len(names))
	for i, name := range names {
		cursors[i] = cursor{name: name, trees: trees[name]}
	}
	for {
		var least []byte
		heads := make([]*statepb.Entry, len(cursors))
		for i := range cursors {
			head, err := cursors[i].head(ctx, height, d.Store)
			if err != nil {
				return err
			}
			if heads[i] = head; head != nil && (least == nil || bytes.Compare(head.Key, least) < 0) {
				least = head.Key
			}
		}
		if least == nil {
			return nil
		}
		values := map[string]string{}
		for i, head := range heads {
			values[names[i]] = "absent"
			if head != nil && bytes.Equal(head.Key, least) {
				values[names[i]] = hex.EncodeToString(head.ValueHash)
				cursors[i].entries = cursors[i].entries[1:]
			}
		}
		if alike(names, values) {
			continue
		}
		if len(d.Keys) == maxKeyDifferences {
			d.More = true
			return nil
		}
		d.Keys = append(d.Keys, KeyDifference{Key: hex.EncodeToString(least), Text: printableKey(least), Contract: contractOf(d.Store, least), Values: values})
	}
}

// printableKey shows the letters of a key, and dots for the rest.
func printableKey(key []byte) string {
	var b strings.Builder
	for _, c := range key {
		if c < ' ' || c > '~' {
			c = '.'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// contractAddressBytes is the length of a contract's address.
const contractAddressBytes = 32

// contractOf names the contract to which a key belongs, if it is one's.
func contractOf(store string, key []byte) string {
	if store != layout.Wasm || len(key) < 1+contractAddressBytes {
		return ""
	}
	switch key[0] {
	case layout.WasmContractPrefix[0], layout.WasmStatePrefix[0], layout.WasmHistoryPrefix[0]:
		return loadPrefix.Account(chain.Address(key[1 : 1+contractAddressBytes]))
	}
	return ""
}

// FirstDifference finds the first height, from low to high, after which the nodes
// do not have all stores alike; 0 if they have them alike after high. Once nodes
// differ, they never agree again: that makes bisection right.
func FirstDifference(ctx context.Context, trees map[string]Trees, low, high int64) (int64, error) {
	differ := func(height int64) (bool, error) {
		var first []statepb.Store
		begun := false
		for name, t := range trees { //weft:sorted whether all are alike is the same in any order
			stores, err := t.Stores(ctx, height)
			if err != nil {
				return false, fmt.Errorf("%s at height %d: %w", name, height, err)
			}
			if !begun {
				first, begun = stores, true
			}
			if !slices.EqualFunc(first, stores, func(a, b statepb.Store) bool { return a.Name == b.Name && bytes.Equal(a.Root, b.Root) }) {
				return true, nil
			}
		}
		return false, nil
	}
	if some, err := differ(high); err != nil || !some {
		return 0, err
	}
	for low < high {
		middle := low + (high-low)/2
		some, err := differ(middle)
		if err != nil {
			return 0, err
		}
		if some {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return high, nil
}
