package slashing

import (
	"crypto/sha256"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	ed25519 "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

const unbonded = staking.Unbonded

// ConsensusAddress is the address of an ed25519 key: the first 20 bytes of its
// SHA-256.
func ConsensusAddress(key []byte) chain.Address {
	sum := sha256.Sum256(key)
	return chain.Address(sum[:20])
}

// Messages lists the messages of cosmos.slashing.v1beta1.Msg.
func (s *Slashing) Messages() []chain.Route {
	const pkg = "/cosmos.slashing.v1beta1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgUnjail", nil, s.unjail),
		chain.NewMsg(pkg+"MsgUpdateParams", nil, s.updateParams),
	}
}

// unjail lets a validator out of jail when its time is over and its operator
// keeps the stake that it promised.
func (s *Slashing) unjail(env *chain.Env, m *slashing.MsgUnjail) (*slashing.MsgUnjailResponse, error) {
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddr)
	if err != nil {
		return nil, err
	}
	v, err := s.Stakes.Validator(env, operator)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, ErrNoValidator
	}
	if err := s.checkSelf(env, operator, v); err != nil {
		return nil, err
	}
	if !v.Jailed {
		return nil, ErrNotJailed
	}
	var key ed25519.PubKey
	if err := key.Unmarshal(v.ConsensusPubkey.GetValue()); err != nil {
		return nil, fmt.Errorf("validator in state: %v", err)
	}
	cons := ConsensusAddress(key.Key)
	info, err := s.Info(env, cons)
	if err != nil {
		return nil, err
	}
	if info != nil && (info.Tombstoned || env.Block.Time.Before(info.JailedUntil)) {
		return nil, ErrStillJailed
	}
	if err := s.Stakes.Unjail(env, cons); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("message", "module", "slashing", "sender", m.ValidatorAddr))
	return &slashing.MsgUnjailResponse{}, nil
}

// checkSelf refuses an operator that keeps less of its own than it promised.
func (s *Slashing) checkSelf(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	d, err := s.Stakes.Delegation(env, operator, operator)
	if err != nil {
		return err
	}
	if d == nil {
		return ErrNoSelfStake
	}
	tokens, err := chain.ParseAmount(v.Tokens)
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	least, err := chain.ParseAmount(v.MinSelfDelegation)
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	all, err := chain.ParseDec(string(v.DelegatorShares))
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	own, err := chain.ParseDec(string(d.Shares))
	if err != nil {
		return fmt.Errorf("delegation in state: %v", err)
	}
	if worth := chain.SharesWorth(own, tokens, all).Truncate(); worth.Cmp(least) < 0 {
		return fmt.Errorf("%s less than %s: %w", worth, least, ErrLowSelfStake)
	}
	return nil
}

// updateParams replaces the parameters; the authority only. With another window
// everybody's absences are counted anew.
func (s *Slashing) updateParams(env *chain.Env, m *slashing.MsgUpdateParams) (*slashing.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if err := CheckParams(m.Params); err != nil {
		return nil, err
	}
	old, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	if old.SignedBlocksWindow != m.Params.SignedBlocksWindow {
		err = each(env, layout.SlashingInfoPrefix, func(key, value []byte) error {
			a, err := layout.ParseAddresses(key, 1)
			if err != nil {
				return err
			}
			var info slashing.ValidatorSigningInfo
			if err := info.Unmarshal(value); err != nil {
				return fmt.Errorf("signing record in state: %v", err)
			}
			info.MissedBlocksCounter, info.IndexOffset, info.StartHeight = 0, 0, env.Block.Height
			if err := clearWindow(env, a[0]); err != nil {
				return err
			}
			return saveInfo(env, a[0], &info)
		})
		if err != nil {
			return nil, err
		}
	}
	return &slashing.MsgUpdateParamsResponse{}, save(env, layout.SlashingParams, &m.Params)
}
