package client

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/state"
)

// A lightChain is a chain made by hand: real state, real validators and their
// signatures, and an RPC that can be told to lie.
type lightChain struct {
	t      *testing.T
	id     string
	start  time.Time
	store  *state.Store
	blocks []*types.LightBlock // block h at h-1
	sets   [][]ed25519.PrivKey // who validates block h, at h-1

	mu  sync.Mutex
	tip int64 // the last block that is shown
	lie map[string]func(params map[string]any, answer map[string]any)
}

const lightChainID = "light-test"

// newLightChain makes a chain of n blocks. validators says who validates a block.
func newLightChain(t *testing.T, n int64, validators func(height int64) []ed25519.PrivKey) *lightChain {
	c := &lightChain{t: t, id: lightChainID, start: time.Now().Add(-time.Duration(n) * time.Second).UTC(), tip: n, lie: map[string]func(map[string]any, map[string]any){}}
	var err error
	c.store, err = state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 16 << 20, Keep: 1000})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.store.Close()) })
	appHash := make([]byte, 32)
	var last types.BlockID
	for h := int64(1); h <= n; h++ {
		set, next := validators(h), validators(h+1)
		block := c.sign(h, appHash, last, set, next)
		c.blocks, c.sets = append(c.blocks, block), append(c.sets, set)
		last = block.Commit.BlockID
		appHash = c.write(h)
	}
	return c
}

// Who holds what in the state of a lightChain.
var (
	rich  = chain.Address("rich rich rich rich!")
	poor  = chain.Address("poor poor poor poor!")
	dapp  = chain.Address("a contract has thirty two bytes!")
	alice = chain.Bech32("weft")
)

// write commits the state of a height: balances that grow, a contract's state.
func (c *lightChain) write(h int64) []byte {
	b := c.store.Branch()
	for i, denom := range []string{"acoin", "bcoin", "ccoin"} {
		b.Set(layout.Bank, layout.BankBalance(rich, denom), fmt.Appendf(nil, "%d", h*10+int64(i)))
		b.Set(layout.Bank, layout.BankDenomAddress(denom, rich), nil)
	}
	b.Set(layout.Wasm, append(layout.WasmState(dapp), "count"...), fmt.Appendf(nil, "%d", h))
	b.Set(layout.Wasm, append(layout.WasmState(dapp), "owner"...), []byte("me"))
	b.Set(layout.Wasm, layout.WasmContract(dapp), []byte("info"))
	_, err := c.store.Stage(b, h)
	require.NoError(c.t, err)
	require.NoError(c.t, c.store.Commit())
	v := c.store.Latest()
	defer v.Close()
	return v.AppHash()
}

// sign makes a block that its validators sign.
func (c *lightChain) sign(h int64, appHash []byte, last types.BlockID, set, next []ed25519.PrivKey) *types.LightBlock {
	vals, nextVals := valsOf(set), valsOf(next)
	header := &types.Header{
		Version: version.Consensus{Block: 11}, ChainID: c.id, Height: h, Time: c.start.Add(time.Duration(h) * time.Second), LastBlockID: last,
		ValidatorsHash: vals.Hash(), NextValidatorsHash: nextVals.Hash(), ConsensusHash: make([]byte, 32), AppHash: appHash,
		LastCommitHash: make([]byte, 32), DataHash: make([]byte, 32), EvidenceHash: make([]byte, 32), LastResultsHash: make([]byte, 32),
		ProposerAddress: vals.Validators[0].Address,
	}
	id := types.BlockID{Hash: header.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: make([]byte, 32)}}
	commit := &types.Commit{Height: h, BlockID: id}
	for _, v := range vals.Validators {
		for _, key := range set {
			if key.PubKey().Equals(v.PubKey) {
				commit.Signatures = append(commit.Signatures, c.vote(h, id, v.Address, key))
			}
		}
	}
	return &types.LightBlock{SignedHeader: &types.SignedHeader{Header: header, Commit: commit}, ValidatorSet: vals}
}

func (c *lightChain) vote(h int64, id types.BlockID, who []byte, key ed25519.PrivKey) types.CommitSig {
	at := c.start.Add(time.Duration(h) * time.Second)
	v := &cmtproto.Vote{Type: cmtproto.PrecommitType, Height: h, BlockID: id.ToProto(), Timestamp: at}
	sig, err := key.Sign(types.VoteSignBytes(c.id, v))
	require.NoError(c.t, err)
	return types.CommitSig{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: who, Timestamp: at, Signature: sig}
}

