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
	// Crypto answers the crypto import with this name: its arguments without
	// where the answer goes, numbers as one byte. code is 0 for valid, 1 for not,
	// else one of CryptoError. Function CryptoImport of package vm is one.
	Crypto(name string, args ...[]byte) (answer []byte, code uint32)
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

// nextKey and nextValue are next: natively there is nothing to save.
func (h host) nextKey(iterator uint32) (key string, ok bool) {
	k, _, ok := h.h.Next(iterator)
	return string(k), ok
}

func (h host) nextValue(iterator uint32) (value string, ok bool) {
	_, v, ok := h.h.Next(iterator)
	return string(v), ok
}

func (h host) code(name string, args ...[]byte) uint32 {
	_, code := h.h.Crypto(name, args...)
	return code
}

func (h host) secp256k1Verify(hash, sig, key []byte) uint32 {
	return h.code("secp256k1_verify", hash, sig, key)
}

func (h host) secp256r1Verify(hash, sig, key []byte) uint32 {
	return h.code("secp256r1_verify", hash, sig, key)
}

func (h host) ed25519Verify(message, sig, key []byte) uint32 {
	return h.code("ed25519_verify", message, sig, key)
}

func (h host) ed25519Batch(messages, sigs, keys []byte) uint32 {
	return h.code("ed25519_batch_verify", messages, sigs, keys)
}

func (h host) secp256k1Recover(hash, sig []byte, recovery byte) ([]byte, uint32) {
	return h.h.Crypto("secp256k1_recover_pubkey", hash, sig, []byte{recovery})
}

func (h host) secp256r1Recover(hash, sig []byte, recovery byte) ([]byte, uint32) {
	return h.h.Crypto("secp256r1_recover_pubkey", hash, sig, []byte{recovery})
}

func (h host) blsAggregateG1(points []byte) ([]byte, uint32) {
	return h.h.Crypto("bls12_381_aggregate_g1", points)
}

func (h host) blsAggregateG2(points []byte) ([]byte, uint32) {
	return h.h.Crypto("bls12_381_aggregate_g2", points)
}

func (h host) blsPairing(ps, qs, r, s []byte) uint32 {
	return h.code("bls12_381_pairing_equality", ps, qs, r, s)
}

func (h host) blsHashG1(message, dst []byte) ([]byte, uint32) {
	return h.h.Crypto("bls12_381_hash_to_g1", []byte{blsSHA256}, message, dst)
}

func (h host) blsHashG2(message, dst []byte) ([]byte, uint32) {
	return h.h.Crypto("bls12_381_hash_to_g2", []byte{blsSHA256}, message, dst)
}

// load8 returns the eight bytes of s from i on, the first one lowest. They must
// be there.
func load8(s string, i int) uint64 {
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}
