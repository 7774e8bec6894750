package client

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"
)

func faultOf(t *testing.T, err error) Fault {
	t.Helper()
	var p *ProofError
	require.ErrorAs(t, err, &p)
	require.NotEmpty(t, p.Text)
	return p.Fault
}

func TestProvenState(t *testing.T) {
	c := newLightChain(t, 12, fixed(4))
	node := c.serve()
	c.setTip(10)
	l := newLight(t, node, LightOptions{Trust: &Trust{2, c.blocks[1].Hash()}})
	ctx := context.Background()

	amount, p, err := l.Balance(ctx, alice.Account(rich), "bcoin", 8)
	require.NoError(t, err)
	require.Equal(t, "81", amount.String())
	require.Equal(t, int64(8), p.At.Height)
	require.Equal(t, c.blocks[8].Hash(), p.At.Header.Hash())
	require.Equal(t, 4, p.At.Signed)
	require.Equal(t, 4, p.At.Validators)

	for _, denom := range []string{"aaa", "acoinx", "zzz"} { // beside entries with and without values
		amount, p, err = l.Balance(ctx, alice.Account(rich), denom, 8)
		require.NoError(t, err, denom)
		require.True(t, amount.IsZero())
		require.Nil(t, p.Value)
	}
	amount, _, err = l.Balance(ctx, alice.Account(poor), "acoin", 3) // an earlier height
	require.NoError(t, err)
	require.True(t, amount.IsZero())

	coins, more, at, err := l.Balances(ctx, alice.Account(rich), 8, 100)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, "80acoin,81bcoin,82ccoin", coins.String())
	require.Equal(t, int64(8), at.Height)
	coins, more, _, err = l.Balances(ctx, alice.Account(rich), 8, 2)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, coins, 2)
	coins, more, _, err = l.Balances(ctx, alice.Account(poor), 8, 2)
	require.NoError(t, err)
	require.False(t, more)
	require.Empty(t, coins)

	p, err = l.ContractState(ctx, alice.Account(dapp), []byte("count"), 7)
	require.NoError(t, err)
	require.Equal(t, "7", string(p.Value))
	p, err = l.ContractState(ctx, alice.Account(dapp), []byte("nothing"), 7)
	require.NoError(t, err)
	require.Nil(t, p.Value)
	list, more, _, err := l.ContractStates(ctx, alice.Account(dapp), 7, 10)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, []Entry{{[]byte("count"), []byte("7")}, {[]byte("owner"), []byte("me")}}, list)

	account, p, err := l.Account(ctx, alice.Account(poor), 7)
	require.NoError(t, err)
	require.Nil(t, account)
	require.Nil(t, p.Value)
	_, _, err = l.Balance(ctx, "no address", "acoin", 7)
	require.Error(t, err)
}

// TestLatest waits for the block that signs the state, and takes the state
// before if none comes.
func TestLatest(t *testing.T) {
	c := newLightChain(t, 12, fixed(1))
	node := c.serve()
	c.setTip(10)
	l := newLight(t, node, LightOptions{})
	basis, _ := l.Basis()
	require.Equal(t, BasisFirstUse, basis)
	go func() {
		time.Sleep(150 * time.Millisecond)
		c.setTip(11)
	}()
	amount, p, err := l.Balance(context.Background(), alice.Account(rich), "acoin", 0)
	require.NoError(t, err)
	require.Equal(t, "100", amount.String())
	require.Equal(t, int64(11), p.At.Header.Height)

	l.opts.Wait = 50 * time.Millisecond
	_, p, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 0)
	require.NoError(t, err)
	require.Equal(t, int64(10), p.At.Height, "the last state that is signed")
	_, _, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 11)
	require.Equal(t, FaultUnsigned, faultOf(t, err))
	_, err = node.Light(context.Background(), LightOptions{ChainID: lightChainID, Trust: &Trust{50, make([]byte, 32)}})
	require.Equal(t, FaultHeight, faultOf(t, err))
	require.ErrorIs(t, err, errNotYet)
}

