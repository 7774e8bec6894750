//go:build !wasip1

package sdk

// Host is the chain as a contract sees it when it runs natively. Package native
// has one for tests. Its methods may panic with a value that has a method
// Unwind(): this ends the call without becoming the contract's error.
type Host interface {
	Get(key []byte) (value []byte, ok bool)
	Set(key, value []byte)
	Remove(key []byte)
	// Scan opens an iterator; nil ends are open.
	Scan(start, end []byte, descending bool) (iterator uint32)
	Next(iterator uint32) (key, value []byte, ok bool)
	// The address functions return "" or why not.
	Validate(text string) (refusal string)
	Canonicalize(text string) (canonical []byte, refusal string)
	Humanize(canonical []byte) (text, refusal string)
	// QueryChain answers a QueryRequest with {"ok":{"ok":base64}} or an error.
	QueryChain(request []byte) []byte
	// The codes are 0 for valid, 1 for not, else those of CryptoError.
	Secp256k1Verify(hash, signature, key []byte) (code uint32)
	Secp256k1Recover(hash, signature []byte, recovery byte) (key []byte, code uint32)
	Secp256r1Verify(hash, signature, key []byte) (code uint32)
	Ed25519Verify(message, signature, key []byte) (code uint32)
	Debug(text string)
}

// Run answers a call of the chain natively. The arguments are those of the
// entry point (env, info where it has one, message) and the result is its JSON.
func (k Contract) Run(h Host, entry string, args ...[]byte) []byte {
	env, info, msg := string(args[0]), "", string(args[len(args)-1])
	switch {
	case entry == entryMigrate && len(args) == 3: // env, msg, info
		info, msg = msg, string(args[1])
	case len(args) == 3:
		info = string(args[1])
	}
	return k.run(host{h}, entry, env, info, msg, nil)
}

func newContext() *Context { return &Context{} }

// passes reports whether a panic is not the contract's own.
func passes(v any) bool {
	_, ok := v.(interface{ Unwind() })
	return ok
}

// host copies what a chain would: no contract keeps memory of its host.
type host struct{ h Host }

func (h host) get(key []byte) (string, bool) {
	value, ok := h.h.Get(key)
	return string(value), ok
}

func (h host) set(key, value []byte) { h.h.Set(append([]byte{}, key...), append([]byte{}, value...)) }
func (h host) remove(key []byte)     { h.h.Remove(key) }

func (h host) scan(start, end []byte, descending bool) uint32 {
	return h.h.Scan(start, end, descending)
}

func (h host) next(iterator uint32) (key, value string, ok bool) {
	k, v, ok := h.h.Next(iterator)
	return string(k), string(v), ok
}

func (h host) validate(text string) string                  { return h.h.Validate(text) }
func (h host) canonicalize(text string) ([]byte, string)    { return h.h.Canonicalize(text) }
func (h host) humanize(canonical []byte) (text, why string) { return h.h.Humanize(canonical) }
func (h host) query(request []byte) string                  { return string(h.h.QueryChain(request)) }
func (h host) debug(text string)                            { h.h.Debug(text) }
func (h host) secp256k1Verify(hash, sig, key []byte) uint32 {
	return h.h.Secp256k1Verify(hash, sig, key)
}

func (h host) secp256r1Verify(hash, sig, key []byte) uint32 {
	return h.h.Secp256r1Verify(hash, sig, key)
}

func (h host) ed25519Verify(message, sig, key []byte) uint32 {
	return h.h.Ed25519Verify(message, sig, key)
}

func (h host) secp256k1Recover(hash, sig []byte, recovery byte) ([]byte, uint32) {
	return h.h.Secp256k1Recover(hash, sig, recovery)
}
