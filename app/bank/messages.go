package bank

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

// Messages lists the messages of cosmos.bank.v1beta1.Msg.
func (b *Bank) Messages() []chain.Route {
	const pkg = "/cosmos.bank.v1beta1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgSend", checkSend, b.send),
		chain.NewMsg(pkg+"MsgMultiSend", checkMultiSend, b.multiSend),
		chain.NewMsg(pkg+"MsgUpdateParams", nil, b.updateParams),
		chain.NewMsg(pkg+"MsgSetSendEnabled", checkSetSendEnabled, b.setSendEnabled),
	}
}

// positive reads coins that must be canonical and not empty.
func positive(list []base.Coin) (chain.Coins, error) {
	coins, err := wire.Coins(list)
	if err != nil {
		return nil, err
	}
	if coins.IsZero() {
		return nil, fmt.Errorf("no coins: %w", chain.ErrInvalidCoins)
	}
	return coins, coins.Validate()
}

func checkSend(block *chain.Block, m *bank.MsgSend) error {
	if _, err := block.Bech32.ParseAccount(m.FromAddress); err != nil {
		return fmt.Errorf("invalid from address: %w", err)
	}
	if _, err := block.Bech32.ParseAccount(m.ToAddress); err != nil {
		return fmt.Errorf("invalid to address: %w", err)
	}
	_, err := positive(m.Amount)
	return err
}

func (b *Bank) send(env *chain.Env, m *bank.MsgSend) (*bank.MsgSendResponse, error) {
	from, err := env.Bech32().ParseAccount(m.FromAddress)
	if err != nil {
		return nil, err
	}
	to, err := env.Bech32().ParseAccount(m.ToAddress)
	if err != nil {
		return nil, err
	}
	coins, err := positive(m.Amount)
	if err != nil {
		return nil, err
	}
	if err := b.CheckSendEnabled(env, coins); err != nil {
		return nil, err
	}
	if b.Blocked(to) {
		return nil, fmt.Errorf("%s is not allowed to receive funds: %w", m.ToAddress, chain.ErrUnauthorized)
	}
	return &bank.MsgSendResponse{}, b.Send(env, from, to, coins)
}

// maxOutputs bounds the recipients of one multi-send.
const maxOutputs = 1_000

func checkMultiSend(block *chain.Block, m *bank.MsgMultiSend) error {
	switch {
	case len(m.Inputs) == 0:
		return ErrNoInputs
	case len(m.Inputs) > 1:
		return ErrMultipleSenders
	case len(m.Outputs) == 0:
		return ErrNoOutputs
	case len(m.Outputs) > maxOutputs:
		return fmt.Errorf("%d outputs, at most %d: %w", len(m.Outputs), maxOutputs, chain.ErrInvalidRequest)
	}
	if _, err := block.Bech32.ParseAccount(m.Inputs[0].Address); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	in, err := positive(m.Inputs[0].Coins)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	var out chain.Coins
	for i, o := range m.Outputs {
		if _, err := block.Bech32.ParseAccount(o.Address); err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
		coins, err := positive(o.Coins)
		if err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
		if out, err = out.Add(coins...); err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
	}
	if in.String() != out.String() {
		return fmt.Errorf("%s in, %s out: %w", in, out, ErrInputOutput)
	}
	return nil
}

func (b *Bank) multiSend(env *chain.Env, m *bank.MsgMultiSend) (*bank.MsgMultiSendResponse, error) {
	if err := checkMultiSend(env.Block, m); err != nil {
		return nil, err
	}
	from, err := env.Bech32().ParseAccount(m.Inputs[0].Address)
	if err != nil {
		return nil, err
	}
	in, err := positive(m.Inputs[0].Coins)
	if err != nil {
		return nil, err
	}
	if err := b.CheckSendEnabled(env, in); err != nil {
		return nil, err
	}
	for _, o := range m.Outputs {
		to, err := env.Bech32().ParseAccount(o.Address)
		if err != nil {
			return nil, err
		}
		if b.Blocked(to) {
			return nil, fmt.Errorf("%s is not allowed to receive funds: %w", o.Address, chain.ErrUnauthorized)
		}
	}
	env.Events.Emit(chain.NewEvent("message", "sender", env.Bech32().Account(from)))
	if err := b.take(env, from, in); err != nil {
		return nil, err
	}
	for _, o := range m.Outputs {
		if err := b.output(env, from, o); err != nil {
			return nil, err
		}
	}
	return &bank.MsgMultiSendResponse{}, nil
}

func (b *Bank) output(env *chain.Env, from chain.Address, o bank.Output) error {
	to, err := env.Bech32().ParseAccount(o.Address)
	if err != nil {
		return err
	}
	coins, err := positive(o.Coins)
	if err != nil {
		return err
	}
	if err := b.give(env, to, coins); err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent("transfer",
		"recipient", env.Bech32().Account(to), "sender", env.Bech32().Account(from), "amount", coins.String()))
	return b.ensure(env, to)
}

func (b *Bank) updateParams(env *chain.Env, m *bank.MsgUpdateParams) (*bank.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if len(m.Params.SendEnabled) > 0 {
		return nil, fmt.Errorf("use of send_enabled in params is no longer supported: %w", chain.ErrInvalidRequest)
	}
	raw, err := m.Params.Marshal()
	if err != nil {
		return nil, err
	}
	if raw == nil {
		raw = []byte{}
	}
	return &bank.MsgUpdateParamsResponse{}, env.Store(layout.Bank).Set(layout.BankParams, raw)
}

// maxSwitches bounds the denoms of one MsgSetSendEnabled.
const maxSwitches = 1_000

func checkSetSendEnabled(_ *chain.Block, m *bank.MsgSetSendEnabled) error {
	if n := len(m.SendEnabled) + len(m.UseDefaultFor); n > maxSwitches {
		return fmt.Errorf("%d denoms, at most %d: %w", n, maxSwitches, chain.ErrInvalidRequest)
	}
	seen := map[string]bool{}
	for _, s := range m.SendEnabled {
		if err := chain.CheckDenom(s.Denom); err != nil {
			return err
		}
		if seen[s.Denom] {
			return fmt.Errorf("duplicate denom %s: %w", s.Denom, chain.ErrInvalidRequest)
		}
		seen[s.Denom] = true
	}
	for _, denom := range m.UseDefaultFor {
		if err := chain.CheckDenom(denom); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bank) setSendEnabled(env *chain.Env, m *bank.MsgSetSendEnabled) (*bank.MsgSetSendEnabledResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	store := env.Store(layout.Bank)
	for _, s := range m.SendEnabled {
		if err := store.Set(layout.BankSendEnabled(s.Denom), switchValue(s.Enabled)); err != nil {
			return nil, err
		}
	}
	for _, denom := range m.UseDefaultFor {
		if err := store.Delete(layout.BankSendEnabled(denom)); err != nil {
			return nil, err
		}
	}
	return &bank.MsgSetSendEnabledResponse{}, nil
}

func switchValue(on bool) []byte {
	if on {
		return []byte{1}
	}
	return []byte{0}
}
