package miner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// proven is a node whose word counts for nothing: seed, target and rules of the
// epoch are read from the state by proofs against headers that the chain's
// validators signed. It is known one block later than from a node that is
// believed, for the header that names a state's hash is the next one.
type proven struct {
	node  *client.Client
	opts  client.LightOptions
	light *client.Light
	told  bool // on what its trust stands
}

func (p *proven) work(ctx context.Context, who Who) (*Work, error) {
	if p.light == nil {
		light, err := p.node.Light(ctx, p.opts)
		if err != nil {
			return nil, err
		}
		p.light = light
	}
	number, err := p.light.Get(ctx, layout.Lottery, layout.LotteryCurrent, 0)
	if err != nil {
		return nil, err
	}
	if number.Value == nil {
		return nil, ErrNoEpoch
	}
	n, err := layout.ParseUint64(number.Value)
	if err != nil {
		return nil, err
	}
	found, err := p.light.Get(ctx, layout.Lottery, layout.LotteryEpoch(n), number.At.Height)
	if err != nil {
		return nil, err
	}
	var e lottery.Epoch
	if err := e.Unmarshal(found.Value); err != nil || len(found.Value) == 0 {
		return nil, fmt.Errorf("epoch %d in the proven state cannot be read by this program: take a newer one", n)
	}
	if err := p.light.Remember(); err != nil {
		return nil, err
	}
	return workOf(who, &e)
}

// workOf is the puzzle of an epoch as the state has it.
func workOf(who Who, e *lottery.Epoch) (*Work, error) {
	if len(e.Seed) != 32 || len(e.Target) != 32 {
		return nil, fmt.Errorf("epoch %d has a seed of %d bytes and a target of %d, both have 32", e.Epoch, len(e.Seed), len(e.Target))
	}
	if e.Params.Mode == lottery.ModeOff {
		return nil, fmt.Errorf("mining is switched off on this chain (mode of epoch %d): wait until its authority switches it on", e.Epoch)
	}
	return NewWork(who, &lottery.QueryWorkResponse{
		Epoch: e.Epoch, Target: e.Target, Algo: e.Params.Algo, Seed: e.Seed,
		LastHeight: e.LastHeight, LastTaken: e.LastHeight + int64(e.Params.GraceBlocks), Version: ticket.Version,
	})
}

// ErrNoEpoch says that no epoch has begun.
var ErrNoEpoch = errors.New("no epoch yet: the first begins after the chain's first block")

// lies reports whether an error means that a node, or somebody on the way to it,
// answers wrongly; other faults of a proof may be nobody's.
func lies(err error) bool {
	var p *client.ProofError
	if !errors.As(err, &p) {
		return false
	}
	innocent := []client.Fault{client.FaultExpired, client.FaultUnsigned, client.FaultOld, client.FaultConflict}
	return !slices.Contains(innocent, p.Fault)
}

// Hashes is how many hashes a digest below a target takes on average.
func Hashes(t [32]byte) uint64 { return target.Work(target.Target(t)) }
