package testnet

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
)

// Health is what a node itself says, besides what its supervisor knows.
type Health struct {
	State
	URL     string `json:"url"`
	Height  int64  `json:"height,omitempty"`
	AppHash string `json:"app_hash,omitempty"` // in that block: of the state before it
	Behind  int64  `json:"behind"`             // blocks that others have and it has not
	Round   int32  `json:"round"`              // of the height it works on
	Peers   int    `json:"peers"`
	Power   int64  `json:"power"` // with which it votes
	// Signed and Window say how many of the latest blocks of the most advanced
	// node have this one's vote.
	Signed  int    `json:"signed"`
	Window  int    `json:"window"`
	CatchUp bool   `json:"catching_up"`
	Error   string `json:"error,omitempty"` // why it says nothing

	validator string // address of its consensus key
	time      time.Time
}

// askPatience is how long a node may take to answer.
const askPatience = 2 * time.Second

// signedWindow is how many blocks are looked at for votes.
const signedWindow = 10

// Report asks all nodes how they are. states may be nil: a network without a
// supervisor.
func Report(ctx context.Context, l *Layout, states []State) []Health {
	list := make([]Health, len(l.Nodes))
	var wg sync.WaitGroup
	for i, n := range l.Nodes {
		list[i] = Health{State: State{Name: n.Name, Mode: Stopped}, URL: n.URL()}
		if i < len(states) {
			list[i].State = states[i]
		}
		if list[i].Mode == Running {
			wg.Go(func() { list[i].ask(ctx) })
		}
	}
	wg.Wait()
	best := 0
	for i := range list {
		if list[i].Height > list[best].Height {
			best = i
		}
	}
	for i := range list {
		if list[i].Height > 0 {
			list[i].Behind = list[best].Height - list[i].Height
		}
	}
	if list[best].Height > 0 {
		countVotes(ctx, list, best)
	}
	return list
}

// ask fills in what the node says.
func (h *Health) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	c, err := dial(h.URL)
	if err != nil {
		h.Error = err.Error()
		return
	}
	st, err := c.Status(ctx)
	if err != nil {
		h.Error = err.Error()
		return
	}
	h.Height, h.CatchUp = st.SyncInfo.LatestBlockHeight, st.SyncInfo.CatchingUp
	h.AppHash = st.SyncInfo.LatestAppHash.String()
	h.Power, h.validator = st.ValidatorInfo.VotingPower, st.ValidatorInfo.Address.String()
	h.time = st.SyncInfo.LatestBlockTime
	if info, err := c.RPC().NetInfo(ctx); err == nil {
		h.Peers = info.NPeers
	}
	if round, err := c.RPC().ConsensusState(ctx); err == nil {
		h.Round = roundOf(round)
	}
}

// roundOf reads the round out of height/round/step.
func roundOf(res *coretypes.ResultConsensusState) (round int32) {
	var state struct {
		HRS string `json:"height/round/step"`
	}
	var height, step int64
	if err := json.Unmarshal(res.RoundState, &state); err != nil {
		return 0
	}
	if _, err := fmt.Sscanf(state.HRS, "%d/%d/%d", &height, &round, &step); err != nil {
		return 0
	}
	return round
}

// countVotes looks who voted for the latest blocks of the best node.
func countVotes(ctx context.Context, list []Health, best int) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	c, err := dial(list[best].URL)
	if err != nil {
		return
	}
	window := 0
	votes := map[string]int{}
	for h := list[best].Height; h > 0 && window < signedWindow; h-- {
		commit, err := c.RPC().Commit(ctx, &h)
		if err != nil {
			break
		}
		window++
		for _, sig := range commit.Commit.Signatures {
			if sig.BlockIDFlag == 2 { // commit
				votes[sig.ValidatorAddress.String()]++
			}
		}
	}
	for i := range list {
		list[i].Window = window
		list[i].Signed = votes[list[i].validator]
	}
}
