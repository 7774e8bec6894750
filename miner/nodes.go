package miner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Nodes is a Source of several nodes of one chain: the first that answers and is
// not behind is asked until it fails.
type Nodes struct {
	o       NodesOptions
	mu      sync.Mutex
	list    []*peer
	current int
	newest  uint64 // epoch that any of them told of
}

// NodesOptions are what a Nodes is made of.
type NodesOptions struct {
	Prefix  chain.Bech32
	Clients []*client.Client
	// Light has seed and target proven; nil believes the node that is asked.
	Light *client.LightOptions
	// Notice hears of nodes that are left, and why. It may be called from
	// anywhere.
	Notice func(string)
}

// lightWait is how long a question waits for the header that signs the latest
// state, before the state before is taken: less than the question may take.
const lightWait = 3 * time.Second

// peer is one of them.
type peer struct {
	Node
	proven *proven
	banned error // why nothing of it counts any more
}

// NewNodes returns the source of some nodes; there must be one.
func NewNodes(o NodesOptions) *Nodes {
	n := &Nodes{o: o}
	for _, c := range o.Clients {
		p := &peer{Node: Node{Client: c, Prefix: o.Prefix}}
		if o.Light != nil {
			p.proven = &proven{node: c, opts: *o.Light}
			p.proven.opts.Wait = lightWait
		}
		n.list = append(n.list, p)
	}
	return n
}

// at is the peer that is asked now, nil if none is left.
func (n *Nodes) at() *peer {
	n.mu.Lock()
	defer n.mu.Unlock()
	for range n.list {
		if p := n.list[n.current]; p.banned == nil {
			return p
		}
		n.current = (n.current + 1) % len(n.list)
	}
	return nil
}

// leave goes on to the next peer, if p is still the one that is asked.
func (n *Nodes) leave(p *peer, why error) {
	n.mu.Lock()
	if n.list[n.current] != p || len(n.list) == 1 {
		n.mu.Unlock()
		return
	}
	n.current = (n.current + 1) % len(n.list)
	n.mu.Unlock()
	n.notice("%s is left for the next node: %v", p.Client.URL(), why)
}

func (n *Nodes) notice(format string, args ...any) {
	if n.o.Notice != nil {
		n.o.Notice(fmt.Sprintf(format, args...))
	}
}

// ban leaves a peer for good.
func (n *Nodes) ban(p *peer, why error) {
	n.mu.Lock()
	p.banned = why
	n.mu.Unlock()
	n.notice("%s LIES and is not mined for any more: %v", p.Client.URL(), why)
}

// Work implements Source. It asks one node after the other until one answers.
func (n *Nodes) Work(ctx context.Context, who Who) (*Work, error) {
	var last error
	for range n.list {
		p := n.at()
		if p == nil {
			break
		}
		w, err := p.puzzle(ctx, who)
		if err == nil {
			err = n.fresh(w)
		}
		switch {
		case err == nil:
			n.tellTrust(p)
			return w, nil
		case ctx.Err() != nil:
			return nil, err
		case lies(err):
			n.ban(p, err)
		default:
			n.leave(p, err)
		}
		last = fmt.Errorf("%s: %w", p.Client.URL(), err)
	}
	if n.at() == nil {
		return nil, fmt.Errorf("%w: %v; name another node with --node", ErrEnd, last)
	}
	return nil, last
}

// tellTrust says clearly, once, when a node's word was taken after all.
func (n *Nodes) tellTrust(p *peer) {
	if p.proven == nil || p.proven.told {
		return
	}
	p.proven.told = true
	light := p.proven.light
	if basis, _ := light.Basis(); basis != client.BasisFirstUse {
		return
	}
	first := light.First()
	n.notice("first use of chain %s: block %d with hash %s is trusted because %s says so; compare the hash with a source that you trust, "+
		"or begin with --trust-height and --trust-hash; from now on it is remembered", first.ChainID, first.Height, first.Hash(), p.Client.URL())
}

func (p *peer) puzzle(ctx context.Context, who Who) (*Work, error) {
	if p.proven != nil {
		return p.proven.work(ctx, who)
	}
	w, err := p.Work(ctx, who)
	if client.NotFound(err) {
		err = ErrNoEpoch
	}
	return w, err
}

// fresh refuses the work of a node that is behind.
func (n *Nodes) fresh(w *Work) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if w.Header.Epoch < n.newest {
		return fmt.Errorf("the node is behind: it mines epoch %d, and epoch %d has begun", w.Header.Epoch, n.newest)
	}
	n.newest = w.Header.Epoch
	return nil
}

// Submit implements Source: if a node does not answer the next one is asked.
func (n *Nodes) Submit(ctx context.Context, f Found) error {
	var err error
	for range n.list {
		p := n.at()
		if p == nil {
			return ErrEnd
		}
		if err = p.Submit(ctx, f); err == nil || ctx.Err() != nil || !client.Lost(err) {
			return err
		}
		n.leave(p, err)
	}
	return err
}

// Check finds out whether there is anything to mine at the nodes: an error says
// what to do. One good node is enough.
func (n *Nodes) Check(ctx context.Context, who Who) error {
	var errs []error
	for _, p := range n.list {
		err := p.check(ctx, who)
		if err == nil {
			return nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", p.Client.URL(), err))
	}
	if len(errs) == 1 {
		return errors.Unwrap(errs[0])
	}
	return errors.Join(errs...)
}

// Errors of Check.
var (
	// ErrNoLottery says that a chain is not mined.
	ErrNoLottery = errors.New("the chain has no lottery")
	// ErrBehind says that a node has not caught up.
	ErrBehind = errors.New("the node is behind its chain")
)

// oldBlock is how old a node's last block may be.
const oldBlock = 5 * time.Minute

func (p *peer) check(ctx context.Context, who Who) error {
	status, err := p.Client.Status(ctx)
	if err != nil {
		return err
	}
	height, at := status.SyncInfo.LatestBlockHeight, status.SyncInfo.LatestBlockTime
	if status.SyncInfo.CatchingUp {
		return fmt.Errorf("%w: it is at block %d of %s and catches up; wait, or name another one with --node",
			ErrBehind, height, at.UTC().Format(time.RFC3339))
	}
	var params lottery.QueryParamsResponse
	err = p.Client.Query(ctx, query+"Params", 0, &lottery.QueryParamsRequest{}, &params)
	var refused *client.QueryError
	switch {
	case errors.As(err, &refused) && strings.Contains(refused.Log, "unknown query path"):
		return fmt.Errorf("%w: nobody mines on %q; one is made with weft init --lottery local, or weft testnet up --lottery",
			ErrNoLottery, status.NodeInfo.Network)
	case err != nil:
		return err
	}
	if age := time.Since(at); height > 0 && age > oldBlock {
		return fmt.Errorf("%w: its last block, %d, is %s old; wait until it has newer ones, or name another one with --node",
			ErrBehind, height, age.Round(time.Second))
	}
	if p.proven != nil {
		return nil // its word does not count
	}
	if _, err = p.Work(ctx, who); client.NotFound(err) {
		return nil // a chain of no block has no work yet
	}
	return err
}
