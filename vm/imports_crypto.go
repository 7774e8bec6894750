package vm

const (
	hashBytes         = 32
	ecdsaSigBytes     = 64
	ecdsaPubkeyBytes  = 65
	edMessageBytes    = 128 * 1024
	edSigBytes        = 64
	edPubkeyBytes     = 32
	maxEdBatchEntries = 256 // bounds the buffers of a batch, not the number of its entries
)

// cryptoCode is what a crypto import answers: 0 and 1 are results, the others
// say what is wrong with the input.
type cryptoCode uint32

const (
	cryptoValid               cryptoCode = 0
	cryptoInvalid             cryptoCode = 1
	cryptoBadHash             cryptoCode = 3
	cryptoBadSignature        cryptoCode = 4
	cryptoBadPubkey           cryptoCode = 5
	cryptoBadRecoveryParam    cryptoCode = 6
	cryptoBatch               cryptoCode = 7
	cryptoBadPoint            cryptoCode = 8
	cryptoUnknownHash         cryptoCode = 9
	cryptoGeneric             cryptoCode = 10
	cryptoPairingG1Length     cryptoCode = 11
	cryptoPairingG2Length     cryptoCode = 12
	cryptoPairingUnequal      cryptoCode = 13
	cryptoAggregateEmpty      cryptoCode = 14
	cryptoAggregateLength     cryptoCode = 15
	cryptoHighHalf                       = 32 // where an i64 answer carries its code
	cryptoMaxRecoveryParam    uint32     = 255
	secp256k1MaxRecoveryParam byte       = 1
	secp256r1MaxRecoveryParam byte       = 3
	uncompressedPubkeyBytes              = 65
	compressedPubkeyBytes                = 33
	prefixCompressedEven      byte       = 2
	prefixCompressedOdd       byte       = 3
	prefixUncompressed        byte       = 4
)

func (c *call) secp256k1Verify(stack []uint64) error {
	return c.ecdsaVerify(stack, gasK1Verify, secp256k1Verify)
}

func (c *call) secp256r1Verify(stack []uint64) error {
	return c.ecdsaVerify(stack, gasR1Verify, secp256r1Verify)
}

func (c *call) secp256k1Recover(stack []uint64) error {
	return c.ecdsaRecover(stack, gasK1Recover, secp256k1Recover)
}

func (c *call) secp256r1Recover(stack []uint64) error {
	return c.ecdsaRecover(stack, gasR1Recover, secp256r1Recover)
}

// ecdsaVerify is …_verify(hash, signature, pubkey) -> code.
func (c *call) ecdsaVerify(stack []uint64, gas uint64, verify func(hash, sig, pubkey []byte) cryptoCode) error {
	in, err := c.readAll(stack, hashBytes, ecdsaSigBytes, ecdsaPubkeyBytes)
	if err != nil {
		return err
	}
	if err := c.charge(gas); err != nil {
		return err
	}
	stack[0] = uint64(verify(in[0], in[1], in[2]))
	return nil
}

// ecdsaRecover is …_recover_pubkey(hash, signature, param) -> pubkey, or a code
// in the upper half.
func (c *call) ecdsaRecover(stack []uint64, gas uint64, recovers func(hash, sig []byte, param byte) ([]byte, cryptoCode)) error {
	param := arg(stack, 2)
	in, err := c.readAll(stack, hashBytes, ecdsaSigBytes)
	if err != nil {
		return err
	}
	if param > cryptoMaxRecoveryParam {
		stack[0] = uint64(cryptoBadRecoveryParam) << cryptoHighHalf
		return nil
	}
	if err := c.charge(gas); err != nil {
		return err
	}
	pubkey, code := recovers(in[0], in[1], byte(param))
	if code != cryptoValid {
		stack[0] = uint64(code) << cryptoHighHalf
		return nil
	}
	return c.answer(stack, pubkey)
}

// ed25519Verify is ed25519_verify(message, signature, pubkey) -> code.
func (c *call) ed25519Verify(stack []uint64) error {
	in, err := c.readAll(stack, edMessageBytes, edSigBytes, edPubkeyBytes)
	if err != nil {
		return err
	}
	if err := c.charge(gasEd25519Verify); err != nil {
		return err
	}
	stack[0] = uint64(ed25519Verify(in[0], in[1], in[2]))
	return nil
}

// ed25519BatchVerify is ed25519_batch_verify(messages, signatures, pubkeys) -> code.
//
// One message under many signatures is hashed once for each of them. The
// reference prices that by signature and bounds only the buffer of all messages:
// 33 MB under 256 signatures are 22 s of work for the price of 0.02 s. Here each
// further pass over a single message is excess: free within what a call has free,
// then paid. Every other call has the reference's price.
func (c *call) ed25519BatchVerify(stack []uint64) error {
	in, err := c.readAll(stack, (edMessageBytes+4)*maxEdBatchEntries, (edSigBytes+4)*maxEdBatchEntries, (edPubkeyBytes+4)*maxEdBatchEntries)
	if err != nil {
		return err
	}
	var lists [3]sections
	for i, data := range in {
		if lists[i], err = checkSections(data); err != nil {
			return err
		}
	}
	messages, sigs, pubkeys := lists[0], lists[1], lists[2]
	gas := linear(gasEdBatchBase, gasEdBatchPerSig, uint64(sigs.count))
	if pubkeys.count == 1 {
		gas = linear(gasEdOneKeyBase, gasEdOneKeyPerSig, uint64(sigs.count))
	}
	if err := c.charge(gas); err != nil {
		return err
	}
	if messages.count == 1 && sigs.count > 1 && pubkeys.count == sigs.count { // else nothing is hashed
		if err := c.chargeExcess(linear(0, gasEdRepeatedByte*uint64(sigs.count-1), uint64(len(in[0])-4))); err != nil {
			return err
		}
	}
	stack[0] = uint64(ed25519Batch(messages, sigs, pubkeys))
	return nil
}

// readAll reads the Regions of the first arguments, each with its limit.
func (c *call) readAll(stack []uint64, limits ...uint32) ([][]byte, error) {
	out := make([][]byte, len(limits))
	for i, limit := range limits {
		data, err := c.read(arg(stack, i), limit)
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}
