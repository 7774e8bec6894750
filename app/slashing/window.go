package slashing

import (
	"encoding/binary"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// The window of a validator's last blocks is a ring of bits, set where it was
// absent, kept in parts: eight bytes with the number of bits, then the bits in
// words of 64, all in big endian, as the reference keeps them.
const (
	partBits  = 1024
	partBytes = 8 + partBits/8
)

func newPart() []byte {
	p := make([]byte, partBytes)
	binary.BigEndian.PutUint64(p, partBits)
	return p
}

func checkPart(p []byte) error {
	if len(p) != partBytes || binary.BigEndian.Uint64(p) != partBits {
		return fmt.Errorf("a window of missed blocks in state has %d bytes, must have %d", len(p), partBytes)
	}
	return nil
}

func word(p []byte, bit uint64) (at []byte, mask uint64) {
	i := 8 + bit/64*8
	return p[i : i+8], 1 << (bit % 64)
}

// missedAt reports whether a place of the window is set.
func missedAt(env *chain.Env, cons chain.Address, place int64) (bool, error) {
	p, err := env.Store(layout.Slashing).Get(layout.SlashingMiss(cons, uint64(place)/partBits))
	if err != nil || p == nil {
		return false, err
	}
	if err := checkPart(p); err != nil {
		return false, err
	}
	at, mask := word(p, uint64(place)%partBits)
	return binary.BigEndian.Uint64(at)&mask != 0, nil
}

// setMissed sets or clears a place of the window.
func setMissed(env *chain.Env, cons chain.Address, place int64, missed bool) error {
	key := layout.SlashingMiss(cons, uint64(place)/partBits)
	old, err := env.Store(layout.Slashing).Get(key)
	if err != nil {
		return err
	}
	p := newPart()
	if old != nil {
		if err := checkPart(old); err != nil {
			return err
		}
		copy(p, old)
	}
	at, mask := word(p, uint64(place)%partBits)
	bits := binary.BigEndian.Uint64(at) &^ mask
	if missed {
		bits |= mask
	}
	binary.BigEndian.PutUint64(at, bits)
	return env.Store(layout.Slashing).Set(key, p)
}

// clearWindow forgets all places.
func clearWindow(env *chain.Env, cons chain.Address) error {
	prefix := layout.SlashingMisses(cons)
	var keys [][]byte
	err := each(env, prefix, func(key, _ []byte) error {
		keys = append(keys, append(append([]byte(nil), prefix...), key...))
		return nil
	})
	for _, key := range keys {
		if err == nil {
			err = env.Store(layout.Slashing).Delete(key)
		}
	}
	return err
}

// eachMissed visits the places that are set, in order.
func eachMissed(env *chain.Env, cons chain.Address, window int64, visit func(place int64)) error {
	for start := int64(0); start < window; start += partBits {
		p, err := env.Store(layout.Slashing).Get(layout.SlashingMiss(cons, uint64(start)/partBits))
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		if err := checkPart(p); err != nil {
			return err
		}
		for bit := uint64(0); bit < partBits; bit++ {
			if at, mask := word(p, bit); binary.BigEndian.Uint64(at)&mask != 0 {
				visit(start + int64(bit))
			}
		}
	}
	return nil
}
