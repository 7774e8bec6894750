package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cosmos/iavl"
)

// Check reads the whole state of the last commit and reports the first
// contradiction: every tree is hashed again from its leaves, its leaves are
// compared with the flat state, and the app hash is computed again. It takes
// seconds per million keys and may run while blocks are committed.
func (s *Store) Check() error {
	v := s.Latest()
	defer v.Close()
	if v.closed.Load() {
		return errViewClosed(v)
	}
	rec := v.commit.rec
	if rec.Height == 0 {
		return nil
	}
	for i, want := range rec.Trees {
		got, err := v.checkStore(want.Store)
		if err != nil {
			return fmt.Errorf("state: checking store %q at height %d: %w", want.Store, rec.Height, err)
		}
		if !bytes.Equal(got, want.Hash) {
			return fmt.Errorf("%w: store %q at height %d: the root is %X, the record says %X", ErrCorrupt, want.Store, rec.Height, got, rec.Trees[i].Hash)
		}
	}
	if got := simpleRoot(rec.Trees); !bytes.Equal(got, rec.AppHash) {
		return fmt.Errorf("%w: height %d: the app hash is %X, the record says %X", ErrCorrupt, rec.Height, got, rec.AppHash)
	}
	return nil
}

// checkStore walks a tree's nodes in post-order beside the flat state and
// returns the root that they give.
func (v *View) checkStore(store string) (root []byte, err error) {
	defer recoverTo(&err)
	r, err := v.commit.tree(store)
	if err != nil {
		return nil, err
	}
	flat, err := v.commit.flatIterate(store, nil, nil, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, flat.Close()) }()

	h := hasher{}
	if r.tree.Size() > 0 {
		exporter, err := r.tree.Export()
		if err != nil {
			return nil, err
		}
		defer exporter.Close()
		for {
			node, err := exporter.Next()
			if errors.Is(err, iavl.ErrorExportDone) {
				break
			}
			if err = errors.Join(err, r.nodes.fault()); err != nil {
				return nil, err
			}
			if node.Height == 0 {
				if !flat.Valid() || !bytes.Equal(flat.Key(), node.Key) || !bytes.Equal(flat.Value(), node.Value) {
					return nil, fmt.Errorf("%w: the tree has key %X, the flat state differs there", ErrCorrupt, node.Key)
				}
				flat.Next()
			}
			if err := h.add(node); err != nil {
				return nil, err
			}
		}
	}
	if flat.Valid() {
		return nil, fmt.Errorf("%w: the flat state has key %X, the tree does not", ErrCorrupt, flat.Key())
	}
	return h.root(), errors.Join(flat.Error(), r.nodes.fault())
}

// hasher computes an IAVL root from nodes in post-order. It holds the subtrees
// that are complete and not yet part of a larger one.
type hasher struct{ done []subtree }

type subtree struct {
	hash []byte
	size int64
}

func (h *hasher) add(n *iavl.ExportNode) error {
	b := binary.AppendVarint(nil, int64(n.Height))
	if n.Height == 0 {
		b = binary.AppendVarint(b, 1)
		b = binary.AppendVarint(b, n.Version)
		value := sha256.Sum256(n.Value)
		b = appendBytes(appendBytes(b, n.Key), value[:])
		h.push(b, 1)
		return nil
	}
	last := len(h.done) - 2
	if last < 0 {
		return fmt.Errorf("%w: an inner node without two children", ErrCorrupt)
	}
	left, right := h.done[last], h.done[last+1]
	h.done = h.done[:last]
	b = binary.AppendVarint(b, left.size+right.size)
	b = binary.AppendVarint(b, n.Version)
	b = appendBytes(appendBytes(b, left.hash), right.hash)
	h.push(b, left.size+right.size)
	return nil
}

func (h *hasher) push(node []byte, size int64) {
	sum := sha256.Sum256(node)
	h.done = append(h.done, subtree{sum[:], size})
}

// root returns the root, the hash of nothing for an empty tree, and nothing
// useful if the nodes were no tree.
func (h *hasher) root() []byte {
	switch len(h.done) {
	case 0:
		sum := sha256.Sum256(nil)
		return sum[:]
	case 1:
		return h.done[0].hash
	}
	return nil
}
