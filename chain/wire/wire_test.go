package wire_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/state"
)

func TestCoins(t *testing.T) {
	list, err := wire.Coins([]base.Coin{{Denom: "zzz", Amount: "1"}, {Denom: "abc", Amount: "0"}, {Denom: "zzz", Amount: "2"}})
	require.NoError(t, err, "order, zeros and duplicates are the caller's to judge")
	require.Equal(t, "1zzz,0abc,2zzz", list.String())
	require.Equal(t, []base.Coin{{Denom: "zzz", Amount: "1"}, {Denom: "abc", Amount: "0"}, {Denom: "zzz", Amount: "2"}}, wire.ProtoCoins(list))
	require.NotNil(t, wire.ProtoCoins(nil))
	for _, c := range []base.Coin{
		{},
		{Denom: "abc"},
		{Amount: "1"},
		{Denom: "abc", Amount: "-1"},
		{Denom: "abc", Amount: "+1"},
		{Denom: "abc", Amount: "01"},
		{Denom: "abc", Amount: "1e3"},
		{Denom: "abc", Amount: "1" + strings.Repeat("0", 80)},
		{Denom: "a b", Amount: "1"},
	} {
		_, err := wire.Coins([]base.Coin{c})
		require.ErrorIs(t, err, chain.ErrInvalidCoins, "%v", c)
	}
	many := make([]base.Coin, wire.MaxCoins+1)
	for i := range many {
		many[i] = base.Coin{Denom: fmt.Sprintf("abc%d", i), Amount: "1"}
	}
	_, err = wire.Coins(many[:wire.MaxCoins])
	require.NoError(t, err)
	_, err = wire.Coins(many)
	require.ErrorIs(t, err, chain.ErrInvalidCoins)
}

