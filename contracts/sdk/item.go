package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Item is one value in a contract's store, as JSON under its name. Keys and
// values of Item and Map are laid out as cw-storage-plus does, so a contract in
// Go can take over the state of one in Rust.
type Item[T any] struct {
	key   string
	codec codec[T]
}

// codec reads and writes a T.
type codec[T any] struct {
	decode func(*T, *json.Reader)
	encode func(*T, *json.Writer)
}

// stored is a pointer to a type that can be stored.
type stored[T any] interface {
	*T
	json.Decoder
	json.Encoder
}

func codecOf[T any, P stored[T]]() codec[T] {
	return codec[T]{
		decode: func(v *T, r *json.Reader) { P(v).DecodeJSON(r) },
		encode: func(v *T, w *json.Writer) { P(v).EncodeJSON(w) },
	}
}

// NewItem returns the item with a name; no other item or map may begin with it.
//
//	var config = sdk.NewItem[Config]("config")
func NewItem[T any, P stored[T]](name string) Item[T] { return Item[T]{name, codecOf[T, P]()} }

// Get returns the value, and whether there is one.
func (i Item[T]) Get(c *Context) (v T, ok bool) {
	return i.codec.get(c, append(c.keyRoom[:0], i.key...))
}

// Load returns a value that must be there: without one the call fails.
func (i Item[T]) Load(c *Context) T {
	v, ok := i.Get(c)
	if !ok {
		panic(Error("store has no " + i.key))
	}
	return v
}

// Save stores the value.
func (i Item[T]) Save(c *Context, v T) { i.codec.set(c, append(c.keyRoom[:0], i.key...), &v) }

// Remove deletes the value, if there is one.
func (i Item[T]) Remove(c *Context) { c.host.remove(append(c.keyRoom[:0], i.key...)) }

func (k codec[T]) get(c *Context, key []byte) (v T, ok bool) {
	raw, ok := c.host.get(key)
	if ok {
		v = k.parse(c, raw, key)
	}
	return v, ok
}

func (k codec[T]) parse(c *Context, raw string, key []byte) (v T) {
	r := &c.reader
	*r = json.NewReader(raw)
	r.Lenient = true
	k.decode(&v, r)
	if err := r.End(); err != nil {
		panic(Error("store: value of " + string(key) + ": " + err.Error()))
	}
	return v
}

func (k codec[T]) set(c *Context, key []byte, v *T) {
	w := &c.writer
	*w = json.NewWriter(c.valueRoom[:0])
	k.encode(v, w)
	c.host.set(key, w.Bytes())
}

// Get returns the bytes of a key of the store, and whether there are any: for
// what Item and Map do not fit.
func (c *Context) Get(key []byte) (value []byte, ok bool) {
	raw, ok := c.host.get(key)
	if !ok {
		return nil, false
	}
	return []byte(raw), true
}

// Set stores bytes under a key; the value must not be empty.
func (c *Context) Set(key, value []byte) { c.host.set(key, value) }

// Remove deletes a key, if it is there.
func (c *Context) Remove(key []byte) { c.host.remove(key) }
