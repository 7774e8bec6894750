package proof_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/state/proof"
)

// fact is a proof of a real store and what it proves.
type fact struct {
	hash, key, value []byte // value nil: absence
	store            string
	ops              []proof.Op
}

func (f fact) verify() error {
	if f.value == nil {
		return proof.VerifyAbsence(f.hash, f.store, f.key, f.ops)
	}
	return proof.Verify(f.hash, f.store, f.key, f.value, f.ops)
}

// clone lets a test damage a proof.
func (f fact) clone() fact {
	f.hash, f.key = bytes.Clone(f.hash), bytes.Clone(f.key)
	f.value = bytes.Clone(f.value)
	var ops []proof.Op
	for _, op := range f.ops {
		ops = append(ops, proof.Op{Type: op.Type, Key: bytes.Clone(op.Key), Data: bytes.Clone(op.Data)})
	}
	f.ops = ops
	return f
}

// step decodes the proof in a step, so that a test can forge it.
func (f fact) step(t *testing.T, i int) *ics23.CommitmentProof {
	t.Helper()
	p := &ics23.CommitmentProof{}
	require.NoError(t, p.Unmarshal(f.ops[i].Data))
	return p
}

// with returns the fact with another proof in a step.
func (f fact) with(t *testing.T, i int, p *ics23.CommitmentProof) fact {
	t.Helper()
	f = f.clone()
	data, err := p.Marshal()
	require.NoError(t, err)
	f.ops[i].Data = data
	return f
}

// facts makes proofs from a store of three heights: in height 1 the store
// "one" holds a single key, in all "none" is empty and "many" holds 13 keys.
func facts(t *testing.T) map[string]fact {
	s, err := state.Open("", state.Options{Stores: []string{"index", "many", "none", "one", "other"}, CacheBytes: 16 << 20})
	require.NoError(t, err)
	for h := int64(1); h <= 3; h++ {
		b := s.Branch()
		for i := range 13 {
			b.Set("many", fmt.Appendf(nil, "key%02d", i), fmt.Appendf(nil, "value%d at %d", i, h))
		}
		b.Set("one", []byte("key05"), []byte("single"))
		b.Set("other", []byte("key05"), []byte("elsewhere"))
		for i := range 7 { // an index: keys alone
			b.Set("index", fmt.Appendf(nil, "key%02d", i), nil)
		}
		_, err := s.Stage(b, h)
		require.NoError(t, err)
		require.NoError(t, s.Commit())
	}
	out := map[string]fact{}
	for name, q := range map[string]struct {
		store, key string
		height     int64
	}{
		"exists":       {"many", "key05", 3},
		"exists first": {"many", "key00", 3},
		"exists last":  {"many", "key12", 3},
		"older":        {"many", "key05", 2},
		"single":       {"one", "key05", 3},
		"elsewhere":    {"other", "key05", 3},
		"absent":       {"many", "key055", 3},
		"absent first": {"many", "key", 3},
		"absent last":  {"many", "key99", 3},
		"absent older": {"many", "key055", 2},
		"index":        {"index", "key03x", 3},
		"index first":  {"index", "key", 3},
		"index last":   {"index", "key9", 3},
		"empty tree":   {"none", "key05", 3},
		"before only":  {"one", "key04", 3},
		"after only":   {"one", "key06", 3},
	} {
		v, err := s.At(q.height)
		require.NoError(t, err)
		value, ops, err := v.Prove(q.store, []byte(q.key))
		require.NoError(t, err)
		f := fact{hash: v.AppHash(), key: []byte(q.key), value: value, store: q.store}
		for _, op := range ops {
			f.ops = append(f.ops, proof.Op(op))
		}
		v.Close()
		require.NoError(t, f.verify(), name)
		out[name] = f
	}
	require.NoError(t, s.Close())
	return out
}

// TestEveryByteCounts changes every byte of every proof in several ways: none
// may verify.
func TestEveryByteCounts(t *testing.T) {
	for name, f := range facts(t) {
		tried := 0
		for i := range f.ops {
			for at := range f.ops[i].Data {
				for _, change := range []byte{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff} {
					m := f.clone()
					m.ops[i].Data[at] ^= change
					require.Error(t, m.verify(), "%s: step %d, byte %d ^ %x", name, i, at, change)
					tried++
				}
				cut := f.clone()
				cut.ops[i].Data = cut.ops[i].Data[:at]
				require.Error(t, cut.verify(), "%s: step %d cut at %d", name, i, at)
			}
			long := f.clone()
			long.ops[i].Data = append(long.ops[i].Data, 0x20, 0x01) // an unknown field
			require.Error(t, long.verify(), name)
		}
		require.Positive(t, tried)
	}
}