// TestLyingNode damages answers in every way that matters: each is found, and
// each has a name.
func TestLyingNode(t *testing.T) {
	response := func(answer map[string]any) map[string]any { return answer["response"].(map[string]any) }
	op := func(answer map[string]any, i int) map[string]any {
		return response(answer)["proofOps"].(map[string]any)["ops"].([]any)[i].(map[string]any)
	}
	text := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	signed := func(answer map[string]any) map[string]any { return answer["signed_header"].(map[string]any) }
	for name, c := range map[string]struct {
		method, denom string
		lie           func(params, answer map[string]any)
		want          Fault
	}{
		"value":              {"abci_query", "acoin", func(_, a map[string]any) { response(a)["value"] = text("999") }, FaultValue},
		"value of nothing":   {"abci_query", "none", func(_, a map[string]any) { response(a)["value"] = text("999") }, FaultValue},
		"absence":            {"abci_query", "acoin", func(_, a map[string]any) { response(a)["value"] = nil }, FaultAbsence},
		"absence, no proof":  {"abci_query", "acoin", func(_, a map[string]any) { response(a)["value"] = nil; delete(response(a), "proofOps") }, FaultNoProof},
		"no proof":           {"abci_query", "acoin", func(_, a map[string]any) { delete(response(a), "proofOps") }, FaultNoProof},
		"proof":              {"abci_query", "acoin", func(_, a map[string]any) { op(a, 0)["data"] = text("garbage") }, FaultProof},
		"proof of absence":   {"abci_query", "none", func(_, a map[string]any) { op(a, 0)["data"] = text("garbage") }, FaultAbsence},
		"proof of store":     {"abci_query", "acoin", func(_, a map[string]any) { op(a, 1)["data"] = op(a, 0)["data"] }, FaultProof},
		"key":                {"abci_query", "acoin", func(_, a map[string]any) { response(a)["key"] = text("another") }, FaultKey},
		"key in proof":       {"abci_query", "acoin", func(_, a map[string]any) { op(a, 0)["key"] = text("another") }, FaultProof},
		"height":             {"abci_query", "acoin", func(_, a map[string]any) { response(a)["height"] = "7" }, FaultHeight},
		"no height":          {"abci_query", "acoin", func(_, a map[string]any) { response(a)["height"] = "0" }, FaultHeight},
		"other block":        {"commit", "acoin", func(_, a map[string]any) { signed(a)["header"].(map[string]any)["height"] = "3" }, FaultHeight},
		"app hash":           {"commit", "acoin", func(_, a map[string]any) { signed(a)["header"].(map[string]any)["app_hash"] = "00" }, FaultHeader},
		"chain":              {"commit", "acoin", func(_, a map[string]any) { signed(a)["header"].(map[string]any)["chain_id"] = "other" }, FaultChain},
		"no signatures":      {"commit", "acoin", unsign(4), FaultSignatures},
		"too few signatures": {"commit", "acoin", unsign(2), FaultSignatures},
		"bad signature": {"commit", "acoin", func(_, a map[string]any) {
			for _, s := range signed(a)["commit"].(map[string]any)["signatures"].([]any) {
				s.(map[string]any)["signature"] = base64.StdEncoding.EncodeToString(make([]byte, 64))
			}
		}, FaultSignatures},
		"validator missing": {"validators", "acoin", func(_, a map[string]any) { a["validators"] = a["validators"].([]any)[1:]; a["total"] = "3" }, FaultValidators},
		"validator's power": {"validators", "acoin", func(_, a map[string]any) {
			a["validators"].([]any)[0].(map[string]any)["voting_power"] = "1000"
		}, FaultValidators},
		"validators' powers": {"validators", "acoin", func(_, a map[string]any) {
			for _, v := range a["validators"].([]any) {
				v.(map[string]any)["voting_power"] = "9223372036854775807"
			}
		}, FaultValidators},
		"validator without key": {"validators", "acoin", func(_, a map[string]any) { a["validators"].([]any)[0].(map[string]any)["pub_key"] = nil }, FaultValidators},
		"no such validator":     {"validators", "acoin", func(_, a map[string]any) { a["validators"].([]any)[0] = nil }, FaultValidators},
		"no commit":             {"commit", "acoin", func(_, a map[string]any) { signed(a)["commit"] = nil }, FaultUnsigned},
		"endless height":        {"abci_query", "acoin", func(_, a map[string]any) { response(a)["height"] = "9223372036854775807" }, FaultHeight},
		"no validators":         {"validators", "acoin", func(_, a map[string]any) { a["validators"] = []any{} }, FaultValidators},
	} {
		t.Run(name, func(t *testing.T) {
			chain := newLightChain(t, 9, fixed(4))
			l := newLight(t, chain.serve(), LightOptions{Trust: &Trust{2, chain.blocks[1].Hash()}, Wait: 50 * time.Millisecond})
			chain.lies(c.method, c.lie)
			_, _, err := l.Balance(context.Background(), alice.Account(rich), c.denom, 8)
			require.Equal(t, c.want, faultOf(t, err), err.Error())
		})
	}
}

