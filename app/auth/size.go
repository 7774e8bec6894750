package auth

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// lengthBytes is what the lengths of auth_info and of its parts grow by, at
// most, when something is put in.
const lengthBytes = 2

// size is the length of a transaction as gas counts it. In a simulation the
// room of what is not there yet is added: fee, signatures, keys.
func (m *Auth) size(env *chain.Env, t *tx.Tx, verifier Verifier, addresses []chain.Address) (uint64, error) {
	if !verifier.Trusts() {
		return uint64(t.Size), nil
	}
	missing, err := m.missingFee(env, t, verifier)
	if err != nil {
		return 0, err
	}
	for i, sig := range t.Raw.Signatures {
		if len(sig) > 0 {
			continue
		}
		n, err := m.missingSignature(env, t, i, addresses[i])
		if err != nil {
			return 0, err
		}
		missing += n
	}
	if missing > 0 {
		missing += lengthBytes
	}
	return uint64(t.Size + missing), nil
}

// missingFee is the room of the coins and the gas limit that a fee does not
// state yet.
func (m *Auth) missingFee(env *chain.Env, t *tx.Tx, verifier Verifier) (int, error) {
	var now, then txpb.Fee
	if t.AuthInfo.Fee != nil {
		now = *t.AuthInfo.Fee
	}
	then = now
	if undecided(t, verifier) {
		payer, err := t.FeePayer(env.Bech32())
		if err != nil {
			return 0, err
		}
		coins, err := m.likelyFee(env, payer)
		if err != nil {
			return 0, err
		}
		then.Amount = wire.ProtoCoins(coins)
	}
	if then.GasLimit == 0 {
		then.GasLimit = env.Block.Params.SimulationGasLimit
	}
	return (&txpb.AuthInfo{Fee: &then}).Size() - (&txpb.AuthInfo{Fee: &now}).Size(), nil
}

// missingSignature is the room of one signature that is not there yet, of how
// it is made, and of its key unless the transaction states that.
func (m *Auth) missingSignature(env *chain.Env, t *tx.Tx, i int, addr chain.Address) (int, error) {
	acc, err := m.Get(env.ChildWithGas(chain.NoLimit), addr)
	if err != nil {
		return 0, err
	}
	info := t.AuthInfo.SignerInfos[i]
	known, then := info.PublicKey, *info
	if acc != nil && acc.PubKey != nil {
		known = acc.PubKey
	}
	if known == nil {
		known = pretendedKey().Any()
	}
	key, err := tx.PubKeyFromAny(known)
	if err != nil {
		return 0, err
	}
	if then.PublicKey == nil {
		then.PublicKey = known
	}
	if key.Kind() == tx.Multisig {
		return key.SignatureRoom() + then.Size() - info.Size(), nil
	}
	if then.ModeInfo.GetSingle().GetMode() == 0 {
		then.ModeInfo = tx.SingleMode(tx.Direct)
	}
	return tx.SignatureBytes + then.Size() - info.Size(), nil
}