func valsOf(keys []ed25519.PrivKey) *types.ValidatorSet {
	var list []*types.Validator
	for _, k := range keys {
		list = append(list, types.NewValidator(k.PubKey(), 10))
	}
	return types.NewValidatorSet(list)
}

// fixed is one set of validators for ever.
func fixed(n int) func(int64) []ed25519.PrivKey {
	keys := someKeys(n, "fixed")
	return func(int64) []ed25519.PrivKey { return keys }
}

// rotating replaces one of four validators with every block.
func rotating(seed string) func(int64) []ed25519.PrivKey {
	keys := someKeys(200, seed)
	return func(h int64) []ed25519.PrivKey { return keys[h : h+4] }
}

func someKeys(n int, seed string) []ed25519.PrivKey {
	var keys []ed25519.PrivKey
	for i := range n {
		keys = append(keys, ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "%s %d", seed, i)))
	}
	return keys
}

// serve starts an RPC and returns a client of it.
func (c *lightChain) serve() *Client {
	server := httptest.NewServer(http.HandlerFunc(c.answer))
	c.t.Cleanup(server.Close)
	client, err := New(server.URL)
	require.NoError(c.t, err)
	return client
}

// lies makes the answers to a method wrong.
func (c *lightChain) lies(method string, lie func(params, answer map[string]any)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lie[method] = lie
}

func (c *lightChain) setTip(h int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tip = h
}

func (c *lightChain) answer(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var req struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params map[string]any  `json:"params"`
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		c.t.Error(err)
	}
	out := map[string]any{"jsonrpc": "2.0", "id": req.ID}
	if result, err := c.call(req.Method, req.Params); err != nil {
		out["error"] = map[string]any{"code": -32603, "message": "Internal error", "data": err.Error()}
	} else {
		marshal := cmtjson.Marshal
		if _, plain := result.(map[string]any); plain {
			marshal = json.Marshal
		}
		raw, err := marshal(result)
		if err != nil {
			c.t.Error(err)
		}
		var answer map[string]any
		if err := json.Unmarshal(raw, &answer); err != nil {
			c.t.Error(err)
		}
		if lie := c.lie[req.Method]; lie != nil {
			lie(req.Params, answer)
		}
		out["result"] = answer
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		c.t.Error(err)
	}
}

func (c *lightChain) call(method string, params map[string]any) (any, error) {
	height := c.tip
	if text, ok := params["height"].(string); ok && text != "0" {
		var err error
		if height, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, err
		}
	} else if method == "abci_query" && c.tip > 1 {
		height = c.tip // the state of the tip, which the next block will sign
	}
	if height > c.tip || height < 1 {
		return nil, fmt.Errorf("height %d must be less than or equal to the current blockchain height %d", height, c.tip)
	}
	block := c.blocks[height-1]
	switch method {
	case "commit":
		return coretypes.NewResultCommit(block.Header, block.Commit, true), nil
	case "header":
		return &coretypes.ResultHeader{Header: block.Header}, nil
	case "validators":
		return &coretypes.ResultValidators{BlockHeight: height, Validators: block.ValidatorSet.Validators, Count: block.ValidatorSet.Size(), Total: block.ValidatorSet.Size()}, nil
	case "abci_query":
		return c.query(params, height)
	}
	return nil, fmt.Errorf("no method %s", method)
}

func (c *lightChain) query(params map[string]any, height int64) (any, error) {
	var name string
	if _, err := fmt.Sscanf(params["path"].(string), "/store/%s", &name); err != nil {
		return nil, err
	}
	name = name[:len(name)-len("/key")]
	key, err := hex.DecodeString(params["data"].(string))
	if err != nil {
		return nil, err
	}
	v, err := c.store.At(height)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	value, ops, err := v.Prove(name, key)
	if err != nil {
		return nil, err
	}
	list := []map[string]any{}
	for _, op := range ops {
		list = append(list, map[string]any{"type": op.Type, "key": op.Key, "data": op.Data})
	}
	// The JSON of CometBFT's ResultABCIQuery, written out: its Go type is
	// fenced off from this package.
	return map[string]any{"response": map[string]any{
		"height": strconv.FormatInt(height, 10), "key": key, "value": value, "proofOps": map[string]any{"ops": list},
	}}, nil
}

func newLight(t *testing.T, node *Client, o LightOptions) *Light {
	t.Helper()
	o.ChainID = lightChainID
	l, err := node.Light(context.Background(), o)
	require.NoError(t, err)
	return l
}