// unsign takes signatures off a commit.
func unsign(n int) func(_, answer map[string]any) {
	return func(_, a map[string]any) {
		list := a["signed_header"].(map[string]any)["commit"].(map[string]any)["signatures"].([]any)
		for i := range n {
			list[i] = map[string]any{"block_id_flag": 1, "validator_address": "", "timestamp": "0001-01-01T00:00:00Z", "signature": nil}
		}
	}
}

// TestOmittedEntry leaves an entry out of a list: the gap gives it away.
func TestOmittedEntry(t *testing.T) {
	c := newLightChain(t, 9, fixed(1))
	node := c.serve()
	l := newLight(t, node, LightOptions{Trust: &Trust{2, c.blocks[1].Hash()}})
	var first map[string]any
	c.lies("abci_query", func(_, a map[string]any) { // the gap before the first entry, for every question
		r := a["response"].(map[string]any)
		if first == nil {
			first = r
			return
		}
		r["proofOps"], r["value"] = first["proofOps"], nil
	})
	_, _, _, err := l.Balances(context.Background(), alice.Account(rich), 8, 10)
	require.Equal(t, FaultAbsence, faultOf(t, err))
}

// TestAnotherHistory has a node of validators that nobody trusts.
func TestAnotherHistory(t *testing.T) {
	honest, forged := newLightChain(t, 9, fixed(4)), newLightChain(t, 9, rotating("forged"))
	store := NewTrustStore(t.TempDir())
	l := newLight(t, honest.serve(), LightOptions{Store: store, Trust: &Trust{4, honest.blocks[3].Hash()}})
	require.NoError(t, l.Remember())
	node := forged.serve()

	_, err := node.Light(context.Background(), LightOptions{ChainID: lightChainID, Trust: &Trust{4, honest.blocks[3].Hash()}})
	require.Equal(t, FaultTrust, faultOf(t, err))
	_, err = node.Light(context.Background(), LightOptions{ChainID: lightChainID, Store: store, Trust: &Trust{4, forged.blocks[3].Hash()}})
	require.Equal(t, FaultConflict, faultOf(t, err))

	l = newLight(t, node, LightOptions{Store: store})
	basis, origin := l.Basis()
	require.Equal(t, BasisRemembered, basis)
	require.Equal(t, BasisGiven, origin)
	_, _, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 8)
	require.Equal(t, FaultValidators, faultOf(t, err), "the way there leads to the next block")
	require.ErrorContains(t, err, "remove "+store.file(lightChainID))
	_, _, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 4) // the next block
	require.Equal(t, FaultValidators, faultOf(t, err))
	_, _, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 2) // an earlier one
	require.Equal(t, FaultHeader, faultOf(t, err))

	// With another node as witness, even the first use is not fooled.
	_, err = node.Light(context.Background(), LightOptions{ChainID: lightChainID, Witnesses: []*Client{honest.serve()}})
	require.Equal(t, FaultFork, faultOf(t, err))
}

