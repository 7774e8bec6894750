package chain

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// table is a Branch over a sorted map of one store. Fail makes every access
// from a certain one on a fault.
type table struct {
	values map[string][]byte
	fail   error
}

func (b *table) Get(_ string, key []byte) ([]byte, error) { return b.values[string(key)], b.fail }
func (b *table) Set(_ string, key, value []byte)          { b.values[string(key)] = value }
func (b *table) Delete(_ string, key []byte)              { delete(b.values, string(key)) }
func (b *table) Branch() Branch                           { return b }
func (b *table) Merge()                                   {}

func (b *table) Iterate(_ string, start, end []byte, reverse bool) (Iterator, error) {
	it := &walker{b: b}
	for k := range b.values {
		if k >= string(start) && (end == nil || k < string(end)) {
			it.keys = append(it.keys, k)
		}
	}
	slices.Sort(it.keys)
	if reverse {
		slices.Reverse(it.keys)
	}
	return it, nil
}

type walker struct {
	b      *table
	keys   []string
	closed bool
}

func (w *walker) Valid() bool   { return len(w.keys) > 0 && w.b.fail == nil }
func (w *walker) Next()         { w.keys = w.keys[1:] }
func (w *walker) Key() []byte   { return []byte(w.keys[0]) }
func (w *walker) Value() []byte { return w.b.values[w.keys[0]] }
func (w *walker) Error() error  { return w.b.fail }
func (w *walker) Close() error  { w.closed = true; return nil }

func newStore(limit uint64) (Store, *Meter, *table) {
	b := &table{values: map[string][]byte{}}
	env := NewEnv(&Block{}, b).Begin(nil, limit)
	return env.Store("x"), env.Gas, b
}

// used returns what f takes from the meter.
func used(m *Meter, f func()) uint64 {
	before := m.Used()
	f()
	return m.Used() - before
}

// The prices are the reference's KVGasConfig (wasm-module facts, section 6).
func TestStoreGas(t *testing.T) {
	s, m, _ := newStore(NoLimit)
	require.Equal(t, uint64(2000+30*(3+5)), used(m, func() { require.NoError(t, s.Set([]byte("key"), []byte("value"))) }))
	require.Equal(t, uint64(2000+30*1), used(m, func() { require.NoError(t, s.Set([]byte("e"), []byte{})) }))
	require.Equal(t, uint64(1000+3*(3+5)), used(m, func() { get(t, s, "key", []byte("value")) }))
	require.Equal(t, uint64(1000+3*3), used(m, func() { get(t, s, "kez", nil) }))
	require.Equal(t, uint64(1000+3*1), used(m, func() { get(t, s, "e", []byte{}) }))
	require.Equal(t, uint64(1000), used(m, func() {
		found, err := s.Has([]byte("key"))
		require.NoError(t, err)
		require.True(t, found)
	}))
	require.Equal(t, uint64(1000), used(m, func() {
		found, err := s.Has([]byte("e"))
		require.NoError(t, err)
		require.True(t, found, "an empty value is a value")
	}))
	require.Equal(t, uint64(1000), used(m, func() { require.NoError(t, s.Delete([]byte("key"))) }))
	require.Equal(t, uint64(1000), used(m, func() { require.NoError(t, s.Delete([]byte("absent"))) }))
}

