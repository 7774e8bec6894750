// Package valset is the one door through which validator updates leave for
// CometBFT. An update that CometBFT refuses stops every node of the chain, so
// what modules wish is compared here with what CometBFT was told last, and
// either becomes a list of updates that it takes or is refused as a whole: then
// the validators stay as they are and the chain goes on. Who should validate,
// and why, is left to the modules.
package valset

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
)

// KeyBytes is the length of an ed25519 key, the only kind in use: CometBFT
// stops verifying signatures in batches when kinds are mixed.
const KeyBytes = 32

// MaxTotalPower bounds the sum of all powers, those of leaving validators
// included. CometBFT's own bound is (2^63-1)/8, a little below 2^60.
const MaxTotalPower = 1 << 59

// MaxValidators bounds the set: CometBFT's limit on a commit.
const MaxValidators = 10_000

// Power is a validator's key and its voting power; power 0 leaves the set.
type Power struct {
	PubKey []byte // ed25519, 32 bytes
	Power  int64
}

// ErrRefused says that a wish cannot be told to CometBFT. It is no fault and no
// verdict: the caller tells no update and raises an alarm.
var ErrRefused = errors.New("validator update refused")

func refused(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, ErrRefused)...)
}

// Compose returns the updates that lead from the set that CometBFT knows to the
// one that is wished for, sorted by key: changed and new powers, and power 0
// for those who leave. Entries of power 0 in wished are left out of the set.
// Neither list is changed. The error wraps ErrRefused.
func Compose(last, wished []Power) ([]Power, error) {
	old, err := ordered(last)
	if err != nil {
		return nil, fmt.Errorf("the set that stands: %w", err)
	}
	next, err := ordered(wished)
	if err != nil {
		return nil, err
	}
	if len(next) == 0 {
		return nil, refused("nobody would be left to validate")
	}
	if err := checkTotal(old, next); err != nil {
		return nil, err
	}
	return diff(old, next), nil
}

// ordered returns a set sorted by key, without those of no power.
func ordered(set []Power) ([]Power, error) {
	out := make([]Power, 0, len(set))
	for _, p := range set {
		switch {
		case len(p.PubKey) != KeyBytes:
			return nil, refused("a key of %d bytes, ed25519 has %d", len(p.PubKey), KeyBytes)
		case p.Power < 0 || p.Power > MaxTotalPower:
			return nil, refused("power %d of key %X is not between 0 and %d", p.Power, p.PubKey, int64(MaxTotalPower))
		}
		out = append(out, p)
	}
	sort.SliceStable(out, func(i, j int) bool { return bytes.Compare(out[i].PubKey, out[j].PubKey) < 0 })
	kept := make([]Power, 0, len(out))
	for i, p := range out {
		if i > 0 && bytes.Equal(out[i-1].PubKey, p.PubKey) {
			return nil, refused("key %X stands twice", p.PubKey)
		}
		if p.Power > 0 {
			kept = append(kept, p)
		}
	}
	if len(kept) > MaxValidators {
		return nil, refused("%d validators, at most %d", len(kept), MaxValidators)
	}
	return kept, nil
}

// diff walks both sorted sets side by side.
func diff(old, next []Power) []Power {
	var updates []Power
	for len(old) > 0 || len(next) > 0 {
		order := -1
		switch {
		case len(old) == 0:
			order = 1
		case len(next) > 0:
			order = bytes.Compare(old[0].PubKey, next[0].PubKey)
		}
		switch {
		case order < 0:
			updates = append(updates, Power{PubKey: old[0].PubKey})
			old = old[1:]
		case order > 0:
			updates = append(updates, next[0])
			next = next[1:]
		default:
			if old[0].Power != next[0].Power {
				updates = append(updates, next[0])
			}
			old, next = old[1:], next[1:]
		}
	}
	return updates
}

// checkTotal bounds what CometBFT sums up while it changes the set: the old
// powers before removals and the new ones.
func checkTotal(old, next []Power) error {
	for _, set := range [][]Power{old, next} {
		var sum int64
		for _, p := range set {
			if sum += p.Power; sum > MaxTotalPower { // neither summand is above 2^59
				return refused("the total power is above %d", int64(MaxTotalPower))
			}
		}
	}
	return nil
}
