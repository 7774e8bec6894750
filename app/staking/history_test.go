package staking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain/layout"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

func (w *world) history(height int64) (*stakingpb.HistoricalInfo, error) {
	res, err := w.query("HistoricalInfo", &stakingpb.QueryHistoricalInfoRequest{Height: height})
	if err != nil {
		return nil, err
	}
	return res.(*stakingpb.QueryHistoricalInfoResponse).Hist, nil
}

// kept counts the keys behind a prefix of the store.
func (w *world) kept(prefix []byte, end []byte) int {
	it, err := w.env.Store(layout.Staking).Iterate(prefix, end, false)
	require.NoError(w.t, err)
	n := 0
	for it.Valid() {
		n++
		require.NoError(w.t, it.Next())
	}
	require.NoError(w.t, it.Close())
	return n
}

// TestHistory: each block of the last historical_entries knows its own header
// and validators, and nothing older is kept.
func TestHistory(t *testing.T) {
	w := newWorld(t)
	params, err := w.staking.Params(w.env)
	require.NoError(t, err)
	params.HistoricalEntries = 5
	w.setParams(params)
	require.NoError(t, w.run(create(t, 0, "5000000")))
	w.end()
	want := map[int64][]string{}
	for n := 1; n <= 20; n++ {
		w.env.Block.AppHash, w.env.Block.NextValidatorsHash = []byte{byte(n)}, []byte{byte(n), 1}
		w.next(time.Second)
		g, err := w.staking.ExportGenesis(w.env)
		require.NoError(t, err)
		for range g.LastValidatorPowers {
			want[w.env.Block.Height] = append(want[w.env.Block.Height], "")
		}
		if n%8 == 3 { // at 3, 11 and 19
			require.NoError(t, w.run(create(t, n/8+1, "7000000")))
		}
		w.end()
		for h := int64(0); h <= w.env.Block.Height+1; h++ {
			info, err := w.history(h)
			if h < 1 || h > w.env.Block.Height || h <= w.env.Block.Height-5 {
				require.Equal(t, codes.NotFound, status.Code(err), "height %d at %d", h, w.env.Block.Height)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, h, info.Header.Height)
			require.Equal(t, "weft-test", info.Header.ChainID)
			require.Equal(t, []byte{byte(h)}, info.Header.AppHash)
			require.Equal(t, []byte{byte(h), 1}, info.Header.NextValidatorsHash)
			require.Len(t, info.Valset, len(want[h]), "height %d at %d", h, w.env.Block.Height)
			for i := 1; i < len(info.Valset); i++ {
				require.GreaterOrEqual(t, info.Valset[i-1].Tokens, info.Valset[i].Tokens, "the strongest first")
			}
		}
		require.LessOrEqual(t, w.kept(layout.StakingHistoryPrefix, []byte{0x51}), 5)
		require.LessOrEqual(t, w.kept(layout.StakingSetPrefix, []byte{0x54}), 3, "sets that nobody needs are gone")
	}
	_, err = w.history(-1)
	require.Equal(t, codes.InvalidArgument, status.Code(err))

	params.HistoricalEntries = 0
	w.setParams(params)
	w.next(time.Second)
	require.Zero(t, w.kept(layout.StakingHistoryPrefix, []byte{0x51}))
	require.Zero(t, w.kept(layout.StakingSetPrefix, []byte{0x54}))
}

func TestHistoryBound(t *testing.T) {
	p := staking.DefaultParams("uweft")
	p.HistoricalEntries = 1_000_000
	require.NoError(t, staking.CheckParams(p))
	p.HistoricalEntries++
	require.ErrorContains(t, staking.CheckParams(p), "staking.params.historical_entries")
}

func (w *world) setParams(p stakingpb.Params) {
	raw, err := p.Marshal()
	require.NoError(w.t, err)
	require.NoError(w.t, w.env.Store(layout.Staking).Set(layout.StakingParams, raw))
}