// TestNewValidators goes from one set of validators to a wholly different one.
func TestNewValidators(t *testing.T) {
	c := newLightChain(t, 60, rotating("new"))
	node := c.serve()
	l := newLight(t, node, LightOptions{Trust: &Trust{2, c.blocks[1].Hash()}})
	p, err := l.ContractState(context.Background(), alice.Account(dapp), []byte("count"), 58)
	require.NoError(t, err)
	require.Equal(t, "58", string(p.Value))
	// The same with one set that did not sign in between.
	other := newLightChain(t, 60, func(h int64) []ed25519.PrivKey {
		if h < 30 {
			return rotating("new")(h)
		}
		return rotating("other")(h)
	})
	l = newLight(t, other.serve(), LightOptions{Trust: &Trust{2, other.blocks[1].Hash()}})
	_, err = l.ContractState(context.Background(), alice.Account(dapp), []byte("count"), 58)
	require.NoError(t, err, "block 29 announces them")
}

func TestAge(t *testing.T) {
	c := newLightChain(t, 12, fixed(1))
	node := c.serve()
	later := func() time.Time { return time.Now().Add(time.Hour) }
	l := newLight(t, node, LightOptions{Now: later})
	c.setTip(11)
	c.lies("abci_query", func(p, a map[string]any) { a["response"].(map[string]any)["height"] = "10" })
	_, _, err := l.Balance(context.Background(), alice.Account(rich), "acoin", 0)
	require.Equal(t, FaultOld, faultOf(t, err))
	require.ErrorContains(t, err, "block 12 is known already")

	c.lies("abci_query", nil)
	c.setTip(12)
	l.opts.Wait = 50 * time.Millisecond
	_, _, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 0)
	require.Equal(t, FaultOld, faultOf(t, err))
	require.ErrorContains(t, err, "1h0m")
	l = newLight(t, node, LightOptions{Now: later, MaxAge: -1, Wait: time.Millisecond})
	_, _, err = l.Balance(context.Background(), alice.Account(rich), "acoin", 0)
	require.NoError(t, err)

	_, err = node.Light(context.Background(), LightOptions{ChainID: lightChainID, Now: func() time.Time { return time.Now().Add(15 * 24 * time.Hour) }})
	require.Equal(t, FaultExpired, faultOf(t, err))
	_, err = node.Light(context.Background(), LightOptions{ChainID: lightChainID, Now: func() time.Time { return time.Now().Add(-time.Hour) }})
	require.NoError(t, err)
}

func TestTrustStore(t *testing.T) {
	c := newLightChain(t, 30, fixed(2))
	node := c.serve()
	store := NewTrustStore(filepath.Join(t.TempDir(), "deep", "trust"))
	for h := int64(2); h < 29; h++ {
		c.setTip(h)
		l := newLight(t, node, LightOptions{Store: store})
		_, err := l.Header(context.Background(), h)
		require.NoError(t, err)
		require.NoError(t, l.Remember())
		require.NoError(t, l.Remember())
	}
	l := newLight(t, node, LightOptions{Store: store})
	require.Len(t, l.blocks, maxRemembered)
	require.Equal(t, int64(2), l.First().Height)
	require.Equal(t, int64(28), l.Latest().Height)
	_, origin := l.Basis()
	require.Equal(t, BasisFirstUse, origin)

	for _, id := range []string{"a/../../b", "ä b", "."} {
		require.Equal(t, store.dir, filepath.Dir(store.file(id)))
	}
	file := store.file(lightChainID)
	for _, bad := range []string{"", "{", `{"chain_id":"other","blocks":["AA=="]}`, `{"chain_id":"light-test","blocks":[]}`, `{"chain_id":"light-test","blocks":["AAAA"]}`} {
		require.NoError(t, os.WriteFile(file, []byte(bad), 0o600))
		_, err := node.Light(context.Background(), LightOptions{ChainID: lightChainID, Store: store})
		require.ErrorIs(t, err, ErrTrustStore)
		require.ErrorContains(t, err, "remove it")
	}
	left, err := filepath.Glob(filepath.Join(store.dir, ".trust-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}
