package sdk

// Range is a part of a map and a direction. The zero value is all of it, upwards.
type Range[K any] struct {
	From       *K // the lowest key, included
	After      *K // below the lowest key, excluded; From is ignored
	To         *K // the highest key, included
	Before     *K // above the highest key, excluded; To is ignored
	Descending bool
	Limit      int // at most so many keys; 0 for all, negative for none
}

// Pages of lists have 10 entries unless somebody asks for more, and never more
// than 30: what CosmWasm contracts do.
const (
	PageLimit    = 10
	PageMaxLimit = 30
)

// Page is the range of a list's page: limit keys (see PageLimit) after the last
// one of the page before; nil begins at the start.
//
//	for owner := range balances.Keys(c, sdk.Page(m.StartAfter, m.Limit)) {
func Page[K any](startAfter *K, limit *uint32) Range[K] {
	r := Range[K]{After: startAfter, Limit: PageLimit}
	if limit != nil {
		r.Limit = int(min(*limit, PageMaxLimit))
		if r.Limit == 0 {
			r.Limit = -1
		}
	}
	return r
}

// Reverse turns the direction around: a page begins at the end of the list, and
// goes on below its last key.
func (r Range[K]) Reverse() Range[K] {
	r.From, r.After, r.To, r.Before = r.To, r.Before, r.From, r.After
	r.Descending = !r.Descending
	return r
}

// All walks through the keys of a range and their values:
//
//	for owner, balance := range balances.All(c, sdk.Range[sdk.Addr]{}) {
//
// Each step is paid: a loop over a map that anybody may fill needs a limit.
// What the loop writes is not seen by it.
func (m Map[K, T]) All(c *Context, r Range[K]) func(yield func(K, T) bool) {
	return func(yield func(K, T) bool) {
		it, n := m.scan(c, r)
		for ; n > 0; n-- {
			key, value, ok := c.host.next(it)
			if !ok || !yield(m.cut(key), m.codec.parse(c, value, []byte(key))) {
				return
			}
		}
	}
}

// Keys is All for those who need no values: they do not come into the contract.
func (m Map[K, T]) Keys(c *Context, r Range[K]) func(yield func(K) bool) {
	return func(yield func(K) bool) {
		it, n := m.scan(c, r)
		for ; n > 0; n-- {
			key, ok := c.host.nextKey(it)
			if !ok || !yield(m.cut(key)) {
				return
			}
		}
	}
}

// Values is All for those who need no keys.
func (m Map[K, T]) Values(c *Context, r Range[K]) func(yield func(T) bool) {
	return func(yield func(T) bool) {
		it, n := m.scan(c, r)
		for ; n > 0; n-- {
			value, ok := c.host.nextValue(it)
			if !ok || !yield(m.codec.parse(c, value, []byte(m.prefix))) {
				return
			}
		}
	}
}

// Clear removes what is in a range and returns how much that was; all of it only
// if there is no limit that it met.
func (m Map[K, T]) Clear(c *Context, r Range[K]) (removed int) {
	var keys []string // first all, for nobody says what an iterator sees of writes
	it, n := m.scan(c, r)
	for ; n > 0; n-- {
		key, ok := c.host.nextKey(it)
		if !ok {
			break
		}
		keys = append(keys, key)
	}
	for _, key := range keys {
		c.host.remove([]byte(key))
	}
	return len(keys)
}

// scan opens an iterator and says how many steps it may be asked for: none, and
// the chain is not asked, if nothing can be in the range.
func (m Map[K, T]) scan(c *Context, r Range[K]) (iterator uint32, steps int) {
	start, end := []byte(m.prefix), after([]byte(m.prefix))
	switch {
	case r.After != nil:
		start = append((*r.After).append(start, true), 0)
	case r.From != nil:
		start = (*r.From).append(start, true)
	}
	switch {
	case r.Before != nil:
		end = (*r.Before).append([]byte(m.prefix), true)
	case r.To != nil:
		end = append((*r.To).append([]byte(m.prefix), true), 0)
	}
	if r.Limit < 0 || string(start) >= string(end) {
		return 0, 0
	}
	if r.Limit == 0 {
		r.Limit = int(^uint(0) >> 1)
	}
	return c.host.scan(start, end, r.Descending), r.Limit
}

func (m Map[K, T]) cut(key string) (k K) {
	k, _ = k.cut(key[len(m.prefix):], true)
	return k
}

// after returns the first key behind all that begin with a prefix, which begins
// with a length that is not all ones. It writes over b.
func after(b []byte) []byte {
	for i := len(b) - 1; ; i-- {
		if b[i]++; b[i] != 0 {
			return b[:i+1]
		}
	}
}