func TestAnotherQuestion(t *testing.T) {
	all := facts(t)
	for name, f := range all {
		for what, change := range map[string]func(*fact){
			"app hash":       func(f *fact) { f.hash[7] ^= 1 },
			"no app hash":    func(f *fact) { f.hash = nil },
			"zero app hash":  func(f *fact) { f.hash = make([]byte, 32) },
			"short app hash": func(f *fact) { f.hash = f.hash[:31] },
			"no store":       func(f *fact) { f.store = "" },
			"another store":  func(f *fact) { f.store = "othes" },
			"no key":         func(f *fact) { f.key = nil },
			"another key":    func(f *fact) { f.key = append(f.key, 0) },
			"both keys":      func(f *fact) { f.key = append(f.key, 0); f.ops[0].Key = f.key },
			"both stores":    func(f *fact) { f.store = "none2"; f.ops[1].Key = []byte(f.store) },
			"no ops":         func(f *fact) { f.ops = nil },
			"one op":         func(f *fact) { f.ops = f.ops[:1] },
			"three ops":      func(f *fact) { f.ops = append(f.ops, f.ops[1]) },
			"swapped ops":    func(f *fact) { f.ops[0], f.ops[1] = f.ops[1], f.ops[0] },
			"first type":     func(f *fact) { f.ops[0].Type = proof.TypeSimple },
			"second type":    func(f *fact) { f.ops[1].Type = proof.TypeIAVL },
			"first twice":    func(f *fact) { f.ops[1].Data = f.ops[0].Data },
			"second twice":   func(f *fact) { f.ops[0].Data = f.ops[1].Data },
			"too large":      func(f *fact) { f.ops[0].Data = make([]byte, proof.MaxDataBytes+1) },
			"other kind": func(f *fact) {
				if f.value == nil {
					f.value = []byte("x")
				} else {
					f.value = nil
				}
			},
		} {
			m := f.clone()
			change(&m)
			require.ErrorIs(t, m.verify(), proof.ErrInvalid, "%s: %s", name, what)
		}
		if f.value != nil {
			for _, value := range [][]byte{{}, append(bytes.Clone(f.value), 0), f.value[1:]} {
				require.Error(t, proof.Verify(f.hash, f.store, f.key, value, f.ops), name)
			}
		}
	}
	// Every step of every proof in every other's place.
	for name, f := range all {
		for other, g := range all {
			for i := range f.ops {
				m := f.clone()
				m.ops[i] = g.ops[i]
				same := bytes.Equal(f.ops[i].Data, g.ops[i].Data) && bytes.Equal(f.ops[i].Key, g.ops[i].Key)
				require.Equal(t, same, m.verify() == nil, "%s with step %d of %s", name, i, other)
			}
		}
	}
}

// TestValueSwapped puts another value into the proof itself.
func TestValueSwapped(t *testing.T) {
	for name, f := range facts(t) {
		if f.value == nil {
			continue
		}
		p := f.step(t, 0)
		p.GetExist().Value = []byte("forged")
		m := f.with(t, 0, p)
		m.value = []byte("forged")
		require.Error(t, m.verify(), name)
	}
}

