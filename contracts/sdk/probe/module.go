package probe

import "github.com/weftchain/weft/contracts/sdk"

// Child asks for another probe, at an address that a salt decides.
//
//sdk:json
type Child struct {
	Code uint64 `json:"code"`
	Salt []byte `json:"salt"`
}

// Stake stakes with a validator.
//
//sdk:json
type Stake struct {
	Validator string   `json:"validator"`
	Coin      sdk.Coin `json:"coin"`
}

func child(c *sdk.Context, m *Child) (*sdk.Response, error) {
	return sdk.Respond("child").AddSub(sdk.SubMsg{
		ID: m.Code, ReplyOn: sdk.ReplySuccess,
		Msg: sdk.Instantiate{CodeID: m.Code, Msg: []byte(`{}`), Label: "child", Admin: c.Self(), Salt: m.Salt},
	}), nil
}

func predict(c *sdk.Context, m *Child) (Text, error) {
	a, err := c.PredictAddress(m.Code, c.Self(), m.Salt)
	return Text(a), err
}

// stake stakes, and sends the rewards to the sender.
func stake(c *sdk.Context, m *Stake) (*sdk.Response, error) {
	r := sdk.Respond("stake").Add(sdk.Delegate{Validator: m.Validator, Coin: m.Coin})
	return r.Add(sdk.SetWithdrawAddress{Address: c.Sender}), nil
}

// unstake fetches the rewards, gives something away, and takes the stake back; a
// vote on a proposal that is not there does not hinder it.
func unstake(_ *sdk.Context, m *Stake) (*sdk.Response, error) {
	r := sdk.Respond("unstake").Add(sdk.WithdrawReward{Validator: m.Validator})
	r.Add(sdk.FundCommunityPool{Coins: sdk.Coins{sdk.NewCoin(m.Coin.Denom, 1)}})
	r.Add(sdk.Undelegate{Validator: m.Validator, Coin: m.Coin})
	return r.AddSub(sdk.SubMsg{ID: 1, ReplyOn: sdk.ReplyError, Msg: sdk.Vote{Proposal: 99, Option: sdk.VoteYes}}), nil
}

// staked tells all that staking and distribution say of the contract.
func staked(c *sdk.Context, _ *Empty) (out Texts, err error) {
	denom, err := c.BondedDenom()
	if err != nil {
		return nil, err
	}
	validators, err := c.Validators()
	if err != nil {
		return nil, err
	}
	out = Texts{denom}
	for _, v := range validators {
		one, ok, err := c.Validator(v.Address)
		if err != nil || !ok || one != v {
			return nil, sdk.Error("no validator " + v.Address)
		}
		d, ok, err := c.Delegation(c.Self(), v.Address)
		if err != nil {
			return nil, err
		}
		rewards, err := c.Rewards(c.Self(), v.Address)
		if ok && err != nil {
			return nil, err
		}
		out = append(out, v.Commission.String(), v.MaxCommission.String(), d.Coin.String(), d.CanRedelegate.String(), d.Rewards.String())
		for _, r := range rewards {
			out = append(out, r.Denom, r.Amount.Floor().String())
		}
	}
	all, err := c.Delegations(c.Self())
	if err != nil {
		return nil, err
	}
	_, total, err := c.TotalRewards(c.Self())
	if err != nil {
		return nil, err
	}
	with, err := c.DelegatorValidators(c.Self())
	if err != nil {
		return nil, err
	}
	to, err := c.WithdrawAddress(c.Self())
	return append(out, sdk.U128(uint64(len(all)+10*len(total)+100*len(with))).String(), to.String()), err
}

// bank tells what the bank says of the contract.
func bank(c *sdk.Context, m *Fail) (Texts, error) {
	supply, err := c.Supply(m.How)
	if err != nil {
		return nil, err
	}
	coins, err := c.AllBalances(c.Self())
	if err != nil {
		return nil, err
	}
	meta, err := c.DenomMetadata(m.How)
	if err != nil {
		meta.Name = err.Error()
	}
	return Texts{supply.String(), coins.String(), meta.Name}, nil
}

// rows tells the first keys of the contract's own store, as others may ask them.
func rows(c *sdk.Context, m *Fail) (Texts, error) {
	entries, next, err := c.AskRawRange(c.Self(), sdk.RawRange{Start: []byte(m.How), Limit: 2})
	out := Texts{}
	for _, e := range entries {
		out = append(out, string(e.Value))
	}
	return append(out, string(next)), err
}
