package auth

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/tx"
)

// The reference's bounds of unordered transactions (cosmos-sdk v0.54.0,
// x/auth/ante/sigverify.go).
const (
	// maxTimeout is how far ahead of the block the timeout may be: so long a
	// nonce is kept.
	maxTimeout = 10 * time.Minute
	// UnorderedGas pays for forgetting the nonce of an unordered transaction.
	UnorderedGas = 2240
)

// noTimeout reports whether a timeout means that there is none.
func noTimeout(at time.Time) bool { return at.IsZero() || at.Unix() == 0 }

// useNonces lets a transaction without a sequence in once: what tells it from
// others of its signers is its timeout, to the nanosecond, which is remembered
// until it has passed.
func useNonces(env *chain.Env, t *tx.Tx, signers []*signer) error {
	at := t.Body.TimeoutTimestamp
	switch {
	case at == nil || noTimeout(*at):
		return fmt.Errorf("unordered transaction must have timeout_timestamp set: %w", chain.ErrInvalidRequest)
	case at.Before(env.Block.Time):
		return fmt.Errorf("unordered transaction has a timeout_timestamp that has already passed: %w", chain.ErrInvalidRequest)
	case at.After(env.Block.Time.Add(maxTimeout)):
		return fmt.Errorf("unordered tx ttl exceeds %s: %w", maxTimeout, chain.ErrInvalidRequest)
	}
	if err := env.Gas.Use(UnorderedGas, "unordered tx"); err != nil {
		return err
	}
	store := env.Store(layout.Auth)
	for _, s := range signers {
		key := layout.UnorderedNonce(*at, s.acc.Address)
		used, err := store.Has(key)
		if err != nil {
			return err
		}
		if used {
			return fmt.Errorf("failed to add unordered nonce: sender %s has already used timeout %d: %w",
				env.Bech32().Account(s.acc.Address), at.UnixNano(), chain.ErrInvalidRequest)
		}
		if err := store.Set(key, []byte{}); err != nil {
			return err
		}
	}
	return nil
}

// BeginBlock forgets the nonces of unordered transactions that no block can hold
// any more. The reference also forgets those that time out at the very time of
// the block, though the block may still hold them: one could be repeated.
func (m *Auth) BeginBlock(env *chain.Env) error {
	store := env.FreeStore(layout.Auth)
	it, err := store.Iterate(layout.UnorderedNoncePrefix, layout.UnorderedNonce(env.Block.Time, ""), false)
	if err != nil {
		return err
	}
	var past [][]byte
	for err == nil && it.Valid() {
		past = append(past, append([]byte(nil), it.Key()...))
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	for _, key := range past {
		if err == nil {
			err = store.Delete(key)
		}
	}
	return err
}
