package app

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/state"
)

// TestGenesisText is the outer form: sections, names and JSON.
func TestGenesisText(t *testing.T) {
	good, err := genesis(t).JSON()
	require.NoError(t, err)
	g, err := ParseGenesis(good)
	require.NoError(t, err)
	require.NoError(t, g.Validate())
	again, err := g.JSON()
	require.NoError(t, err)
	require.Equal(t, string(good), string(again))
	empty, err := ParseGenesis([]byte(`{}`))
	require.NoError(t, err)
	require.NoError(t, empty.Validate(), "sections that are not there have their defaults")

	for name, text := range map[string]string{
		"empty":               ``,
		"no object":           `[]`,
		"null":                `null`,
		"two documents":       `{} {}`,
		"trailing comma":      `{"auth":{},}`,
		"unknown section":     `{"lottery":{}}`,
		"section in capitals": `{"AUTH":{}}`,
		"section twice":       `{"auth":{"params":{}},"auth":{"params":{}}}`,
		"section twice, \\u":  `{"auth":{},"\u0061uth":{}}`,
		"null section":        `{"auth":null}`,
		"list for a section":  `{"bank":[]}`,
		"unknown field":       `{"bank":{"blance":[]}}`,
		"field in capitals":   `{"bank":{"Balances":[]}}`,
		"field twice":         `{"bank":{"balances":[],"balances":[]}}`,
		"unknown in genutil":  `{"genutil":{"gen_tx":[]}}`,
		"GEN_TXS":             `{"genutil":{"GEN_TXS":[]}}`,
		"genutil a list":      `{"genutil":[]}`,
		"not UTF-8":           "{\"bank\":{\"\xff\":1}}",
		"deep":                strings.Repeat(`{"bank":`, 10_000),
		"unknown account":     `{"auth":{"accounts":[{"@type":"/cosmos.none.v1.Account"}]}}`,
		"vesting account":     `{"auth":{"accounts":[{"@type":"/cosmos.vesting.v1beta1.BaseVestingAccount"}]}}`,
		"number too large":    `{"weft":{"params":{"max_tx_bytes":"18446744073709551616"}}}`,
		"negative number":     `{"weft":{"params":{"max_tx_bytes":"-1"}}}`,
	} {
		g, err := ParseGenesis([]byte(text))
		if err == nil {
			err = g.Validate()
		}
		require.Error(t, err, name)
		require.Less(t, len(err.Error()), 2_000, name)
	}
}

