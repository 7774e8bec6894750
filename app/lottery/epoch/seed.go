package epoch

import (
	"crypto/sha256"
	"encoding/binary"
)

// What the hashes of this package begin with: one hash is never good for
// another purpose.
const (
	seedDomain   = "weft/lottery/seed/v1"
	beaconDomain = "weft/lottery/beacon/v1"
)

// Seed is what the tickets of an epoch are mined on. It depends on the chain,
// the seed before, the beacon of the last settled epoch, and the hash of the
// block before the epoch's first, which commits to signatures that nobody has
// before that block is decided: no work can be done ahead.
func Seed(chainID string, epoch uint64, before, beacon [32]byte, blockHash []byte) [32]byte {
	chain := sha256.Sum256([]byte(chainID))
	h := sha256.New()
	h.Write([]byte(seedDomain))
	h.Write(chain[:])
	h.Write(binary.BigEndian.AppendUint64(nil, epoch))
	h.Write(before[:])
	h.Write(beacon[:])
	h.Write(blockHash)
	return [32]byte(h.Sum(nil))
}

// Beacon is randomness for contracts: it depends on the lowest digests of an
// epoch, as many as it has seats, in ascending order, and on nothing that a
// proposer could choose. Who finds a winning ticket can bias it by one bit for
// the price of that ticket: it is for low stakes.
func Beacon(epoch uint64, before [32]byte, digests [][32]byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(beaconDomain))
	h.Write(binary.BigEndian.AppendUint64(nil, epoch))
	h.Write(before[:])
	for _, d := range digests {
		h.Write(d[:])
	}
	return [32]byte(h.Sum(nil))
}