func get(t *testing.T, s Store, key string, want []byte) {
	t.Helper()
	got, err := s.Get([]byte(key))
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestIteratorGas: one charge when it is made and one at each Next before it
// moves: the first entry is paid twice, the last only if somebody moves past
// it, an empty range costs 30 (advisories 1d, cosmos-sdk#15854).
func TestIteratorGas(t *testing.T) {
	const entry = 3 * (2 + 4)
	for n, want := range map[int]uint64{
		0: 30,
		1: 2*entry + 2*30,
		2: (2+1)*entry + 3*30,
		7: (2+6)*entry + 8*30,
	} {
		for _, reverse := range []bool{false, true} {
			s, m, b := newStore(NoLimit)
			for i := range n {
				b.Set("x", fmt.Appendf(nil, "k%d", i), []byte("abcd"))
			}
			require.Equal(t, want, used(m, func() {
				it, err := s.Iterate([]byte("k"), []byte("l"), reverse)
				require.NoError(t, err)
				seen := 0
				for it.Valid() {
					seen++
					require.NoError(t, it.Next())
				}
				require.NoError(t, it.Close())
				require.Equal(t, n, seen)
			}), "%d entries", n)
		}
	}
	s, m, b := newStore(NoLimit)
	b.Set("x", []byte("k0"), []byte("abcd"))
	b.Set("x", []byte("k1"), []byte("abcd"))
	require.Equal(t, uint64(entry+30), used(m, func() {
		it, err := s.Iterate(nil, nil, false)
		require.NoError(t, err)
		require.NoError(t, it.Close())
	}), "closed early")
}

// TestStoreOutOfGas: what is not paid for does not happen.
func TestStoreOutOfGas(t *testing.T) {
	s, m, b := newStore(2000 + 30*2 - 1)
	require.ErrorIs(t, s.Set([]byte("k"), []byte("v")), ErrOutOfGas)
	require.Empty(t, b.values)
	require.True(t, m.Exhausted())
	_, err := s.Get([]byte("k"))
	require.ErrorIs(t, err, ErrOutOfGas)
	require.ErrorIs(t, s.Delete([]byte("k")), ErrOutOfGas)
	_, err = s.Has([]byte("k"))
	require.ErrorIs(t, err, ErrOutOfGas)
	_, err = s.Iterate(nil, nil, false)
	require.ErrorIs(t, err, ErrOutOfGas)
}

// TestStoreFaults: a fault comes back as it is and never as a verdict.
func TestStoreFaults(t *testing.T) {
	s, _, b := newStore(NoLimit)
	b.Set("x", []byte("k"), []byte("v"))
	it, err := s.Iterate(nil, nil, false)
	require.NoError(t, err)
	b.fail = errors.New("disk")
	_, err = s.Get([]byte("k"))
	require.ErrorIs(t, err, b.fail)
	_, err = s.Has([]byte("k"))
	require.ErrorIs(t, err, b.fail)
	require.ErrorIs(t, it.Next(), b.fail)
	err = it.Close()
	require.ErrorIs(t, err, b.fail, "a walk that a fault ended is not a short list")
	_, verdict := Verdict(err)
	require.False(t, verdict)
	require.True(t, it.it.(*walker).closed)
}

func TestErrors(t *testing.T) {
	list := Errors()
	require.NotEmpty(t, list)
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		require.True(t, a.Codespace < b.Codespace || a.Codespace == b.Codespace && a.Code < b.Code, "sorted, each once")
	}
	require.PanicsWithValue(t, `error sdk/4 is taken by "unauthorized"`, func() { NewError("sdk", 4, "again") })
	v, ok := Verdict(fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", ErrUnauthorized)))
	require.True(t, ok)
	require.Equal(t, ErrUnauthorized, v)
	_, ok = Verdict(errors.New("disk"))
	require.False(t, ok)
	_, ok = Verdict(nil)
	require.False(t, ok)
}

func TestEnv(t *testing.T) {
	params := DefaultParams()
	env := NewEnv(&Block{Bech32: "weft", Params: params}, &table{values: map[string][]byte{}})
	authority := raw(20)
	text := env.Bech32().Account(authority)
	require.ErrorIs(t, env.CheckAuthority(text), ErrUnauthorized, "nobody is the authority")
	require.ErrorIs(t, env.CheckAuthority(""), ErrInvalidAddress)
	env.Block.Params.Authority = authority
	require.NoError(t, env.CheckAuthority(text))
	require.ErrorIs(t, env.CheckAuthority(env.Bech32().Account(raw(32))), ErrUnauthorized)

	child := env.Child()
	child.Events.Emit(NewEvent("a", "k", "v"))
	require.Empty(t, env.Events.List())
	require.NoError(t, child.Gas.Use(5, "x"))
	require.Equal(t, uint64(5), env.Gas.Used(), "a child has its parent's meter")
	env.Keep(child)
	require.Len(t, env.Events.List(), 1)
	limited := env.ChildWithGas(3)
	require.ErrorIs(t, limited.Gas.Use(4, "x"), ErrOutOfGas)
	require.Equal(t, uint64(5), env.Gas.Used())

	calls := &Calls{}
	require.False(t, calls.Ran([32]byte{1}))
	require.True(t, calls.Ran([32]byte{1}))
	require.False(t, calls.Ran([32]byte{2}))

	e := NewEvent("t", "a", "1", "a", "2", "odd")
	require.Len(t, e.Attributes, 2)
	got, ok := e.Get("a")
	require.True(t, ok)
	require.Equal(t, "1", got)
	_, ok = e.Get("b")
	require.False(t, ok)
}