// TestGenesisRules is the list "Genesis" of the advisories: each thing is
// refused by Validate or at the start, and the error names the path.
func TestGenesisRules(t *testing.T) {
	coin := func(denom, amount string) []base.Coin { return []base.Coin{{Denom: denom, Amount: amount}} }
	validator := func(name string) stakingpb.Validator {
		m := createValidator(t, name, "5000000uweft")
		return stakingpb.Validator{
			OperatorAddress: m.ValidatorAddress, ConsensusPubkey: m.Pubkey, Status: stakingpb.Bonded, Tokens: "5000000",
			DelegatorShares: "5000000000000000000000000", MinSelfDelegation: "1",
			Commission: stakingpb.Commission{CommissionRates: m.Commission},
		}
	}
	backed := func(g *Genesis) {
		v := validator("x")
		g.Staking.Validators = []stakingpb.Validator{v}
		g.Staking.Delegations = []stakingpb.Delegation{{DelegatorAddress: text(t, "x"), ValidatorAddress: v.OperatorAddress, Shares: v.DelegatorShares}}
	}
	pool := func(g *Genesis, amount string) {
		g.Bank.Balances = append(g.Bank.Balances, bankpb.Balance{Address: prefix.Account(layout.ModuleAddress(layout.BondedPool)), Coins: coin("uweft", amount)})
	}
	for _, c := range []struct {
		name, path string
		spoil      func(*Genesis)
	}{
		{"auth parameter 0", "auth parameter tx_sig_limit", func(g *Genesis) { g.Auth.Params.TxSigLimit = 0 }},
		{"auth parameter huge", "max_memo_characters", func(g *Genesis) { g.Auth.Params.MaxMemoCharacters = 1 << 60 }},
		{"account twice", "auth.accounts[6]: duplicate", func(g *Genesis) { g.Auth.Accounts = append(g.Auth.Accounts, g.Auth.Accounts[0]) }},
		{"no account", "auth.accounts[0]", func(g *Genesis) { g.Auth.Accounts[0] = nil }},
		{"account of another type", "auth.accounts[0]", func(g *Genesis) { g.Auth.Accounts[0] = &types.Any{TypeUrl: "/cosmos.bank.v1beta1.MsgSend"} }},
		{"balance twice", "bank.balances[6]: duplicate", func(g *Genesis) { g.Bank.Balances = append(g.Bank.Balances, g.Bank.Balances[0]) }},
		{"balance twice, capitals", "bank.balances[6]: duplicate", func(g *Genesis) {
			b := g.Bank.Balances[0]
			b.Address = strings.ToUpper(b.Address)
			g.Bank.Balances = append(g.Bank.Balances, b)
		}},
		{"balance of another chain", "bank.balances[0].address", func(g *Genesis) { g.Bank.Balances[0].Address = chain.Bech32("cosmos").Account(addr(t, "alice")) }},
		{"negative", "bank.balances[0]", func(g *Genesis) { g.Bank.Balances[0].Coins[0].Amount = "-1" }},
		{"above 2^256", "bank.balances[0]", func(g *Genesis) { g.Bank.Balances[0].Coins[0].Amount = "1" + strings.Repeat("0", 78) }},
		{"zero", "bank.balances[0]", func(g *Genesis) { g.Bank.Balances[0].Coins[0].Amount = "0" }},
		{"denom", "bank.balances[0]", func(g *Genesis) { g.Bank.Balances[0].Coins[0].Denom = "a" }},
		{"denom twice", "bank.balances[0]", func(g *Genesis) { g.Bank.Balances[0].Coins[1].Denom = "atest" }},
		{"sum above 2^256-1", "bank.balances[1]", func(g *Genesis) {
			for i := range 2 {
				g.Bank.Balances[i].Coins = coin("uweft", "115792089237316195423570985008687907853269984665640564039457584007913129639935")
			}
		}},
		{"supply", "bank.supply is 5uweft", func(g *Genesis) { g.Bank.Supply = coin("uweft", "5") }},
		{"supply negative", "bank.supply", func(g *Genesis) { g.Bank.Supply = coin("uweft", "-5") }},
		{"metadata twice", "bank.denom_metadata[1]", func(g *Genesis) { g.Bank.DenomMetadata = []bankpb.Metadata{{Base: "uweft"}, {Base: "uweft"}} }},
		{"metadata denom", "bank.denom_metadata[0]", func(g *Genesis) { g.Bank.DenomMetadata = []bankpb.Metadata{{Base: "u"}} }},
		{"switch twice", "bank.send_enabled[1]", func(g *Genesis) { g.Bank.SendEnabled = []bankpb.SendEnabled{{Denom: "uweft"}, {Denom: "uweft"}} }},
		{"switch denom", "bank.send_enabled[0]", func(g *Genesis) { g.Bank.SendEnabled = []bankpb.SendEnabled{{Denom: ""}} }},
		{"prefix", "bech32_prefix", func(g *Genesis) { g.Params.Bech32Prefix = "Weft" }},
		{"prefix of others", "weft.params.authority", func(g *Genesis) { g.Params.Bech32Prefix = "other" }},
		{"parameter", "weft.params.max_tx_bytes", func(g *Genesis) { g.Params.MaxTxBytes = 1 << 40 }},
		{"bond denom", "staking.params.bond_denom", func(g *Genesis) { g.Staking.Params.BondDenom = "" }},
		{"no validators allowed", "staking.params.max_validators", func(g *Genesis) { g.Staking.Params.MaxValidators = 0 }},
		{"unbonding time", "staking.params.unbonding_time", func(g *Genesis) { g.Staking.Params.UnbondingTime = -1 }},
		{"validator twice", "staking.validators[1]: duplicate", func(g *Genesis) {
			g.Staking.Validators = []stakingpb.Validator{validator("x"), validator("x")}
			pool(g, "10000000")
		}},
		{"validator twice, capitals", "staking.validators[1]: duplicate", func(g *Genesis) {
			again := validator("x")
			again.ConsensusPubkey, again.OperatorAddress = createValidator(t, "y", "1uweft").Pubkey, strings.ToUpper(again.OperatorAddress)
			g.Staking.Validators = []stakingpb.Validator{validator("x"), again}
			pool(g, "10000000")
		}},
		{"key twice", "staking.validators[1]: duplicate", func(g *Genesis) {
			again := validator("y")
			again.ConsensusPubkey = validator("x").ConsensusPubkey
			g.Staking.Validators = []stakingpb.Validator{validator("x"), again}
			pool(g, "10000000")
		}},
		{"key type", "staking.validators[0].consensus_pubkey", func(g *Genesis) {
			v := validator("x")
			v.ConsensusPubkey = secret(t, "x").PubKey().Any()
			g.Staking.Validators = []stakingpb.Validator{v}
		}},
		{"tokens", "staking.validators[0].tokens", func(g *Genesis) {
			v := validator("x")
			v.Tokens = "-1"
			g.Staking.Validators = []stakingpb.Validator{v}
		}},
		{"power", "staking.validators[0]", func(g *Genesis) {
			v := validator("x")
			v.Tokens = "9" + strings.Repeat("0", 40)
			g.Staking.Validators = []stakingpb.Validator{v}
		}},
		{"pool empty", "the bonded pool", func(g *Genesis) { backed(g) }},
		{"pool too full", "the bonded pool", func(g *Genesis) { backed(g); pool(g, "5000001") }},
		{"shares of nobody", "staking.validators[0].delegator_shares", func(g *Genesis) { backed(g); g.Staking.Delegations = nil }},
		{"rewards from nothing", "the distribution account", func(g *Genesis) {
			g.Distribution.FeePool.CommunityPool = []base.DecCoin{{Denom: "uweft", Amount: "1"}}
		}},
		{"community tax", "distribution.params.community_tax", func(g *Genesis) { g.Distribution.Params.CommunityTax = "1000000000000000001" }},
		{"window", "slashing.params.signed_blocks_window", func(g *Genesis) { g.Slashing.Params.SignedBlocksWindow = 0 }},
		{"delegation to nobody", "staking.delegations[0]", func(g *Genesis) {
			g.Staking.Delegations = []stakingpb.Delegation{{DelegatorAddress: text(t, "alice"), ValidatorAddress: prefix.Validator(addr(t, "x")), Shares: "1"}}
		}},
		{"unbonding", "staking", func(g *Genesis) { g.Staking.UnbondingDelegations = make([]stakingpb.UnbondingDelegation, 1) }},
		{"gentx of another chain", "genutil.gen_txs[0]", func(g *Genesis) {
			g.GenTxs = []json.RawMessage{gentx(t, "val", "other", createValidator(t, "val", "5000000uweft"))}
		}},
		{"gentx with a bad signature", "genutil.gen_txs[0]", func(g *Genesis) {
			g.GenTxs = []json.RawMessage{gentx(t, "alice", testChain, createValidator(t, "val", "5000000uweft"))}
		}},
		{"gentx with two messages", "genutil.gen_txs[0]", func(g *Genesis) {
			m := createValidator(t, "val", "5000000uweft")
			g.GenTxs = []json.RawMessage{gentx(t, "val", testChain, m, m)}
		}},
		{"gentx with a send", "genutil.gen_txs[0]", func(g *Genesis) {
			g.GenTxs = []json.RawMessage{gentx(t, "val", testChain, msgSend(t, "val", "bob", "1uweft"))}
		}},
		{"gentx twice", "genutil.gen_txs[1]", func(g *Genesis) { g.GenTxs = append(g.GenTxs, g.GenTxs[0]) }},
		{"gentx without account", "genutil.gen_txs[0]", func(g *Genesis) {
			g.GenTxs = []json.RawMessage{gentx(t, "x", testChain, createValidator(t, "x", "5000000uweft"))}
		}},
		{"gentx above balance", "genutil.gen_txs[0]", func(g *Genesis) {
			g.GenTxs = []json.RawMessage{gentx(t, "val", testChain, createValidator(t, "val", "5000000000uweft"))}
		}},
		{"gentx in another denom", "genutil.gen_txs[0]", func(g *Genesis) {
			g.GenTxs = []json.RawMessage{gentx(t, "val", testChain, createValidator(t, "val", "5000000atest"))}
		}},
		{"gentx is no transaction", "genutil.gen_txs[0]", func(g *Genesis) { g.GenTxs = []json.RawMessage{json.RawMessage(`{"body":{}}`)} }},
		{"gentx with an unknown field", "genutil.gen_txs[0]", func(g *Genesis) { g.GenTxs = []json.RawMessage{json.RawMessage(`{"bdy":{}}`)} }},
	} {
		g := genesis(t)
		c.spoil(g)
		store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
		require.NoError(t, err)
		a, err := New(Options{Store: store, ChainID: testChain})
		require.NoError(t, err)
		raw, err := g.JSON()
		if err == nil {
			_, _, err = a.InitGenesis(raw, start, 1, 0)
		}
		require.Error(t, err, c.name)
		if c.name != "no account" {
			require.ErrorContains(t, err, c.path, c.name)
		}
		a.Close()
		require.NoError(t, store.Close())
	}
}

