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
