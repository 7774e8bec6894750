package conformance

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// respond runs an entry point and decodes its response.
func (c *contract) respond(entry string, args ...string) *cosmwasm.Response {
	c.tb.Helper()
	res, err := c.call(entry, args...)
	require.NoError(c.tb, err)
	r, err := cosmwasm.DecodeContractResult(res.Data)
	require.NoError(c.tb, err)
	require.Empty(c.tb, r.Err)
	return r.Ok
}

func TestRelease(t *testing.T) {
	c := newContract(t, "hackatom")
	c.instantiate("creator", hackatomInit)
	r := c.respond("execute", env, info("fred"), `{"release":{}}`)
	require.Equal(t, []byte{0xf0, 0x0b, 0xaa}, r.Data)
	require.Equal(t, []cosmwasm.EventAttribute{{Key: "action", Value: "release"}, {Key: "destination", Value: "bob"}}, r.Attributes)
	require.Equal(t, "hackatom", r.Events[0].Type)
	require.Len(t, r.Messages, 1)
	require.Equal(t, cosmwasm.ReplyNever, r.Messages[0].ReplyOn)
	want := &cosmwasm.SendMsg{ToAddress: "bob", Amount: cosmwasm.Array[cosmwasm.Coin]{{Denom: "ATOM", Amount: "250"}}}
	require.Equal(t, want, r.Messages[0].Msg.Bank.Send)
}

func TestSudo(t *testing.T) {
	c := newContract(t, "hackatom")
	c.instantiate("creator", hackatomInit)
	r := c.respond("sudo", env, `{"steal_funds":{"recipient":"community-pool","amount":[{"amount":"700","denom":"gold"}]}}`)
	want := &cosmwasm.SendMsg{ToAddress: "community-pool", Amount: cosmwasm.Array[cosmwasm.Coin]{{Denom: "gold", Amount: "700"}}}
	require.Equal(t, want, r.Messages[0].Msg.Bank.Send)
}

// hackatom of this generation has the short form of migrate; both ways to call
// it work, and the long one pays for its attempt.
func TestMigrate(t *testing.T) {
	c := newContract(t, "hackatom")
	c.instantiate("creator", hackatomInit)
	require.JSONEq(t, `{"verifier":"fred"}`, string(c.query(`{"verifier":{}}`)))
	_, short := c.must("migrate", env, `{"verifier":"alice"}`)
	require.JSONEq(t, `{"verifier":"alice"}`, string(c.query(`{"verifier":{}}`)))
	_, long := c.must("migrate", env, `{"verifier":"alina"}`, `{"sender":"x","old_migrate_version":null}`)
	require.JSONEq(t, `{"verifier":"alina"}`, string(c.query(`{"verifier":{}}`)))
	require.Greater(t, long, short+3*230_000)
}

func TestQueries(t *testing.T) {
	c := newContract(t, "hackatom")
	c.instantiate("creator", hackatomInit)
	res, err := c.call("query", env, `{"Raw":{"val":"config"}}`)
	require.NoError(t, err)
	_, text := contractResult(t, res.Data)
	require.Contains(t, text, "Error parsing into type hackatom::msg::QueryMsg: unknown variant `Raw`, expected one of")

	c.querier = bank("foobar", "1234", "ATOM", "65432", "ETH")
	require.JSONEq(t, `{"amount":[{"denom":"ATOM","amount":"1234"},{"denom":"ETH","amount":"65432"}]}`,
		string(c.query(`{"other_balance":{"address":"foobar"}}`)))
	require.JSONEq(t, `{"amount":[]}`, string(c.query(`{"other_balance":{"address":"nobody"}}`)))
}

func TestUserErrorsInAPICalls(t *testing.T) {
	c := newContract(t, "hackatom")
	c.instantiate("creator", hackatomInit)
	c.api = failingAPI{}
	c.execute("fred", `{"user_errors_in_api_calls":{}}`)
}

func TestMissingEntryPoint(t *testing.T) {
	c := newContract(t, "hackatom")
	c.instantiate("creator", hackatomInit)
	res, err := c.call("reply", env, `{}`)
	require.Equal(t, vm.KindResolve, kind(err))
	require.EqualError(t, err, "Error calling the VM: Error resolving Wasm function: Could not get export: Missing export reply")
	require.Greater(t, res.GasUsed, uint64(460_000), "the arguments were handed over before")
}

func TestAnalysis(t *testing.T) {
	e, err := compiler()
	require.NoError(t, err)
	for name, want := range map[string]struct {
		ibc          bool
		capabilities string
		entry        string
		version      uint64
	}{
		"hackatom":    {false, "", "instantiate execute migrate sudo query", 42},
		"ibc_reflect": {true, "iterator stargate", "instantiate migrate reply query ibc_channel_open ibc_channel_connect ibc_channel_close ibc_packet_receive ibc_packet_ack ibc_packet_timeout", 0},
		"queue":       {false, "iterator", "instantiate execute migrate query", 0},
		"reflect":     {false, "cosmwasm_1_1 staking stargate", "instantiate execute reply query", 0},
	} {
		code := wasm(t, name)
		a, err := e.Check(code)
		require.NoError(t, err, name)
		sum, b, err := e.Compile(code)
		require.NoError(t, err, name)
		require.Equal(t, a, b)
		require.Equal(t, sha256.Sum256(code), sum)
		c, err := e.Analyze(vm.Code{Checksum: sum})
		require.NoError(t, err)
		require.Equal(t, a, c)
		require.Equal(t, want.ibc, a.HasIBCEntryPoints, name)
		require.ElementsMatch(t, strings.Fields(want.entry), a.EntryPoints, name)
		if want.version != 0 {
			require.Equal(t, want.version, *a.MigrateVersion)
		}
		require.Equal(t, strings.Fields(want.capabilities), append([]string{}, a.Capabilities...), name)
	}
}
