package abci_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

func marshal(t testing.TB, m chain.Message) []byte {
	t.Helper()
	raw, err := m.Marshal()
	require.NoError(t, err)
	return raw
}

func (n *node) query(req *types.RequestQuery) *types.ResponseQuery {
	n.t.Helper()
	res, err := n.server.Query(ctx, req)
	require.NoError(n.t, err, "a query never stops the node")
	return res
}

// running is a node with three blocks, of which two heights are kept.
func running(t testing.TB) *node {
	n := newNode(t)
	n.initChain()
	for h := int64(1); h <= 4; h++ {
		n.finalize(h, send(t, uint64(h)-1, "5"))
		n.commit()
	}
	return n
}

// TestQueryErrors holds the mapping of cosmos-wire facts, section 10, text by
// text: clients match on them.
func TestQueryErrors(t *testing.T) {
	n := running(t)
	stranger := addr(t, "stranger")
	account := func(a string) []byte { return marshal(t, &authpb.QueryAccountRequest{Address: a}) }
	for name, c := range map[string]struct {
		req  types.RequestQuery
		code uint32
		log  string
	}{
		"not found": {
			types.RequestQuery{Path: "/cosmos.auth.v1beta1.Query/Account", Data: account(stranger)},
			22,
			"rpc error: code = NotFound desc = account " + stranger + " not found: key not found",
		},
		"invalid": {
			types.RequestQuery{Path: "/cosmos.auth.v1beta1.Query/Account", Data: account("")},
			18,
			"rpc error: code = InvalidArgument desc = Address cannot be empty: invalid request",
		},
		"prefix": {
			types.RequestQuery{Path: "/cosmos.auth.v1beta1.Query/Account", Data: account("cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6")},
			18,
			"rpc error: code = InvalidArgument desc = invalid Bech32 prefix; expected weft, got cosmos: invalid address: invalid request",
		},
		"denom": {
			types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/SupplyOf", Data: marshal(t, &bankpb.QuerySupplyOfRequest{Denom: "u"})},
			18,
			`rpc error: code = InvalidArgument desc = invalid denom: "u": invalid coins: invalid request`,
		},
		"key and offset": {
			types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/TotalSupply", Data: marshal(t, &bankpb.QueryTotalSupplyRequest{Pagination: &query.PageRequest{Key: []byte("x"), Offset: 1}})},
			18,
			"rpc error: code = InvalidArgument desc = invalid request, either offset or key is expected, got both: invalid request",
		},
		"unknown path":    {types.RequestQuery{Path: "/nothing"}, 6, `unknown query path "/nothing": unknown request`},
		"no path":         {types.RequestQuery{}, 6, `unknown query path "": unknown request`},
		"a slash":         {types.RequestQuery{Path: "/"}, 6, `unknown query path "/": unknown request`},
		"a Msg service":   {types.RequestQuery{Path: "/cosmos.bank.v1beta1.Msg/Send"}, 6, ""},
		"unknown app":     {types.RequestQuery{Path: "/app/x"}, 6, ""},
		"dots":            {types.RequestQuery{Path: "/store/../key", Data: []byte("x")}, 6, "no such store: ..: unknown request"},
		"NUL":             {types.RequestQuery{Path: "/store/ba\x00nk/key", Data: []byte("x")}, 6, ""},
		"1 MiB path":      {types.RequestQuery{Path: "/" + strings.Repeat("a", 1<<20)}, 6, "query path of 1048577 characters: unknown request"},
		"unknown store":   {types.RequestQuery{Path: "/store/none/key", Data: []byte("x")}, 6, "no such store: none: unknown request"},
		"no key":          {types.RequestQuery{Path: "/store/bank/key"}, 2, ""},
		"proof elsewhere": {types.RequestQuery{Path: "/cosmos.auth.v1beta1.Query/Params", Prove: true}, 18, ""},
		"garbage":         {types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/Balance", Data: []byte{0xff, 0xff}}, 18, ""},
		"height -1":       {types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/Params", Height: -1}, 26, "cannot query with height < 0; please provide a valid height: invalid height"},
		"future":          {types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/Params", Height: 5}, 26, "cannot query with height in the future; please provide a valid height (latest height: 4): invalid height"},
		"2^63-1":          {types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/Params", Height: 1<<63 - 1}, 26, ""},
	} {
		res := n.query(&c.req)
		require.Equal(t, c.code, res.Code, "%s: %s", name, res.Log)
		require.Equal(t, "sdk", res.Codespace, name)
		require.Equal(t, c.req.Height, res.Height, "%s: the height that was asked for", name)
		require.Less(t, len(res.Log), 1_000)
		if c.log != "" {
			require.Equal(t, c.log, res.Log, name)
		}
	}
	require.Empty(t, n.faults)
}

func TestQueryHeights(t *testing.T) {
	n := newNode(t)
	n.keep = 2
	n.restart()
	path := "/cosmos.bank.v1beta1.Query/Balance"
	data := marshal(t, &bankpb.QueryBalanceRequest{Address: addr(t, "bob"), Denom: "uweft"})
	n.initChain()
	res := n.query(&types.RequestQuery{Path: path, Data: data})
	require.Equal(t, uint32(26), res.Code, "no block yet")
	for h := int64(1); h <= 4; h++ {
		n.finalize(h, send(t, uint64(h)-1, "5"))
		n.commit()
	}
	balance := func(height int64) (string, int64) {
		res := n.query(&types.RequestQuery{Path: path, Data: data, Height: height})
		require.Zero(t, res.Code, res.Log)
		var out bankpb.QueryBalanceResponse
		require.NoError(t, out.Unmarshal(res.Value))
		return out.Balance.Amount, res.Height
	}
	got, height := balance(0)
	require.Equal(t, "1000000020", got)
	require.Equal(t, int64(4), height, "never 0")
	got, height = balance(3)
	require.Equal(t, "1000000015", got)
	require.Equal(t, int64(3), height)
	res = n.query(&types.RequestQuery{Path: path, Data: data, Height: 1})
	require.Equal(t, uint32(38), res.Code)
	require.Regexp(t, `^failed to load state at height 1; .* \(latest height: 4\): not found$`, res.Log)
	require.Equal(t, int64(1), res.Height)
}

func TestQueryStore(t *testing.T) {
	n := running(t)
	key := layout.BankSupply("uweft")
	plain := n.query(&types.RequestQuery{Path: "/store/bank/key", Data: key})
	require.Zero(t, plain.Code, plain.Log)
	require.Equal(t, "3000000000", string(plain.Value))
	require.Equal(t, key, plain.Key)
	require.Equal(t, int64(4), plain.Height)
	require.Nil(t, plain.ProofOps)
	proven := n.query(&types.RequestQuery{Path: "/store/bank/key", Data: key, Prove: true, Height: 3})
	require.Zero(t, proven.Code, proven.Log)
	require.Len(t, proven.ProofOps.Ops, 2)
	require.Equal(t, "ics23:iavl", proven.ProofOps.Ops[0].Type)
	require.Equal(t, "ics23:simple", proven.ProofOps.Ops[1].Type)
	absent := n.query(&types.RequestQuery{Path: "/store/bank/key", Data: []byte("none"), Prove: true})
	require.Zero(t, absent.Code)
	require.Empty(t, absent.Value)
	require.Len(t, absent.ProofOps.Ops, 2)
	version := n.query(&types.RequestQuery{Path: "/app/version"})
	require.Equal(t, "v1.2.3", string(version.Value))
}

// TestSimulate by both ways.
func TestSimulate(t *testing.T) {
	n := running(t)
	bare, err := sendBuilder(t, "5").ForSimulation(secret(t, "alice").PubKey(), 4)
	require.NoError(t, err)
	const path = "/cosmos.tx.v1beta1.Service/Simulate"
	res := n.query(&types.RequestQuery{Path: path, Data: marshal(t, &txpb.SimulateRequest{TxBytes: bare})})
	require.Zero(t, res.Code, res.Log)
	require.Equal(t, int64(4), res.Height)
	var out txpb.SimulateResponse
	require.NoError(t, out.Unmarshal(res.Value))
	require.NotZero(t, out.GasInfo.GasUsed)
	require.Equal(t, uint64(50_000_000), out.GasInfo.GasWanted, "no more than a block")
	require.Len(t, out.Result.MsgResponses, 1)
	require.Equal(t, "/cosmos.bank.v1beta1.MsgSendResponse", out.Result.MsgResponses[0].TypeUrl)
	require.NotEmpty(t, out.Result.Events)
	require.Empty(t, out.Result.Log)

	var deprecated txpb.Tx
	require.NoError(t, deprecated.Unmarshal(bare))
	again := n.query(&types.RequestQuery{Path: path, Data: marshal(t, &txpb.SimulateRequest{Tx: &deprecated})})
	require.Equal(t, res.Value, again.Value)

	asJSON := n.query(&types.RequestQuery{Path: "/app/simulate", Data: bare})
	require.Zero(t, asJSON.Code, asJSON.Log)
	var doc struct {
		GasInfo struct {
			GasUsed string `json:"gas_used"`
		} `json:"gas_info"`
		Result struct {
			MsgResponses []json.RawMessage `json:"msg_responses"`
		} `json:"result"`
	}
	require.NoError(t, json.Unmarshal(asJSON.Value, &doc))
	require.NotEmpty(t, doc.GasInfo.GasUsed)
	require.Len(t, doc.Result.MsgResponses, 1)

	wrong, err := sendBuilder(t, "5").ForSimulation(secret(t, "alice").PubKey(), 9)
	require.NoError(t, err)
	res = n.query(&types.RequestQuery{Path: path, Data: marshal(t, &txpb.SimulateRequest{TxBytes: wrong})})
	require.Equal(t, uint32(6), res.Code)
	require.Regexp(t, `^rpc error: code = Unknown desc = account sequence mismatch, expected 4, got 9: incorrect account sequence with gas used: '\d+': unknown request$`, res.Log)
	poor, err := sendBuilder(t, "999999999999").ForSimulation(secret(t, "alice").PubKey(), 4)
	require.NoError(t, err)
	res = n.query(&types.RequestQuery{Path: path, Data: marshal(t, &txpb.SimulateRequest{TxBytes: poor})})
	require.Equal(t, uint32(6), res.Code)
	require.Regexp(t, `^rpc error: code = Unknown desc = failed to execute message; message index: 0: spendable balance \d+uweft is smaller than 999999999999uweft: insufficient funds with gas used: '\d+': unknown request$`, res.Log)
	for name, data := range map[string][]byte{"empty": nil, "garbage": {0xff}, "no tx": marshal(t, &txpb.SimulateRequest{})} {
		res = n.query(&types.RequestQuery{Path: path, Data: data})
		require.Equal(t, uint32(18), res.Code, "%s: %s", name, res.Log)
	}
	// One who sends all he has: a simulation without a fee takes none.
	b := sendBuilder(t, "999997980")
	b.Fee = nil
	all, err := b.ForSimulation(secret(t, "alice").PubKey(), 4)
	require.NoError(t, err)
	res = n.query(&types.RequestQuery{Path: path, Data: marshal(t, &txpb.SimulateRequest{TxBytes: all})})
	require.Zero(t, res.Code, res.Log)
}

// TestConcurrent: checks, queries and simulations run while blocks are executed
// and committed. It is for the race detector; answers must stay whole.
func TestConcurrent(t *testing.T) {
	n := running(t)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for worker := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := uint64(0); ; i++ {
				select {
				case <-done:
					return
				default:
				}
				switch (i + uint64(worker)) % 4 {
				case 0:
					if _, err := n.server.CheckTx(ctx, &types.RequestCheckTx{Tx: send(t, 4+i%30, "1")}); err != nil {
						t.Error(err)
					}
				case 1:
					bare, _ := sendBuilder(t, "1").ForSimulation(secret(t, "alice").PubKey(), 4+i%30)
					n.consistent(t, &types.RequestQuery{Path: "/app/simulate", Data: bare})
				case 2:
					n.consistent(t, &types.RequestQuery{Path: "/store/bank/key", Data: layout.BankSupply("uweft"), Prove: true})
				case 3:
					res := n.consistent(t, &types.RequestQuery{Path: "/cosmos.bank.v1beta1.Query/TotalSupply"})
					var out bankpb.QueryTotalSupplyResponse
					if err := out.Unmarshal(res.Value); err != nil || out.Supply[0].Amount != "3000000000" {
						t.Errorf("%v %v", err, out.Supply)
					}
				}
			}
		}()
	}
	for h := int64(5); h <= 30; h++ {
		n.finalize(h, send(t, uint64(h)-1, "1"))
		n.commit()
	}
	close(done)
	wg.Wait()
	require.Empty(t, n.faults)
}

func (n *node) consistent(t testing.TB, req *types.RequestQuery) *types.ResponseQuery {
	res, err := n.server.Query(ctx, req)
	if err != nil {
		t.Error(err)
	}
	return res
}
