package vm

import "fmt"

// CryptoImport answers a crypto import of contracts, like secp256k1_verify, for
// a contract that does not run in wasm: in Go, in a test. The arguments are those
// of the import, in its order and without where the answer goes: contents of
// Regions, and a number (of a recovery or a hash function) as one byte. code is 0
// for valid, 1 for not, else what is wrong with the input (docs/spec/vm.md); a
// function with an answer gives it if code is 0. An error is what ends a call in
// wasm: an argument that is too long, a batch that is not well-formed. The gas is
// the caller's business.
func CryptoImport(name string, args ...[]byte) (answer []byte, code uint32, err error) {
	f, ok := nativeCrypto[name]
	if !ok {
		return nil, 0, fmt.Errorf("%s is no crypto import", name)
	}
	if len(args) != len(f.limits) {
		return nil, 0, fmt.Errorf("%s has %d arguments, not %d", name, len(f.limits), len(args))
	}
	for i, limit := range f.limits {
		if uint64(len(args[i])) > uint64(limit) {
			return nil, 0, errCommunication("Region length too big. Got %d, limit %d", len(args[i]), limit)
		}
	}
	out, verdict, err := f.run(args)
	return out, uint32(verdict), err
}

type nativeImport struct {
	limits []uint32 // bytes of each argument
	run    func(args [][]byte) ([]byte, cryptoCode, error)
}

var nativeCrypto = map[string]nativeImport{
	"secp256k1_verify":           nativeVerify(secp256k1Verify, hashBytes, ecdsaSigBytes, ecdsaPubkeyBytes),
	"secp256r1_verify":           nativeVerify(secp256r1Verify, hashBytes, ecdsaSigBytes, ecdsaPubkeyBytes),
	"ed25519_verify":             nativeVerify(ed25519Verify, edMessageBytes, edSigBytes, edPubkeyBytes),
	"secp256k1_recover_pubkey":   nativeRecover(secp256k1Recover),
	"secp256r1_recover_pubkey":   nativeRecover(secp256r1Recover),
	"ed25519_batch_verify":       {[]uint32{(edMessageBytes + 4) * maxEdBatchEntries, (edSigBytes + 4) * maxEdBatchEntries, (edPubkeyBytes + 4) * maxEdBatchEntries}, nativeBatch},
	"bls12_381_aggregate_g1":     nativeAggregate(blsAggregateG1),
	"bls12_381_aggregate_g2":     nativeAggregate(blsAggregateG2),
	"bls12_381_pairing_equality": {[]uint32{blsPointsBytes, blsPointsBytes, blsG1Bytes, blsG2Bytes}, nativePairing},
	"bls12_381_hash_to_g1":       nativeHash(blsHashToG1),
	"bls12_381_hash_to_g2":       nativeHash(blsHashToG2),
}

func nativeVerify(verify func(message, sig, key []byte) cryptoCode, limits ...uint32) nativeImport {
	return nativeImport{limits, func(args [][]byte) ([]byte, cryptoCode, error) {
		return nil, verify(args[0], args[1], args[2]), nil
	}}
}

func nativeRecover(recovers func(hash, sig []byte, param byte) ([]byte, cryptoCode)) nativeImport {
	return nativeImport{[]uint32{hashBytes, ecdsaSigBytes, 1}, func(args [][]byte) ([]byte, cryptoCode, error) {
		if len(args[2]) != 1 {
			return nil, cryptoBadRecoveryParam, nil
		}
		key, code := recovers(args[0], args[1], args[2][0])
		return key, code, nil
	}}
}

func nativeBatch(args [][]byte) ([]byte, cryptoCode, error) {
	var lists [3]sections
	for i, data := range args {
		var err error
		if lists[i], err = checkSections(data); err != nil {
			return nil, 0, err
		}
	}
	return nil, ed25519Batch(lists[0], lists[1], lists[2]), nil
}

func nativeAggregate(sum func(points []byte) ([]byte, cryptoCode)) nativeImport {
	return nativeImport{[]uint32{blsPointsBytes}, func(args [][]byte) ([]byte, cryptoCode, error) {
		point, code := sum(args[0])
		return point, code, nil
	}}
}

func nativePairing(args [][]byte) ([]byte, cryptoCode, error) {
	return nil, blsPairingEquality(args[0], args[1], args[2], args[3]), nil
}

func nativeHash(hash func(message, dst []byte) ([]byte, error)) nativeImport {
	return nativeImport{[]uint32{1, blsMessageBytes, blsDstBytes}, func(args [][]byte) ([]byte, cryptoCode, error) {
		if len(args[0]) != 1 || args[0][0] != blsHashSHA256 {
			return nil, cryptoUnknownHash, nil
		}
		point, err := hash(args[1], args[2])
		return point, cryptoValid, err
	}}
}
