package client

import (
	"context"
	"fmt"

	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// Cosigner is somebody else who must sign a sender's transactions, such as a
// payer of its fee.
type Cosigner struct {
	Address string // bech32
	// PubKey may be the zero value where the chain knows the account's key.
	PubKey tx.PubKey
	// Key signs; whoever only prepares can do without.
	Key tx.PrivKey

	known    bool
	number   uint64
	sequence uint64
}

// SetAccount gives the number and sequence that the chain has for the account,
// so that nobody need ask.
func (c *Cosigner) SetAccount(number, sequence uint64) {
	c.known, c.number, c.sequence = true, number, sequence
}

// refresh asks the chain for number and sequence, and for the key if it is not
// known.
func (c *Cosigner) refresh(ctx context.Context, node *Client, chainID string) error {
	account, err := node.BaseAccount(ctx, c.Address)
	if NotFound(err) {
		return fmt.Errorf("account %s on %s: %w", c.Address, chainID, ErrNoAccount)
	}
	if err != nil {
		return err
	}
	if c.PubKey.Kind() == "" && account.PubKey != nil {
		if c.PubKey, err = tx.PubKeyFromAny(account.PubKey); err != nil {
			return fmt.Errorf("key of account %s: %w", c.Address, err)
		}
	}
	c.SetAccount(account.AccountNumber, account.Sequence)
	return nil
}

// slots are the sender and the cosigners, in the order in which they sign.
func (s *Sender) slots(b tx.Builder) []tx.Signer {
	list := []tx.Signer{{PubKey: s.PubKey, Sequence: s.next(b), AccountNumber: s.number, Mode: s.Mode}}
	for _, c := range s.Cosigners {
		next := tx.Signer{PubKey: c.PubKey, Sequence: c.sequence, AccountNumber: c.number, Mode: s.Mode}
		if b.Unordered {
			next.Sequence = 0
		}
		list = append(list, next)
	}
	return list
}

// forSimulation returns the transaction with empty signatures. A key that is
// not known is stood in for: a simulation looks at no signature.
func (s *Sender) forSimulation(b tx.Builder) ([]byte, error) {
	slots := s.slots(b)
	for i := range slots {
		if slots[i].PubKey.Kind() == "" {
			slots[i].PubKey = StandIn()
		}
	}
	raw, err := b.Unsigned(slots...)
	if err != nil {
		return nil, err
	}
	for range slots {
		raw.Signatures = append(raw.Signatures, []byte{})
	}
	return raw.Marshal()
}

// StandIn returns a public key for simulations in the name of an account whose
// key is not known. Everybody knows its secret.
func StandIn() tx.PubKey {
	key, err := tx.NewPrivKey(append(make([]byte, 31), 1))
	if err != nil {
		panic(err) // 1 is a private key
	}
	return key.PubKey()
}

// cosign returns the bytes of a transaction that the sender and the cosigners
// have signed.
func (s *Sender) cosign(b tx.Builder) ([]byte, error) {
	slots := s.slots(b)
	for i, slot := range slots {
		if slot.PubKey.Kind() == "" {
			return nil, fmt.Errorf("signer %d: its public key is not known", i)
		}
	}
	raw, err := b.Unsigned(slots...) // all slots stand before the first signs
	if err != nil {
		return nil, err
	}
	t := &txpb.Tx{Body: &txpb.TxBody{}, AuthInfo: &txpb.AuthInfo{}}
	if err := t.Body.Unmarshal(raw.BodyBytes); err != nil {
		return nil, err
	}
	if err := t.AuthInfo.Unmarshal(raw.AuthInfoBytes); err != nil {
		return nil, err
	}
	tx.PrepareSlots(t, len(slots))
	for i, slot := range slots {
		key := s.Key
		if i > 0 {
			key = s.Cosigners[i-1].Key
		}
		mode := slot.Mode
		if mode == 0 {
			mode = tx.Direct
		}
		who := tx.SignerData{ChainID: s.ChainID, AccountNumber: slot.AccountNumber, Sequence: slot.Sequence}
		if err := tx.SignSlot(t, i, key, mode, who); err != nil {
			return nil, fmt.Errorf("signer %d: %w", i, err)
		}
	}
	return tx.Encode(t)
}
