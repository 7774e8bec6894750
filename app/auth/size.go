package auth

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// missingSignatureBytes is what a signature that is not there yet will add to a
// transaction at most: key, signature, their tags (the reference's estimate).
const missingSignatureBytes = 112

// size is the length of a transaction as gas counts it. In a simulation the
// room of signatures that are not there yet is added.
func (m *Auth) size(env *chain.Env, t *tx.Tx, verifier Verifier, addresses []chain.Address) (uint64, error) {
	n := uint64(t.Size)
	if !verifier.Trusts() {
		return n, nil
	}
	for i, sig := range t.Raw.Signatures {
		if len(sig) > 0 {
			continue
		}
		missing, err := m.missing(env, t, i, addresses[i])
		if err != nil {
			return 0, err
		}
		n += missing
	}
	return n, nil
}

// missing is the room of one signature that is not there yet, and of its key
// unless the transaction states it.
func (m *Auth) missing(env *chain.Env, t *tx.Tx, i int, addr chain.Address) (uint64, error) {
	free := *env
	free.Gas = chain.NewMeter(chain.NoLimit)
	acc, err := m.Get(&free, addr)
	if err != nil {
		return 0, err
	}
	stated := t.AuthInfo.SignerInfos[i].PublicKey
	known := stated
	if acc != nil && acc.PubKey != nil {
		known = acc.PubKey
	}
	if known == nil {
		return missingSignatureBytes, nil
	}
	key, err := tx.PubKeyFromAny(known)
	if err != nil || key.Kind() != tx.Multisig {
		return missingSignatureBytes, nil //nolint:nilerr // a bad key is refused where keys are read
	}
	n := key.SignatureRoom()
	if stated == nil {
		n += known.Size() + keyTagBytes
	}
	return uint64(n), nil
}

// keyTagBytes are the tag and length of a multisig key in a SignerInfo, and what
// the lengths around it grow.
const keyTagBytes = 8