// TestForgedAbsence tries to deny keys that exist, with true proofs of other
// entries arranged wrongly.
func TestForgedAbsence(t *testing.T) {
	all := facts(t)
	exist := func(name string) *ics23.ExistenceProof { return all[name].step(t, 0).GetExist() }
	absent := all["absent"].step(t, 0).GetNonexist()
	deny := all["exists"]
	deny.value = nil
	for what, n := range map[string]*ics23.NonExistenceProof{
		"neighbours apart":    {Left: exist("exists first"), Right: exist("exists last")},
		"left not rightmost":  {Left: exist("exists first")},
		"right not leftmost":  {Right: exist("exists last")},
		"the key as left":     {Left: exist("exists"), Right: absent.Right},
		"the key as right":    {Left: exist("exists first"), Right: exist("exists")},
		"left and right same": {Left: exist("exists first"), Right: exist("exists first")},
		"swapped":             {Left: absent.Right, Right: absent.Left},
		"none":                {},
		"single-key tree":     {Left: exist("single")},
		"two whole trees":     {Left: exist("single"), Right: exist("elsewhere")},
		"one whole tree":      {Left: exist("single"), Right: exist("exists last")},
	} {
		n.Key = deny.key
		m := deny.with(t, 0, &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: n}})
		require.ErrorIs(t, m.verify(), proof.ErrInvalid, what)
	}
	// An entry that has a value does not pass for one without, nor the reverse.
	for _, empty := range []bool{true, false} {
		name, value := "absent", []byte(nil)
		if !empty {
			name, value = "index", []byte("x")
		}
		for _, side := range []func(*ics23.NonExistenceProof) *ics23.ExistenceProof{
			(*ics23.NonExistenceProof).GetLeft, (*ics23.NonExistenceProof).GetRight,
		} {
			p := all[name].step(t, 0)
			side(p.GetNonexist()).Value = value
			require.ErrorIs(t, all[name].with(t, 0, p).verify(), proof.ErrInvalid)
		}
	}
	// A true absence proof denies its gap and nothing else.
	gap := all["absent"]
	for _, key := range []string{"key05", "key06", "key04", "key061", "a", "z"} {
		p := gap.step(t, 0)
		p.GetNonexist().Key = []byte(key)
		m := gap.with(t, 0, p)
		m.key, m.ops[0].Key = []byte(key), []byte(key)
		require.Error(t, m.verify(), key)
	}
	p := gap.step(t, 0)
	p.GetNonexist().Key = []byte("key059")
	m := gap.with(t, 0, p)
	m.key, m.ops[0].Key = []byte("key059"), []byte("key059")
	require.NoError(t, m.verify(), "another key of the same gap")
}

// TestFreedomInTheFormat holds what published forgeries were made from: other
// proof kinds, hashing rules from the wire, padding, both children.
func TestFreedomInTheFormat(t *testing.T) {
	f := facts(t)["exists"]
	change := func(i int, edit func(*ics23.ExistenceProof)) fact {
		p := f.step(t, i)
		edit(p.GetExist())
		return f.with(t, i, p)
	}
	for i := range f.ops {
		for what, edit := range map[string]func(*ics23.ExistenceProof){
			"no leaf":          func(e *ics23.ExistenceProof) { e.Leaf = nil },
			"leaf hash":        func(e *ics23.ExistenceProof) { e.Leaf.Hash = ics23.HashOp_SHA512 },
			"key hashed":       func(e *ics23.ExistenceProof) { e.Leaf.PrehashKey = ics23.HashOp_SHA256 },
			"value not hashed": func(e *ics23.ExistenceProof) { e.Leaf.PrehashValue = ics23.HashOp_NO_HASH },
			"no length":        func(e *ics23.ExistenceProof) { e.Leaf.Length = ics23.LengthOp_NO_PREFIX },
			"leaf prefix":      func(e *ics23.ExistenceProof) { e.Leaf.Prefix = append(e.Leaf.Prefix, 0) },
			"leaf is inner":    func(e *ics23.ExistenceProof) { e.Leaf.Prefix = e.Path[0].Prefix },
			"no leaf prefix":   func(e *ics23.ExistenceProof) { e.Leaf.Prefix = nil },
			"inner hash":       func(e *ics23.ExistenceProof) { e.Path[0].Hash = ics23.HashOp_KECCAK256 },
			"inner is leaf":    func(e *ics23.ExistenceProof) { e.Path[0].Prefix = e.Leaf.Prefix },
			"both children": func(e *ics23.ExistenceProof) {
				e.Path[0].Suffix = append(e.Path[0].Suffix, append([]byte{32}, make([]byte, 32)...)...)
			},
			"child more":         func(e *ics23.ExistenceProof) { e.Path[0].Prefix = append(e.Path[0].Prefix, make([]byte, 33)...) },
			"no inner prefix":    func(e *ics23.ExistenceProof) { e.Path[0].Prefix = nil },
			"step missing":       func(e *ics23.ExistenceProof) { e.Path = e.Path[1:] },
			"top missing":        func(e *ics23.ExistenceProof) { e.Path = e.Path[:len(e.Path)-1] },
			"steps swapped":      func(e *ics23.ExistenceProof) { e.Path[0], e.Path[1] = e.Path[1], e.Path[0] },
			"step twice":         func(e *ics23.ExistenceProof) { e.Path = append(e.Path, e.Path[0]) },
			"deep":               func(e *ics23.ExistenceProof) { e.Path = deep(e.Path[0]) },
			"no key":             func(e *ics23.ExistenceProof) { e.Key = nil },
			"no value":           func(e *ics23.ExistenceProof) { e.Value = nil },
			"subtree as a value": func(e *ics23.ExistenceProof) { shiftLeaf(e) },
		} {
			require.ErrorIs(t, change(i, edit).verify(), proof.ErrInvalid, "step %d: %s", i, what)
		}
		exist := f.step(t, i)
		batch := &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Batch{Batch: &ics23.BatchProof{
			Entries: []*ics23.BatchEntry{{Proof: &ics23.BatchEntry_Exist{Exist: exist.GetExist()}}},
		}}}
		for what, p := range map[string]*ics23.CommitmentProof{
			"batch": batch, "compressed": ics23.Compress(batch), "nothing": {},
			"exist nil":    {Proof: &ics23.CommitmentProof_Exist{}},
			"nonexist nil": {Proof: &ics23.CommitmentProof_Nonexist{}},
		} {
			require.ErrorIs(t, f.with(t, i, p).verify(), proof.ErrInvalid, "step %d: %s", i, what)
		}
	}
}

