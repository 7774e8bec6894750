package staking

import (
	"crypto/sha256"
	"fmt"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	ed25519 "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Messages lists the messages of cosmos.staking.v1beta1.Msg that are built.
func (s *Staking) Messages() []chain.Route {
	return []chain.Route{
		chain.NewMsg("/cosmos.staking.v1beta1.MsgCreateValidator", checkCreate, s.create),
	}
}

const ed25519URL = "/cosmos.crypto.ed25519.PubKey"

// consensusKey reads the 32 bytes of a validator's ed25519 key. The error wraps
// ErrPubKeyType.
func consensusKey(a *types.Any) ([]byte, error) {
	if a == nil || a.TypeUrl != ed25519URL {
		return nil, fmt.Errorf("a validator's key is %s: %w", ed25519URL, ErrPubKeyType)
	}
	var pb ed25519.PubKey
	if err := pb.Unmarshal(a.Value); err != nil || len(pb.Key) != 32 {
		return nil, fmt.Errorf("an ed25519 key has 32 bytes: %w", ErrPubKeyType)
	}
	return pb.Key, nil
}

// Bounds of a validator's description (the reference's).
const (
	maxMoniker  = 70
	maxIdentity = 3000
	maxWebsite  = 140
	maxContact  = 140
	maxDetails  = 280
)

func checkDescription(d staking.Description) error {
	if d.Moniker == "" {
		return fmt.Errorf("a validator needs a moniker: %w", chain.ErrInvalidRequest)
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{
		{"moniker", d.Moniker, maxMoniker},
		{"identity", d.Identity, maxIdentity},
		{"website", d.Website, maxWebsite},
		{"security_contact", d.SecurityContact, maxContact},
		{"details", d.Details, maxDetails},
	} {
		if len(f.value) > f.most {
			return fmt.Errorf("invalid %s length; got: %d, max: %d: %w", f.name, len(f.value), f.most, chain.ErrInvalidRequest)
		}
	}
	return nil
}

// decOne is 1 as decimals stand on the wire: the value times 10^18.
const decOne = 1_000_000_000_000_000_000

// checkCommission checks the rates, each 0 to 1 times 10^18, against each other.
func checkCommission(c staking.CommissionRates) error {
	var rates [3]chain.Amount
	for i, s := range []base.Dec{c.MaxRate, c.Rate, c.MaxChangeRate} {
		n, err := chain.ParseAmount(string(s))
		if err != nil {
			return fmt.Errorf("a commission is 0 to 1 times 10^18, not %.40q: %w", s, chain.ErrInvalidRequest)
		}
		rates[i] = n
	}
	most, rate, change := rates[0], rates[1], rates[2]
	switch {
	case most.Cmp(chain.NewAmount(decOne)) > 0:
		return ErrCommissionHuge
	case rate.Cmp(most) > 0:
		return ErrCommissionMax
	case change.Cmp(most) > 0:
		return ErrCommissionChange
	}
	return nil
}

func checkCreate(block *chain.Block, m *staking.MsgCreateValidator) error {
	if _, err := block.Bech32.ParseValidator(m.ValidatorAddress); err != nil {
		return fmt.Errorf("invalid validator address: %w", err)
	}
	if _, err := consensusKey(m.Pubkey); err != nil {
		return err
	}
	stake, err := wire.Coin(m.Value)
	if err != nil {
		return fmt.Errorf("invalid delegation amount: %w", err)
	}
	if stake.Amount.IsZero() {
		return fmt.Errorf("invalid delegation amount: %w", chain.ErrInvalidRequest)
	}
	if err := checkDescription(m.Description); err != nil {
		return err
	}
	if err := checkCommission(m.Commission); err != nil {
		return err
	}
	least, err := chain.ParseAmount(m.MinSelfDelegation)
	if err != nil || least.IsZero() {
		return fmt.Errorf("minimum self delegation must be a positive integer: %w", chain.ErrInvalidRequest)
	}
	if stake.Amount.Cmp(least) < 0 {
		return ErrSelfDelegation
	}
	return nil
}

// create makes a validator out of a transaction of genesis: the stake moves to
// the bonded pool.
func (s *Staking) create(env *chain.Env, m *staking.MsgCreateValidator) (*staking.MsgCreateValidatorResponse, error) {
	if env.Block.Height > 0 {
		return nil, fmt.Errorf("validators join at genesis only, by a gentx: %w", chain.ErrNotSupported)
	}
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	key, err := consensusKey(m.Pubkey)
	if err != nil {
		return nil, err
	}
	if err := s.checkFree(env, operator, key); err != nil {
		return nil, err
	}
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	stake, err := wire.Coin(m.Value)
	if err != nil {
		return nil, err
	}
	if stake.Denom != params.BondDenom {
		return nil, fmt.Errorf("invalid coin denomination: got %s, expected %s: %w", stake.Denom, params.BondDenom, chain.ErrInvalidRequest)
	}
	v := &staking.Validator{
		OperatorAddress: env.Bech32().Validator(operator), ConsensusPubkey: m.Pubkey, Status: staking.Bonded,
		Tokens: stake.Amount.String(), DelegatorShares: shares(stake.Amount), Description: m.Description,
		Commission:        staking.Commission{CommissionRates: m.Commission, UpdateTime: env.Block.Time},
		MinSelfDelegation: m.MinSelfDelegation,
	}
	if _, _, err := powerAndKey(stake.Amount, v); err != nil {
		return nil, err
	}
	if err := s.bond(env, operator, key, v, stake); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("create_validator", "validator", v.OperatorAddress, "amount", stake.String()))
	return &staking.MsgCreateValidatorResponse{}, nil
}

// shares are delegated coins as a decimal on the wire: times 10^18. A stake
// that fits its power fits this as well.
func shares(amount chain.Amount) base.Dec {
	product, ok := amount.MulDiv(chain.NewAmount(decOne), chain.NewAmount(1))
	if !ok {
		return "0"
	}
	return base.Dec(product.String())
}

func (s *Staking) checkFree(env *chain.Env, operator chain.Address, key []byte) error {
	store := env.Store(layout.Staking)
	if taken, err := store.Has(layout.StakingValidator(operator)); err != nil || taken {
		if err == nil {
			err = ErrOperatorTaken
		}
		return err
	}
	taken, err := store.Has(layout.StakingByCons(ConsensusAddress(key)))
	if err == nil && taken {
		err = ErrPubKeyTaken
	}
	return err
}

// ConsensusAddress is the address of an ed25519 key: the first 20 bytes of its
// SHA-256.
func ConsensusAddress(key []byte) chain.Address {
	sum := sha256.Sum256(key)
	return chain.Address(sum[:20])
}

func (s *Staking) bond(env *chain.Env, operator chain.Address, key []byte, v *staking.Validator, stake chain.Coin) error {
	if err := s.Bank.Send(env, operator, layout.ModuleAddress(layout.BondedPool), chain.Coins{stake}); err != nil {
		return err
	}
	raw, err := v.Marshal()
	if err != nil {
		return err
	}
	store := env.Store(layout.Staking)
	if err := store.Set(layout.StakingValidator(operator), raw); err != nil {
		return err
	}
	if err := store.Set(layout.StakingByCons(ConsensusAddress(key)), operator.Bytes()); err != nil {
		return err
	}
	d := &staking.Delegation{
		DelegatorAddress: env.Bech32().Account(operator), ValidatorAddress: v.OperatorAddress, Shares: v.DelegatorShares,
	}
	if raw, err = d.Marshal(); err != nil {
		return err
	}
	return store.Set(layout.StakingDelegation(operator, operator), raw)
}
