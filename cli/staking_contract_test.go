//go:build e2e

package cli

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	rpc "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/loopback"
)

// stakingContract is CosmWasm's own example of a contract that stakes, as wasmd
// carries it for its tests.
func stakingContract(t *testing.T) string {
	out, err := exec.Command("go", "mod", "download", "-json", "github.com/CosmWasm/wasmd@v0.70.3").Output()
	require.NoError(t, err, "wasmd carries the contract and could not be downloaded")
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &module))
	return filepath.Join(module.Dir, "x", "wasm", "keeper", "testdata", "staking.wasm")
}

// smart asks a contract.
func (v *validator) smart(contract, question string) any {
	v.t.Helper()
	return at(v.ask("wasm", "contract-state", "smart", contract, question), "data")
}

// TestStakingContract runs a public contract that issues tokens for stake: it
// delegates what it gets, takes rewards and stakes them again, unbonds and pays
// back, and asks about all that.
func TestStakingContract(t *testing.T) {
	v := &validator{t: t, home: filepath.Join(t.TempDir(), "home"), rpc: loopback.Must(t), p2p: loopback.Must(t), name: "op"}
	client, err := rpc.New("http://"+v.rpc, "/websocket")
	require.NoError(t, err)
	v.client = client
	runWeft(t, "", "init", "n", "--home", v.home, "--chain-id", "weft-local")
	runWeft(t, "", "keys", "add", v.name, "--no-backup", "--home", v.home, "--keyring-backend", "test")
	v.operator = runWeft(t, "", "keys", "show", v.name, "-a", "--bech", "val", "--home", v.home, "--keyring-backend", "test")
	account := runWeft(t, "", "keys", "show", v.name, "-a", "--home", v.home, "--keyring-backend", "test")
	edit(t, filepath.Join(v.home, "config", "config.toml"), `timeout_commit = "1s"`, `timeout_commit = "100ms"`)
	edit(t, filepath.Join(v.home, "config", "genesis.json"), `"unbonding_time": "1814400s"`, `"unbonding_time": "3s"`)
	runWeft(t, "", "genesis", "add-account", account, "1000000000uweft", "--home", v.home, "--keyring-backend", "test")
	runWeft(t, "", "genesis", "gentx", v.name, "100000000uweft", "--home", v.home, "--keyring-backend", "test")
	runWeft(t, "", "genesis", "collect-gentxs", "--home", v.home)
	v.start("")
	t.Cleanup(v.stop)
	await(t, "block", func() bool { return v.height() > 1 })

	v.tx("wasm", "store", stakingContract(t))
	v.tx("wasm", "instantiate", "1", `{"name":"Stake","symbol":"STK","decimals":6,"validator":"`+v.operator+`","exit_tax":"0.1","min_withdrawal":"10"}`, "--label", "stake", "--no-admin")
	contracts := at(v.ask("wasm", "list-contract-by-code", "1"), "contracts").([]any)
	require.Len(t, contracts, 1)
	contract := contracts[0].(string)

	execute := func(message string, more ...string) {
		t.Helper()
		v.tx(append([]string{"wasm", "execute", contract, message, "--gas-adjustment", "1.5"}, more...)...)
	}
	staked := func() string { return at(v.smart(contract, `{"investment":{}}`), "staked_tokens", "amount").(string) }
	execute(`{"bond":{}}`, "--amount", "1000000uweft")
	require.Equal(t, "1000000", at(v.smart(contract, `{"balance":{"address":"`+account+`"}}`), "balance"))
	require.Equal(t, "1000000", staked())
	list := at(v.ask("staking", "delegations", contract), "delegation_responses").([]any)
	require.Equal(t, "1000000", at(list[0], "balance", "amount"))

	runWeft(t, "", v.flags([]string{"tx", "bank", "send", v.name, account, "1uweft"}, "-y", "--fees", "50000000uweft", "--gas", "200000")...)
	await(t, "rewards", func() bool { return len(at(v.ask("distribution", "rewards", contract), "total").([]any)) == 1 })
	execute(`{"reinvest":{}}`)
	require.Greater(t, len(staked()), 6, "the rewards are staked too")
	require.NotEqual(t, "1000000", staked())

	execute(`{"unbond":{"amount":"500000"}}`)
	require.Len(t, at(v.ask("staking", "unbonding-delegations", contract), "unbonding_responses"), 1)
	claims := at(v.smart(contract, `{"claims":{"address":"`+account+`"}}`), "claims")
	require.NotEqual(t, "0", claims)
	await(t, "end of unbonding", func() bool {
		left, _ := at(v.ask("staking", "unbonding-delegations", contract), "unbonding_responses").([]any)
		return len(left) == 0
	})
	execute(`{"claim":{}}`)
	require.Equal(t, "0", at(v.smart(contract, `{"claims":{"address":"`+account+`"}}`), "claims"))
}
