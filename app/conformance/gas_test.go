package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
	"github.com/weftchain/weft/vm"
)

// The contract that wasmd's own unit tests call hackatom.
const (
	wasmd          = "github.com/CosmWasm/wasmd@v0.70.3"
	hackatomBytes  = 180_690
	hackatomSHA256 = "3f4cd47c39c57fe1733fb41ed176eebd9d5c67baf5df8a1eeda1455e758f8514"
)

// wasmdFile reads a file of the reference's sources.
func wasmdFile(t *testing.T, path string) []byte {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", wasmd)
	cmd.Dir = t.TempDir() // outside of any module: nothing is added to one
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.Output()
	require.NoError(t, err, "%s", out)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &module))
	raw, err := os.ReadFile(filepath.Join(module.Dir, path))
	require.NoError(t, err)
	return raw
}

// keepers is the reference's unit-test set-up: no transaction around a
// message, no fees, no signatures, the prefix "cosmos".
type keepers struct {
	t      *testing.T
	env    *chain.Env
	wasm   *wasm.Wasm
	auth   *auth.Auth
	bank   *bank.Bank
	routes map[string]chain.Route
}

// accounts is what bank and wasm need of auth.
type accounts interface {
	bank.Accounts
	wasm.Accounts
}

func newKeepers(t *testing.T, numbering func(*auth.Auth) accounts) *keepers {
	store, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	engine, err := vm.New(vm.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	params := chain.DefaultParams()
	params.Bech32 = "cosmos"
	block := &chain.Block{
		Height: 1234567, Time: time.Date(2020, time.April, 22, 12, 0, 0, 0, time.UTC), Bech32: "cosmos", Params: params,
	}
	k := &keepers{t: t, env: chain.NewEnv(block, store.Branch()), auth: &auth.Auth{}, bank: &bank.Bank{}, routes: map[string]chain.Route{}}
	accounts := numbering(k.auth)
	k.auth.Bank, k.bank.Accounts = k.bank, accounts
	w := wasm.New(wasm.Options{Engine: engine, Bank: k.bank, Accounts: accounts, Dispatcher: k})
	k.wasm = w
	for _, list := range [][]chain.Route{w.Messages(), k.bank.Messages()} {
		for _, r := range list {
			k.routes[r.Path] = r
		}
	}
	require.NoError(t, k.auth.InitGenesis(k.env, &authpb.GenesisState{Params: auth.DefaultParams()}))
	require.NoError(t, k.bank.InitGenesis(k.env, &bankpb.GenesisState{Params: bankpb.Params{DefaultSendEnabled: true}}))
	require.NoError(t, w.InitGenesis(k.env, wasm.DefaultGenesis()))
	return k
}

func (k *keepers) Dispatch(env *chain.Env, _ chain.Address, msg chain.Message, typeURL string) (chain.Response, error) {
	r, ok := k.routes[typeURL]
	if !ok {
		return chain.Response{}, fmt.Errorf("can't route message %s: %w", typeURL, chain.ErrUnknownRequest)
	}
	res, err := r.Handle(env, msg)
	if err != nil {
		return chain.Response{}, err
	}
	value, err := res.Marshal()
	return chain.Response{TypeURL: tx.TypeURL(res), Value: value}, err
}

func (k *keepers) DispatchAny(*chain.Env, chain.Address, string, []byte) (chain.Response, error) {
	return chain.Response{}, fmt.Errorf("not used: %w", wasm.ErrInvalidMsg)
}

// hashedNumbers numbers new accounts as cosmos-sdk 0.54 does: by a hash with the
// highest bit set, without a counter in state. weft counts, which is free; a new
// account costs 270 gas less that way, for nine bytes.
type hashedNumbers struct{ *auth.Auth }

func hashed(a *auth.Auth) accounts  { return hashedNumbers{a} }
func counted(a *auth.Auth) accounts { return a }

const shortNumberGas = 9 * 30

func (h hashedNumbers) Create(env *chain.Env, addr chain.Address) error {
	sum := sha256.Sum256([]byte(addr))
	acc := &auth.Account{Address: addr, Number: binary.BigEndian.Uint64(sum[:]) | 1<<63}
	store := env.Store(layout.Auth)
	if _, err := store.Get(layout.Account(addr)); err != nil {
		return err
	}
	if _, err := store.Has(layout.AccountNumber(acc.Number)); err != nil {
		return err
	}
	if err := store.Set(layout.AccountNumber(acc.Number), addr.Bytes()); err != nil {
		return err
	}
	packed, err := acc.Proto(env.Bech32())
	if err != nil {
		return err
	}
	raw, err := packed.Marshal()
	if err != nil {
		return err
	}
	return store.Set(layout.Account(addr), raw)
}

// fund makes coins out of nothing, as the reference's faucet does by way of a
// module account.
func (k *keepers) fund(to chain.Address, coins string) {
	list, err := chain.ParseCoins(coins)
	require.NoError(k.t, err)
	exists, err := k.auth.Exists(k.env, to)
	require.NoError(k.t, err)
	if !exists {
		require.NoError(k.t, k.bank.Accounts.Create(k.env, to))
	}
	require.NoError(k.t, k.bank.Mint(k.env, to, list))
}

// run handles a message in the given environment and returns what it used.
func (k *keepers) run(env *chain.Env, msg chain.Message) (chain.Message, uint64) {
	k.t.Helper()
	before := env.Gas.Used()
	res, err := k.routes[tx.TypeURL(msg)].Handle(env, msg)
	require.NoError(k.t, err)
	return res, env.Gas.Used() - before
}

func (k *keepers) text(a chain.Address) string { return k.env.Bech32().Account(a) }

// user is an account with a key, longUser one of the 32 bytes that the
// reference's tests give to some creators.
func user(b byte) chain.Address     { return chain.Address(bytes.Repeat([]byte{b}, 20)) }
func longUser(b byte) chain.Address { return chain.Address(bytes.Repeat([]byte{b}, 32)) }

// storeHackatom stores the contract.
func (k *keepers) storeHackatom(creator chain.Address) {
	code := wasmdFile(k.t, "x/wasm/keeper/testdata/hackatom.wasm")
	require.Len(k.t, code, hackatomBytes)
	sum := sha256.Sum256(code)
	require.Equal(k.t, hackatomSHA256, hex.EncodeToString(sum[:]))
	k.run(k.env, &wasmpb.MsgStoreCode{Sender: k.text(creator), WASMByteCode: code})
}

// fresh is an environment in which no code ran yet: the reference's unit tests
// do not keep that account. There is a transaction counter, and the bytes of
// the transaction are empty.
func (k *keepers) fresh() *chain.Env {
	env := *k.env
	env.Calls = &chain.Calls{}
	env.Tx = &chain.Tx{Hash: sha256.Sum256(nil)}
	return &env
}

// TestInstantiate is the reference's test of the same name: 0x1b8a6. weft pays
// less for the shorter account number.
func TestInstantiate(t *testing.T) {
	for name, c := range map[string]struct {
		numbering func(*auth.Auth) accounts
		want      int
	}{
		"reference": {hashed, 0x1b8a6},
		"weft":      {counted, 0x1b8a6 - shortNumberGas},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeepers(t, c.numbering)
			creator := longUser(1)
			k.fund(creator, "100000denom")
			k.storeHackatom(user(2))
			msg := fmt.Sprintf(`{"verifier":"%s","beneficiary":"%s"}`, k.text(user(7)), k.text(user(8)))
			_, gas := k.run(k.fresh(), &wasmpb.MsgInstantiateContract{
				Sender: k.text(creator), CodeID: 1, Label: "demo contract 1", Msg: []byte(msg),
			})
			require.Equal(t, c.want, int(gas))
		})
	}
}

