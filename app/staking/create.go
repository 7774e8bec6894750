package staking

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	ed25519 "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

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

// rate reads a decimal of a message; below 0 is refused with negative.
func rate(d base.Dec, negative error) (chain.Dec, error) {
	if strings.HasPrefix(string(d), "-") {
		return chain.Dec{}, negative
	}
	n, err := chain.ParseDec(string(d))
	if err != nil || d == "" {
		return n, fmt.Errorf("a commission is 0 to 1 times 10^18, not %.40q: %w", d, chain.ErrInvalidRequest)
	}
	return n, nil
}

// checkCommission checks the rates against each other.
func checkCommission(c staking.CommissionRates) error {
	most, err := rate(c.MaxRate, ErrCommissionNegative)
	if err != nil {
		return err
	}
	if most.Cmp(chain.OneDec()) > 0 {
		return ErrCommissionHuge
	}
	now, err := rate(c.Rate, ErrCommissionNegative)
	if err != nil {
		return err
	}
	if now.Cmp(most) > 0 {
		return ErrCommissionMax
	}
	step, err := rate(c.MaxChangeRate, ErrChangeNegative)
	if err == nil && step.Cmp(most) > 0 {
		err = ErrCommissionChange
	}
	return err
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
	if m.Description.Moniker == "" {
		return fmt.Errorf("a validator needs a moniker: %w", chain.ErrInvalidRequest)
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

// create makes a validator with a first stake. Whether it validates is decided
// at the end of the block.
func (s *Staking) create(env *chain.Env, m *staking.MsgCreateValidator) (*staking.MsgCreateValidatorResponse, error) {
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	least, err := chain.ParseDec(string(params.MinCommissionRate))
	if err != nil {
		return nil, fmt.Errorf("staking parameters in state: %v", err)
	}
	if now, err := rate(m.Commission.Rate, ErrCommissionNegative); err != nil || now.Cmp(least) < 0 {
		if err == nil {
			err = fmt.Errorf("cannot set validator commission to less than minimum rate of %s: %w", least, ErrCommissionMin)
		}
		return nil, err
	}
	key, err := consensusKey(m.Pubkey)
	if err != nil {
		return nil, err
	}
	if err := s.checkFree(env, operator, key); err != nil {
		return nil, err
	}
	coin, err := positive(m.Value, "delegation amount")
	if err != nil {
		return nil, err
	}
	if err := s.checkDenom(env, coin.Denom); err != nil {
		return nil, err
	}
	v := &staking.Validator{
		OperatorAddress: env.Bech32().Validator(operator), ConsensusPubkey: m.Pubkey, Status: staking.Unbonded,
		Tokens: "0", DelegatorShares: "0", Description: m.Description, UnbondingTime: time.Unix(0, 0).UTC(),
		Commission:        staking.Commission{CommissionRates: m.Commission, UpdateTime: env.Block.Time},
		MinSelfDelegation: m.MinSelfDelegation,
	}
	if err := s.join(env, operator, key, v, coin.Amount); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("create_validator", "validator", v.OperatorAddress, "amount", coin.String()))
	return &staking.MsgCreateValidatorResponse{}, nil
}

// join writes a new validator and its operator's delegation.
func (s *Staking) join(env *chain.Env, operator chain.Address, key []byte, v *staking.Validator, amount chain.Amount) error {
	if err := s.put(env, operator, v); err != nil {
		return err
	}
	if err := env.Store(layout.Staking).Set(layout.StakingByCons(ConsensusAddress(key)), operator.Bytes()); err != nil {
		return err
	}
	if err := s.Rewards.ValidatorCreated(env, operator); err != nil {
		return err
	}
	if err := s.Signing.KeyJoined(env, key, false); err != nil {
		return err
	}
	_, err := s.delegate(env, operator, operator, amount, ownCoins)
	return err
}

func (s *Staking) checkFree(env *chain.Env, operator chain.Address, key []byte) error {
	store := env.Store(layout.Staking)
	taken, err := store.Has(layout.StakingValidator(operator))
	if err != nil {
		return err
	}
	if taken {
		return ErrOperatorTaken
	}
	taken, err = store.Has(layout.StakingByCons(ConsensusAddress(key)))
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
