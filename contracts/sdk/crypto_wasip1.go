package sdk

import "runtime"

//go:wasmimport env secp256k1_verify
func secp256k1Verify(hash, signature, key uint32) uint32

//go:wasmimport env secp256k1_recover_pubkey
func secp256k1Recover(hash, signature, recovery uint32) uint64

//go:wasmimport env secp256r1_verify
func secp256r1Verify(hash, signature, key uint32) uint32

//go:wasmimport env secp256r1_recover_pubkey
func secp256r1Recover(hash, signature, recovery uint32) uint64

//go:wasmimport env ed25519_verify
func ed25519Verify(message, signature, key uint32) uint32

//go:wasmimport env ed25519_batch_verify
func ed25519Batch(messages, signatures, keys uint32) uint32

//go:wasmimport env bls12_381_aggregate_g1
func blsAggregateG1(points, sum uint32) uint32

//go:wasmimport env bls12_381_aggregate_g2
func blsAggregateG2(points, sum uint32) uint32

//go:wasmimport env bls12_381_pairing_equality
func blsPairing(ps, qs, r, s uint32) uint32

//go:wasmimport env bls12_381_hash_to_g1
func blsHashG1(function, message, dst, point uint32) uint32

//go:wasmimport env bls12_381_hash_to_g2
func blsHashG2(function, message, dst, point uint32) uint32

func (host) secp256k1Verify(hash, signature, key []byte) uint32 {
	code := secp256k1Verify(lend(0, hash), lend(1, signature), lend(2, key))
	keep(hash, signature, key)
	return code
}

func (host) secp256r1Verify(hash, signature, key []byte) uint32 {
	code := secp256r1Verify(lend(0, hash), lend(1, signature), lend(2, key))
	keep(hash, signature, key)
	return code
}

func (host) ed25519Verify(message, signature, key []byte) uint32 {
	code := ed25519Verify(lend(0, message), lend(1, signature), lend(2, key))
	keep(message, signature, key)
	return code
}

func (host) ed25519Batch(messages, signatures, keys []byte) uint32 {
	code := ed25519Batch(lend(0, messages), lend(1, signatures), lend(2, keys))
	keep(messages, signatures, keys)
	return code
}

func (host) secp256k1Recover(hash, signature []byte, recovery byte) ([]byte, uint32) {
	answer := secp256k1Recover(lend(0, hash), lend(1, signature), uint32(recovery))
	keep(hash, signature, nil)
	return recovered64(answer)
}

func (host) secp256r1Recover(hash, signature []byte, recovery byte) ([]byte, uint32) {
	answer := secp256r1Recover(lend(0, hash), lend(1, signature), uint32(recovery))
	keep(hash, signature, nil)
	return recovered64(answer)
}

// recovered64 takes an answer apart: a code is in its upper half.
func recovered64(answer uint64) ([]byte, uint32) {
	if code := uint32(answer >> 32); code != 0 {
		return nil, code
	}
	return []byte(take(uint32(answer))), 0
}

func (host) blsAggregateG1(points []byte) ([]byte, uint32) {
	sum := make([]byte, g1Bytes)
	code := blsAggregateG1(lend(0, points), lend(1, sum))
	keep(points, sum, nil)
	return sum, code
}

func (host) blsAggregateG2(points []byte) ([]byte, uint32) {
	sum := make([]byte, g2Bytes)
	code := blsAggregateG2(lend(0, points), lend(1, sum))
	keep(points, sum, nil)
	return sum, code
}

func (host) blsPairing(ps, qs, r, s []byte) uint32 {
	code := blsPairing(lend(0, ps), lend(1, qs), lend(2, r), lend(3, s))
	keep(ps, qs, r)
	runtime.KeepAlive(s)
	return code
}

func (host) blsHashG1(message, dst []byte) ([]byte, uint32) {
	point := make([]byte, g1Bytes)
	code := blsHashG1(blsSHA256, lend(0, message), lend(1, dst), lend(2, point))
	keep(message, dst, point)
	return point, code
}

func (host) blsHashG2(message, dst []byte) ([]byte, uint32) {
	point := make([]byte, g2Bytes)
	code := blsHashG2(blsSHA256, lend(0, message), lend(1, dst), lend(2, point))
	keep(message, dst, point)
	return point, code
}

// keep keeps what was lent reachable up to here.
func keep(a, b, c []byte) {
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	runtime.KeepAlive(c)
}