// TestExecute is the reference's test of the same name: 0x1a21a.
func TestExecute(t *testing.T) {
	k := newKeepers(t, hashed)
	creator, fred, bob := longUser(1), user(7), user(8)
	k.fund(creator, "200000denom")
	k.fund(fred, "5000denom")
	k.storeHackatom(creator)
	msg := fmt.Sprintf(`{"verifier":"%s","beneficiary":"%s"}`, k.text(fred), k.text(bob))
	deposit, err := chain.ParseCoins("100000denom")
	require.NoError(t, err)
	res, _ := k.run(k.fresh(), &wasmpb.MsgInstantiateContract{
		Sender: k.text(creator), CodeID: 1, Label: "demo contract 3", Msg: []byte(msg), Funds: wire.ProtoCoins(deposit),
	})
	topUp, err := chain.ParseCoins("5000denom")
	require.NoError(t, err)
	_, gas := k.run(k.fresh(), &wasmpb.MsgExecuteContract{
		Sender: k.text(fred), Contract: res.(*wasmpb.MsgInstantiateContractResponse).Address,
		Msg: []byte(`{"release":{}}`), Funds: wire.ProtoCoins(topUp),
	})
	require.Equal(t, 0x1a21a, int(gas))
	got, err := k.bank.Balances(k.env, bob)
	require.NoError(t, err)
	require.Equal(t, "105000denom", got.String())
}

