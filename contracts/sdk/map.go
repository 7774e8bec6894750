package sdk

// Map is a map in a contract's store, ordered by its keys; values are JSON.
type Map[K Key[K], T any] struct {
	prefix string // length and name, and the first parts of a Sub
	codec  codec[T]
}

// NewMap returns the map with a name; no other item or map may have it.
//
//	var balances = sdk.NewMap[sdk.Addr, sdk.Uint128]("balance")
func NewMap[K Key[K], T any, P stored[T]](name string) Map[K, T] {
	return Map[K, T]{string(appendPart(nil, name, false)), codecOf[T, P]()}
}

// Sub returns the part of a map whose keys have the same first part.
func Sub[A Key[A], B Key[B], T any](m Map[Pair[A, B], T], first A) Map[B, T] {
	return Map[B, T]{string(first.append([]byte(m.prefix), false)), m.codec}
}

func (m Map[K, T]) key(c *Context, k K) []byte {
	return k.append(append(c.keyRoom[:0], m.prefix...), true)
}

// Get returns the value of a key, and whether there is one.
func (m Map[K, T]) Get(c *Context, k K) (v T, ok bool) { return m.codec.get(c, m.key(c, k)) }

// Load returns a value that must be there: without one the call fails.
func (m Map[K, T]) Load(c *Context, k K) T {
	v, ok := m.Get(c, k)
	if !ok {
		panic(Error("store has no " + m.prefix[2:] + " for this key"))
	}
	return v
}

// Has reports whether a key has a value.
func (m Map[K, T]) Has(c *Context, k K) bool {
	_, ok := c.host.get(m.key(c, k))
	return ok
}

// Save stores the value of a key.
func (m Map[K, T]) Save(c *Context, k K, v T) { m.codec.set(c, m.key(c, k), &v) }

// Remove deletes the value of a key, if there is one.
func (m Map[K, T]) Remove(c *Context, k K) { c.host.remove(m.key(c, k)) }

// Range is a part of a map and a direction. The zero value is all of it, upwards.
type Range[K any] struct {
	From       *K // the lowest key, included
	After      *K // below the lowest key, excluded; From is ignored
	Before     *K // above the highest key, excluded
	Descending bool
}

// All walks through the keys of a range and their values:
//
//	for owner, balance := range balances.All(c, sdk.Range[sdk.Addr]{}) {
//
// Each step is paid: a loop over a map that anybody may fill needs a limit.
// What the loop writes is not seen by it.
func (m Map[K, T]) All(c *Context, r Range[K]) func(yield func(K, T) bool) {
	return func(yield func(K, T) bool) {
		m.walk(c, r, func(k K, key, value string) bool {
			return yield(k, m.codec.parse(c, value, []byte(key)))
		})
	}
}

// Keys is All for those who need no values: they are not read as JSON.
func (m Map[K, T]) Keys(c *Context, r Range[K]) func(yield func(K) bool) {
	return func(yield func(K) bool) {
		m.walk(c, r, func(k K, _, _ string) bool { return yield(k) })
	}
}

func (m Map[K, T]) walk(c *Context, r Range[K], visit func(k K, key, value string) bool) {
	start, end := []byte(m.prefix), after([]byte(m.prefix))
	switch {
	case r.After != nil:
		start = append((*r.After).append(start, true), 0)
	case r.From != nil:
		start = (*r.From).append(start, true)
	}
	if r.Before != nil {
		end = (*r.Before).append([]byte(m.prefix), true)
	}
	if end != nil && string(start) >= string(end) {
		return // no chain needs to be asked
	}
	it := c.host.scan(start, end, r.Descending)
	for {
		key, value, ok := c.host.next(it)
		if !ok {
			return
		}
		var k K
		k, _ = k.cut(key[len(m.prefix):], true)
		if !visit(k, key, value) {
			return
		}
	}
}

// after returns the first key behind all that begin with a prefix; nil if there
// is none. It writes over b.
func after(b []byte) []byte {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i]++; b[i] != 0 {
			return b[:i+1]
		}
	}
	return nil
}
