package state

import (
	"errors"
	"fmt"

	"github.com/cosmos/iavl"
)

// TreeNode is a node of a store's tree, as a snapshot has it. Leaves have a key
// and a value. Inner nodes have neither: the hash of a tree does not cover the
// keys of its inner nodes, so whoever rebuilds it derives them from the leaves.
type TreeNode struct {
	Height     int8  // 0 is a leaf
	Version    int64 // in which it was made
	Key, Value []byte
}

// Export walks through a store's tree, children before their parent, left before
// right, and gives each node to take. It ends with the first error. The nodes'
// slices must not be changed.
func (v *View) Export(store string, take func(TreeNode) error) (err error) {
	if v.closed.Load() {
		return errViewClosed(v)
	}
	c := v.commit
	if err := c.use(store); err != nil {
		return err
	}
	defer c.release()
	r, err := c.tree(store)
	if err != nil || r.tree.Size() == 0 {
		return err
	}
	exporter, err := r.tree.Export()
	if err != nil {
		return fmt.Errorf("state: exporting store %q at height %d: %w", store, c.rec.Height, err)
	}
	defer exporter.Close()
	for {
		n, err := exporter.Next()
		if errors.Is(err, iavl.ErrorExportDone) {
			return r.nodes.fault()
		}
		if err = errors.Join(err, r.nodes.fault()); err != nil {
			return err
		}
		out := TreeNode{Height: n.Height, Version: n.Version}
		if n.Height == 0 {
			out.Key, out.Value = n.Key, n.Value
		}
		if err := take(out); err != nil {
			return err
		}
	}
}