// TestGenesisAccounts: an account lies where its key or module says.
func TestGenesisAccounts(t *testing.T) {
	account := func(text string) error {
		g, err := ParseGenesis([]byte(`{"auth":{"params":{"max_memo_characters":"256","tx_sig_limit":"7","tx_size_cost_per_byte":"10","sig_verify_cost_ed25519":"590","sig_verify_cost_secp256k1":"1000"},"accounts":[` + text + `]}}`))
		if err != nil {
			return err
		}
		return g.Validate()
	}
	pub := `{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"` + base64.StdEncoding.EncodeToString(secret(t, "bob").PubKey().Bytes()) + `"}`
	require.NoError(t, account(`{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":"`+text(t, "bob")+`","pub_key":`+pub+`}`))
	require.ErrorIs(t, account(`{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":"`+text(t, "alice")+`","pub_key":`+pub+`}`), chain.ErrInvalidPubKey)
	fees := prefix.Account(layout.ModuleAddress(layout.FeeCollector))
	require.NoError(t, account(`{"@type":"/cosmos.auth.v1beta1.ModuleAccount","base_account":{"address":"`+fees+`"},"name":"fee_collector"}`))
	require.ErrorIs(t, account(`{"@type":"/cosmos.auth.v1beta1.ModuleAccount","base_account":{"address":"`+fees+`"},"name":"other"}`), chain.ErrInvalidAddress)
	require.ErrorIs(t, account(`{"@type":"/cosmos.auth.v1beta1.ModuleAccount","base_account":{"address":"`+text(t, "bob")+`"},"name":"fee_collector"}`), chain.ErrInvalidAddress)
	require.ErrorIs(t, account(`{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":"`+fees+`"}`), chain.ErrInvalidAddress, "a module's account must be the module's")
	require.Error(t, account(`{"@type":"/cosmos.auth.v1beta1.ModuleAccount","name":"fee_collector"}`))
}