// shelf is a store with n entries "p/000"… and neighbours on both sides.
func shelf(t testing.TB, n int) *chain.Env {
	t.Helper()
	s, err := state.Open("", state.Options{Stores: []string{"x"}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	env := chain.NewEnv(&chain.Block{}, s.Branch())
	env.State.Set("x", []byte("o/zzz"), []byte("before"))
	env.State.Set("x", []byte("p0"), []byte("behind"))
	for i := range n {
		env.State.Set("x", fmt.Appendf(nil, "p/%03d", i), fmt.Append(nil, i))
	}
	return env
}

func page(env *chain.Env, req *query.PageRequest, rules wire.PageRules) ([]string, *query.PageResponse, error) {
	var got []string
	res, err := wire.Page(env.Store("x"), []byte("p/"), req, rules, func(key, _ []byte) (bool, error) {
		got = append(got, string(key))
		return true, nil
	})
	return got, res, err
}

func TestPage(t *testing.T) {
	env := shelf(t, 250)
	for name, c := range map[string]struct {
		req         *query.PageRequest
		first, last string
		n           int
		next        string
		total       uint64
	}{
		"none":               {nil, "000", "099", 100, "100", 250},
		"empty":              {&query.PageRequest{}, "000", "099", 100, "100", 250},
		"limit":              {&query.PageRequest{Limit: 3}, "000", "002", 3, "003", 0},
		"limit and total":    {&query.PageRequest{Limit: 3, CountTotal: true}, "000", "002", 3, "003", 250},
		"key":                {&query.PageRequest{Key: []byte("100"), Limit: 2, CountTotal: true}, "100", "101", 2, "102", 0},
		"key between":        {&query.PageRequest{Key: []byte("1005"), Limit: 1}, "101", "101", 1, "102", 0},
		"key behind the end": {&query.PageRequest{Key: []byte{0xff, 0xff}}, "", "", 0, "", 0},
		"offset":             {&query.PageRequest{Offset: 248, Limit: 9}, "248", "249", 2, "", 0},
		"offset at the end":  {&query.PageRequest{Offset: 250, Limit: 9}, "", "", 0, "", 0},
		"offset beyond":      {&query.PageRequest{Offset: 9_999, Limit: 9, CountTotal: true}, "", "", 0, "", 250},
		"exact":              {&query.PageRequest{Limit: 250}, "000", "249", 250, "", 0},
		"reverse":            {&query.PageRequest{Reverse: true, Limit: 2}, "249", "248", 2, "247", 0},
		"reverse key":        {&query.PageRequest{Reverse: true, Key: []byte("247"), Limit: 2}, "247", "246", 2, "245", 0},
		"reverse offset":     {&query.PageRequest{Reverse: true, Offset: 249, Limit: 2}, "000", "000", 1, "", 0},
		"limit 2^64-1":       {&query.PageRequest{Limit: 1<<64 - 1}, "000", "249", 250, "", 0},
	} {
		got, res, err := page(env, c.req, wire.PageRules{})
		require.NoError(t, err, name)
		require.Len(t, got, c.n, name)
		if c.n > 0 {
			require.Equal(t, c.first, got[0], name)
			require.Equal(t, c.last, got[c.n-1], name)
		}
		require.Equal(t, c.next, string(res.NextKey), name)
		require.Equal(t, c.total, res.Total, name)
	}
}

func TestPageRefuses(t *testing.T) {
	env := shelf(t, 5)
	for name, c := range map[string]struct {
		req   *query.PageRequest
		rules wire.PageRules
	}{
		"key and offset":     {&query.PageRequest{Key: []byte("1"), Offset: 1}, wire.PageRules{}},
		"offset 10,001":      {&query.PageRequest{Offset: 10_001}, wire.PageRules{}},
		"offset 2^63":        {&query.PageRequest{Offset: 1 << 63}, wire.PageRules{}},
		"offset 2^64-1":      {&query.PageRequest{Offset: 1<<64 - 1}, wire.PageRules{}},
		"offset, keys only":  {&query.PageRequest{Offset: 1}, wire.PageRules{KeyOnly: true}},
		"counted, keys only": {&query.PageRequest{CountTotal: true}, wire.PageRules{KeyOnly: true}},
	} {
		_, _, err := page(env, c.req, c.rules)
		require.Equal(t, codes.InvalidArgument, status.Code(err), name)
	}
	_, res, err := page(env, &query.PageRequest{}, wire.PageRules{KeyOnly: true})
	require.NoError(t, err)
	require.Zero(t, res.Total, "no totals in lists that are paged by key only")
}

func TestPageBounds(t *testing.T) {
	env := shelf(t, 0)
	for i := range 1_200 {
		env.State.Set("x", fmt.Appendf(nil, "p/%04d", i), []byte{})
	}
	got, res, err := page(env, &query.PageRequest{Limit: 1 << 62}, wire.PageRules{})
	require.NoError(t, err)
	require.Len(t, got, wire.MaxPageLimit)
	require.Equal(t, "1000", string(res.NextKey))
	got, _, err = page(env, &query.PageRequest{Limit: 500}, wire.PageRules{MaxLimit: 100})
	require.NoError(t, err)
	require.Len(t, got, 100)
}

// TestPageFilter: what does not belong counts neither for offset nor total.
func TestPageFilter(t *testing.T) {
	env := shelf(t, 20)
	even := wire.PageRules{Filter: func(key, _ []byte) (bool, error) { return (key[2]-'0')%2 == 0, nil }}
	got, res, err := page(env, &query.PageRequest{Offset: 2, Limit: 3, CountTotal: true}, even)
	require.NoError(t, err)
	require.Equal(t, []string{"004", "006", "008"}, got)
	require.Equal(t, "010", string(res.NextKey))
	require.Equal(t, uint64(10), res.Total)
	got, res, err = page(env, &query.PageRequest{Reverse: true, Key: []byte("005")}, even)
	require.NoError(t, err)
	require.Equal(t, []string{"004", "002", "000"}, got)
	require.Nil(t, res.NextKey)
	disk := errors.New("disk")
	_, _, err = page(env, nil, wire.PageRules{Filter: func(_, _ []byte) (bool, error) { return false, disk }})
	require.ErrorIs(t, err, disk)
}

// TestPageFaults: what visit refuses with comes back, and out of gas as well.
func TestPageFaults(t *testing.T) {
	env := shelf(t, 5)
	disk := errors.New("disk")
	_, err := wire.Page(env.Store("x"), []byte("p/"), nil, wire.PageRules{}, func(_, _ []byte) (bool, error) { return false, disk })
	require.ErrorIs(t, err, disk)
	_, _, err = page(env.Begin(nil, 100), nil, wire.PageRules{})
	require.ErrorIs(t, err, chain.ErrOutOfGas)
}

// TestPagesCoverTheList: pages by key, one behind the other, are the whole
// list, each entry once, in both directions.
func TestPagesCoverTheList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(rt, "entries")
		limit := rapid.Uint64Range(1, 12).Draw(rt, "limit")
		reverse := rapid.Bool().Draw(rt, "reverse")
		env := shelf(t, n)
		var all []string
		req := &query.PageRequest{Limit: limit, Reverse: reverse}
		for range n + 1 {
			got, res, err := page(env, req, wire.PageRules{})
			require.NoError(rt, err)
			require.LessOrEqual(rt, uint64(len(got)), limit)
			all = append(all, got...)
			if res.NextKey == nil {
				break
			}
			req.Key = res.NextKey
		}
		require.Len(rt, all, n)
		for i, key := range all {
			if reverse {
				i = n - 1 - i
			}
			require.Equal(rt, fmt.Sprintf("%03d", i), key)
		}
	})
}
