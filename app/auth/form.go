package auth

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	"github.com/weftchain/weft/tx"
)

// checkForm is what the reference's ValidateBasic checks of the transaction
// itself; it returns the signers.
func checkForm(env *chain.Env, t *tx.Tx) ([]chain.Address, error) {
	if len(t.Body.ExtensionOptions) > 0 {
		return nil, fmt.Errorf("%.100s: %w", t.Body.ExtensionOptions[0].TypeUrl, chain.ErrUnknownExtension)
	}
	if err := checkFee(env, t); err != nil {
		return nil, err
	}
	if len(t.Msgs) == 0 {
		return nil, fmt.Errorf("must contain at least one message: %w", chain.ErrInvalidRequest)
	}
	if most := env.Block.Params.MaxMsgsPerTx; uint64(len(t.Msgs)) > most {
		return nil, fmt.Errorf("%d messages, at most %d: %w", len(t.Msgs), most, chain.ErrInvalidRequest)
	}
	if len(t.Raw.Signatures) == 0 {
		return nil, fmt.Errorf("send a signature for each signer: %w", chain.ErrNoSignatures)
	}
	signers, err := t.Signers(env.Bech32())
	if err != nil {
		return nil, err
	}
	infos := len(t.AuthInfo.SignerInfos)
	if len(t.Raw.Signatures) != len(signers) || infos != len(signers) {
		return nil, fmt.Errorf("wrong number of signers; expected %d, got %d signatures and %d signer infos: %w",
			len(signers), len(t.Raw.Signatures), infos, chain.ErrUnauthorized)
	}
	return signers, nil
}

// checkMessages is the ValidateBasic of the messages. It comes after their
// number is bounded.
func (m *Auth) checkMessages(env *chain.Env, t *tx.Tx) error {
	if m.CheckMessage == nil {
		return nil
	}
	for _, msg := range t.Msgs {
		if err := m.CheckMessage(env.Block, msg); err != nil {
			return err
		}
	}
	return nil
}

// checkBounds refuses a transaction that came too late or says too much.
func checkBounds(env *chain.Env, t *tx.Tx, params auth.Params) error {
	if h := t.Body.TimeoutHeight; h != 0 && uint64(env.Block.Height) > h {
		return fmt.Errorf("block height: %d, timeout height: %d: %w", env.Block.Height, h, chain.ErrTimeoutHeight)
	}
	if at := t.Body.TimeoutTimestamp; at != nil && !noTimeout(*at) && env.Block.Time.After(*at) {
		return fmt.Errorf("block time: %s, timeout timestamp: %s: %w",
			env.Block.Time.Format(time.RFC3339Nano), at.UTC().Format(time.RFC3339Nano), chain.ErrTxTimeout)
	}
	if n := uint64(len(t.Body.Memo)); n > params.MaxMemoCharacters {
		return fmt.Errorf("maximum number of characters is %d but received %d characters: %w",
			params.MaxMemoCharacters, n, chain.ErrMemoTooLarge)
	}
	if !utf8.ValidString(t.Body.Memo) {
		return fmt.Errorf("memo is not UTF-8: %w", chain.ErrTxDecode)
	}
	return nil
}
