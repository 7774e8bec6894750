package staking

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// keep is what a message says to leave a part of the description as it is.
const keep = "[do-not-modify]"

// commissionPause is how long a commission stays after a change.
const commissionPause = 24 * time.Hour

func checkEdit(block *chain.Block, m *staking.MsgEditValidator) error {
	if _, err := block.Bech32.ParseValidator(m.ValidatorAddress); err != nil {
		return fmt.Errorf("invalid validator address: %w", err)
	}
	if m.Description == (staking.Description{}) {
		return fmt.Errorf("empty description: %w", chain.ErrInvalidRequest)
	}
	if m.MinSelfDelegation != "" {
		least, err := chain.ParseAmount(m.MinSelfDelegation)
		if err != nil || least.IsZero() {
			return fmt.Errorf("minimum self delegation must be a positive integer: %w", chain.ErrInvalidRequest)
		}
	}
	if m.CommissionRate == "" {
		return nil
	}
	c, err := chain.ParseDec(string(m.CommissionRate))
	if err != nil || c.Cmp(chain.OneDec()) > 0 {
		return fmt.Errorf("commission rate must be between 0 and 1 (inclusive): %w", chain.ErrInvalidRequest)
	}
	return nil
}

// edit changes how a validator presents itself, its commission and the stake
// that its operator promises to keep.
func (s *Staking) edit(env *chain.Env, m *staking.MsgEditValidator) (*staking.MsgEditValidatorResponse, error) {
	operator, err := env.Bech32().ParseValidator(m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	v, err := s.need(env, operator)
	if err != nil {
		return nil, err
	}
	v.Description = merged(v.Description, m.Description)
	if err := checkDescription(v.Description); err != nil {
		return nil, err
	}
	if m.CommissionRate != "" {
		if err := s.setCommission(env, v, m); err != nil {
			return nil, err
		}
	}
	if m.MinSelfDelegation != "" {
		if err := raiseSelf(v, m.MinSelfDelegation); err != nil {
			return nil, err
		}
	}
	if err := s.put(env, operator, v); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("edit_validator",
		"commission_rate", commissionText(v.Commission), "min_self_delegation", v.MinSelfDelegation))
	return &staking.MsgEditValidatorResponse{}, nil
}

// commissionText is a commission as the reference writes it into its event.
func commissionText(c staking.Commission) string {
	return fmt.Sprintf("rate: %s, maxRate: %s, maxChangeRate: %s, updateTime: %s",
		c.CommissionRates.Rate.Decimal(), c.CommissionRates.MaxRate.Decimal(), c.CommissionRates.MaxChangeRate.Decimal(), c.UpdateTime.Format("2006-01-02 15:04:05.999999999 -0700 MST"))
}

// merged puts the parts of a description that are to change over the old ones.
func merged(old, change staking.Description) staking.Description {
	for _, p := range []struct {
		into *string
		text string
	}{
		{&old.Moniker, change.Moniker},
		{&old.Identity, change.Identity},
		{&old.Website, change.Website},
		{&old.SecurityContact, change.SecurityContact},
		{&old.Details, change.Details},
	} {
		if p.text != keep {
			*p.into = p.text
		}
	}
	return old
}

func (s *Staking) setCommission(env *chain.Env, v *staking.Validator, m *staking.MsgEditValidator) error {
	params, err := s.Params(env)
	if err != nil {
		return err
	}
	var n [4]chain.Dec
	for i, d := range []string{string(m.CommissionRate), string(v.Commission.CommissionRates.Rate), string(v.Commission.CommissionRates.MaxRate), string(v.Commission.CommissionRates.MaxChangeRate)} {
		if n[i], err = chain.ParseDec(d); err != nil {
			return fmt.Errorf("commission: %v: %w", err, chain.ErrInvalidRequest)
		}
	}
	least, err := chain.ParseDec(string(params.MinCommissionRate))
	if err != nil {
		return fmt.Errorf("staking parameters in state: %v", err)
	}
	next, now, most, step := n[0], n[1], n[2], n[3]
	change := next.Sub(now)
	if next.Cmp(now) < 0 {
		change = chain.Dec{} // a commission may fall by any amount
	}
	switch {
	case env.Block.Time.Sub(v.Commission.UpdateTime) < commissionPause:
		return ErrCommissionTime
	case next.Cmp(most) > 0:
		return ErrCommissionMax
	case change.Cmp(step) > 0:
		return ErrCommissionStep
	case next.Cmp(least) < 0:
		return fmt.Errorf("cannot set validator commission to less than minimum rate of %s: %w", least, ErrCommissionMin)
	}
	v.Commission.CommissionRates.Rate, v.Commission.UpdateTime = decText(next), env.Block.Time
	return nil
}

// raiseSelf raises the stake that an operator promises to keep.
func raiseSelf(v *staking.Validator, text string) error {
	least, err := chain.ParseAmount(text)
	if err != nil {
		return fmt.Errorf("minimum self delegation: %v: %w", err, chain.ErrInvalidRequest)
	}
	old, err := amountOf(v.MinSelfDelegation)
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	switch {
	case least.Cmp(old) <= 0:
		return ErrSelfDecreased
	case least.Cmp(st.tokens) > 0:
		return ErrSelfDelegation
	}
	v.MinSelfDelegation = text
	return nil
}
