package vm

const (
	blsPointsBytes  = 2 << 20 // a list of points
	blsG1Bytes      = 48
	blsG2Bytes      = 96
	blsMessageBytes = 5 << 20
	blsDstBytes     = 5 * 1024
)

func (c *call) blsAggregateG1(stack []uint64) error {
	return c.blsAggregate(stack, blsG1Bytes, gasBlsG1Base, gasBlsG1PerPoint, blsAggregateG1)
}

func (c *call) blsAggregateG2(stack []uint64) error {
	return c.blsAggregate(stack, blsG2Bytes, gasBlsG2Base, gasBlsG2PerPoint, blsAggregateG2)
}

// blsAggregate is bls12_381_aggregate_…(points, out) -> code.
func (c *call) blsAggregate(stack []uint64, pointBytes int, base, perPoint uint64, sum func([]byte) ([]byte, cryptoCode)) error {
	out := arg(stack, 1)
	points, err := c.read(arg(stack, 0), blsPointsBytes)
	if err != nil {
		return err
	}
	// A list of a wrong length pays for the whole points in it.
	if err := c.charge(linear(base, perPoint, uint64(len(points)/pointBytes))); err != nil {
		return err
	}
	point, code := sum(points)
	if code == cryptoValid {
		if err := c.write(out, point); err != nil {
			return err
		}
	}
	stack[0] = uint64(code)
	return nil
}

// blsPairing is bls12_381_pairing_equality(ps, qs, r, s) -> code.
func (c *call) blsPairing(stack []uint64) error {
	in, err := c.readAll(stack, blsPointsBytes, blsPointsBytes, blsG1Bytes, blsG2Bytes)
	if err != nil {
		return err
	}
	// The pairs are counted in ps alone, and e(r, s) is one more.
	if err := c.charge(linear(gasBlsPairingBase, gasBlsPairingPerPt, uint64(len(in[0])/blsG1Bytes)+1)); err != nil {
		return err
	}
	stack[0] = uint64(blsPairingEquality(in[0], in[1], in[2], in[3]))
	return nil
}

func (c *call) blsHashToG1(stack []uint64) error { return c.blsHash(stack, gasBlsHashG1, blsHashToG1) }

func (c *call) blsHashToG2(stack []uint64) error { return c.blsHash(stack, gasBlsHashG2, blsHashToG2) }

// blsHash is bls12_381_hash_to_…(hash function, message, dst, out) -> code. The
// number of the hash function is looked at when all is read and paid.
func (c *call) blsHash(stack []uint64, gas uint64, hash func(message, dst []byte) ([]byte, error)) error {
	function, out := arg(stack, 0), arg(stack, 3)
	in, err := c.readAll(stack[1:], blsMessageBytes, blsDstBytes)
	if err != nil {
		return err
	}
	if err := c.charge(gas); err != nil {
		return err
	}
	if function != blsHashSHA256 {
		stack[0] = uint64(cryptoUnknownHash)
		return nil
	}
	point, err := hash(in[0], in[1])
	if err != nil {
		return err // a fault: every message has a point
	}
	if err := c.write(out, point); err != nil {
		return err
	}
	stack[0] = uint64(cryptoValid)
	return nil
}