// TestGenesisNumbers: numbers follow the order of the file, then modules.
func TestGenesisNumbers(t *testing.T) {
	w := newWorld(t, worldOptions{})
	for i, name := range people {
		require.Equal(t, uint64(i), w.account(name).Number)
	}
	g := genesis(t)
	require.ErrorIs(t, g.AddAccount(prefix, text(t, "alice"), nil), chain.ErrInvalidRequest)
	require.ErrorIs(t, g.AddAccount(prefix, strings.ToUpper(text(t, "alice")), nil), chain.ErrInvalidRequest)
	require.ErrorIs(t, g.AddAccount(prefix, "x", nil), chain.ErrInvalidAddress)
	require.ErrorIs(t, g.AddAccount(prefix, text(t, "x"), chain.Coins{{Denom: "uweft"}}), chain.ErrInvalidCoins)
}

// TestGenesisAgain: CometBFT calls InitChain again after a crash before the
// first block; and once there is a block it must not.
func TestGenesisAgain(t *testing.T) {
	w := newWorld(t, worldOptions{noBlock: true})
	raw, err := genesis(t).JSON()
	require.NoError(t, err)
	_, first, err := w.app.InitGenesis(raw, start, 1, 0)
	require.NoError(t, err)
	_, second, err := w.app.InitGenesis(raw, start, 1, 0)
	require.NoError(t, err)
	require.Equal(t, first, second)
	w.block()
	_, _, err = w.app.InitGenesis(raw, start, 1, 0)
	require.Error(t, err)
}

// TestFirstHeight: before the first block transactions are checked at its
// height, whatever genesis calls it.
func TestFirstHeight(t *testing.T) {
	store, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	a, err := New(Options{Store: store, ChainID: testChain})
	require.NoError(t, err)
	t.Cleanup(a.Close)
	_, err = a.Execute(BlockInput{Height: 1, Time: start})
	require.ErrorContains(t, err, "before genesis")
	_, err = a.Simulate([]byte{1})
	require.ErrorIs(t, err, chain.ErrInvalidHeight)
	raw, err := genesis(t).JSON()
	require.NoError(t, err)
	_, _, err = a.InitGenesis(raw, start, 100, 0)
	require.NoError(t, err)
	_, err = a.Query(Query{Path: "/weft.params.v1.Query/Params"})
	require.ErrorIs(t, err, chain.ErrInvalidHeight)
	w := &world{t: t, store: store, app: a, height: 99, time: start.Add(time.Second)}
	a.checking.Lock()
	require.Equal(t, int64(100), a.check.Block.Height)
	require.Equal(t, start, a.check.Block.Time)
	a.checking.Unlock()
	w.block()
	ok(t, w.block(w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft")))[0])
}
