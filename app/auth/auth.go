package auth

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	"github.com/weftchain/weft/tx"
)

// Bank is what auth needs to take a fee.
type Bank interface {
	// Send moves coins and emits the events of a transfer. Too little is
	// chain.ErrInsufficientFunds.
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
	// Balance is what an account has of a denom.
	Balance(env *chain.Env, addr chain.Address, denom string) (chain.Amount, error)
	// Mint makes coins: for a simulation to pretend.
	Mint(env *chain.Env, to chain.Address, coins chain.Coins) error
}

// Auth is the module. Its zero value works once Bank is set.
type Auth struct {
	Bank Bank
	// Feegrant keeps allowances; without it no fee names a granter.
	Feegrant Feegrant
	// CheckMessage refuses what a message's own rules refuse without state. It
	// may be nil.
	CheckMessage func(*chain.Block, tx.Msg) error
}

// DefaultParams are the reference's (cosmos-wire facts, section 5).
func DefaultParams() auth.Params {
	return auth.Params{
		MaxMemoCharacters: 256, TxSigLimit: 7, TxSizeCostPerByte: 10,
		SigVerifyCostEd25519: 590, SigVerifyCostSecp256K1: 1000,
	}
}

// maxParam bounds every parameter, so that no product of two overflows.
const maxParam = 1 << 24

// CheckParams refuses parameters out of bounds.
func CheckParams(p auth.Params) error {
	for _, v := range []struct {
		name  string
		value uint64
	}{
		{"max_memo_characters", p.MaxMemoCharacters},
		{"tx_sig_limit", p.TxSigLimit},
		{"tx_size_cost_per_byte", p.TxSizeCostPerByte},
		{"sig_verify_cost_ed25519", p.SigVerifyCostEd25519},
		{"sig_verify_cost_secp256k1", p.SigVerifyCostSecp256K1},
	} {
		if v.value == 0 || v.value > maxParam {
			return fmt.Errorf("auth parameter %s is %d, must be 1 to %d: %w", v.name, v.value, maxParam, chain.ErrInvalidRequest)
		}
	}
	return nil
}

// Params returns the parameters, the defaults if genesis set none. Reading
// them costs no gas.
func (m *Auth) Params(env *chain.Env) (auth.Params, error) {
	raw, err := env.FreeStore(layout.Auth).Get(layout.AuthParams)
	if err != nil || raw == nil {
		return DefaultParams(), err
	}
	var p auth.Params
	if err := p.Unmarshal(raw); err != nil {
		return p, fmt.Errorf("auth parameters in state: %v", err) // a fault
	}
	return p, nil
}