// TestRecursion has the numbers of the reference's TestGasCostOnQuery and
// TestLimitRecursiveQueryGas: a contract that queries itself.
func TestRecursion(t *testing.T) {
	const (
		discount               = 60_000 - 2_000
		noWork, work50, work2k = 64_197, 64_444, 77_035
		returnPlain, returnSum = 74, 63
		returnSum2k            = 64
		depthError             = 3_404
		plenty                 = 10_000_000
	)
	k := newKeepers(t, hashed)
	creator, verifier := user(1), user(2)
	k.fund(creator, "1000denom")
	k.storeHackatom(creator)
	funds, err := chain.ParseCoins("100denom")
	require.NoError(t, err)
	res, _ := k.run(k.fresh(), &wasmpb.MsgInstantiateContract{
		Sender: k.text(creator), Admin: k.text(creator), CodeID: 1, Label: "hackatom contract", Funds: wire.ProtoCoins(funds),
		Msg: fmt.Appendf(nil, `{"verifier":"%s","beneficiary":"%s"}`, k.text(verifier), k.text(user(3))),
	})
	contract, err := k.env.Bech32().ParseAccount(res.(*wasmpb.MsgInstantiateContractResponse).Address)
	require.NoError(t, err)
	for _, c := range []struct {
		depth, work int
		limit, want uint64
		fails       *chain.Error
	}{
		{0, 0, plenty, noWork, nil},
		{0, 50, plenty, work50, nil},
		{1, 0, plenty, noWork + noWork - discount + returnPlain, nil},
		{1, 50, plenty, work50 + work50 - discount + returnSum, nil},
		{4, 50, plenty, work50 + 4*(work50-discount+returnSum), nil},
		{0, 2000, plenty, work2k, nil},
		{5, 2000, work2k + 5*(work2k-discount+returnSum2k) + 1, work2k + 5*(work2k-discount+returnSum2k), nil},
		{6, 2000, work2k + 5*(work2k-discount+returnSum2k), 0, chain.ErrOutOfGas},
		{100, 2000, plenty, work2k + returnSum2k + 9*(work2k-discount+returnSum2k) + depthError, wasm.ErrQueryFailed},
	} {
		t.Run(fmt.Sprintf("depth %d work %d limit %d", c.depth, c.work, c.limit), func(t *testing.T) {
			env := k.fresh().ChildWithGas(c.limit)
			_, err := k.wasm.Smart(env, contract, fmt.Appendf(nil, `{"recurse":{"depth":%d,"work":%d}}`, c.depth, c.work))
			if c.fails == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.fails)
			}
			if c.fails == chain.ErrOutOfGas {
				_, ranOut := chain.OutOfGasLocation(err)
				require.True(t, ranOut)
				return
			}
			require.Equal(t, int(c.want), int(env.Gas.Used()))
		})
	}
}