func deep(step *ics23.InnerOp) []*ics23.InnerOp {
	var path []*ics23.InnerOp
	for range proof.MaxDepth + 1 {
		path = append(path, step)
	}
	return path
}

// shiftLeaf presents the lowest inner node as if it were a leaf: its bytes
// hash to the same root if key and value may be cut out of child hashes.
func shiftLeaf(e *ics23.ExistenceProof) {
	leaf, _ := e.Leaf.Apply(e.Key, e.Value)
	node := append(append(bytes.Clone(e.Path[0].Prefix), leaf...), e.Path[0].Suffix...)
	e.Leaf.Prefix = node[:len(node)-sha256.Size-2]
	e.Leaf.PrehashValue = ics23.HashOp_NO_HASH
	e.Leaf.Length = ics23.LengthOp_NO_PREFIX
	e.Key, e.Value = node[len(node)-sha256.Size-2:len(node)-1], node[len(node)-1:]
	e.Path = e.Path[1:]
}

// TestGaps walks through a store gap by gap: that is a proof of the whole list.
func TestGaps(t *testing.T) {
	s, err := state.Open("", state.Options{Stores: []string{"mixed", "other"}, CacheBytes: 16 << 20})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	b := s.Branch()
	var want []string
	for i := range 20 {
		value := fmt.Sprint(i)
		if i%3 == 0 {
			value = ""
		}
		b.Set("mixed", fmt.Appendf(nil, "key%02d", i), []byte(value))
		want = append(want, fmt.Sprintf("key%02d=%s", i, value))
	}
	_, err = s.Stage(b, 1)
	require.NoError(t, err)
	require.NoError(t, s.Commit())
	v, err := s.At(1)
	require.NoError(t, err)
	defer v.Close()
	var got []string
	for key := []byte("k"); ; {
		value, steps, err := v.Prove("mixed", key)
		require.NoError(t, err)
		require.Nil(t, value)
		var ops []proof.Op
		for _, op := range steps {
			ops = append(ops, proof.Op(op))
		}
		left, right, err := proof.VerifyGap(v.AppHash(), "mixed", key, ops)
		require.NoError(t, err)
		require.Equal(t, len(got) > 0, left != nil)
		if left != nil {
			require.Equal(t, got[len(got)-1], fmt.Sprintf("%s=%s", left.Key, left.Value))
		}
		if right == nil {
			break
		}
		got = append(got, fmt.Sprintf("%s=%s", right.Key, right.Value))
		key = append(bytes.Clone(right.Key), 0)
	}
	require.Equal(t, want, got)
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte{1}, []byte{2}, []byte("key"), []byte("value"))
	f.Fuzz(func(t *testing.T, first, second, key, value []byte) {
		hash := sha256.Sum256(second)
		ops := []proof.Op{{Type: proof.TypeIAVL, Key: key, Data: first}, {Type: proof.TypeSimple, Key: []byte("s"), Data: second}}
		require.Error(t, proof.Verify(hash[:], "s", key, value, ops))
		require.Error(t, proof.VerifyAbsence(hash[:], "s", key, ops))
	})
}
