package client

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/types"
)

// Trust is a block that the user believes in, from a source of their own.
type Trust struct {
	Height int64
	Hash   []byte // of the header, 32 bytes
}

// Defaults of LightOptions.
const (
	// DefaultTrustPeriod is how long after a block its validators can be held
	// to it. It must be shorter than the time that stake stays bonded.
	DefaultTrustPeriod = 14 * 24 * time.Hour
	// DefaultMaxAge is how old the answer to a question about "now" may be.
	DefaultMaxAge = 10 * time.Minute
	// DefaultWait is how long to wait for the block after the latest.
	DefaultWait = 15 * time.Second
)

// Bounds of the work that a node can cause.
const (
	maxBisections = 500    // blocks fetched on the way to a later one
	maxBackwards  = 10_000 // headers fetched on the way to an earlier one
	// clockDrift is how far the clocks of validators may be ahead of ours.
	clockDrift = 10 * time.Second
)

// LightOptions are what a Light is made of. Only ChainID is needed.
type LightOptions struct {
	ChainID string
	// Trust is where verification begins. Without it, it begins at what Store
	// remembers; if that is nothing, the node's latest block is trusted on
	// first use: Basis tells.
	Trust *Trust
	// Store remembers verified blocks; nil: nothing is remembered.
	Store *TrustStore
	// Period is how long a block can be trusted; 0 is DefaultTrustPeriod.
	Period time.Duration
	// MaxAge bounds the age of answers to questions without a height; 0 is
	// DefaultMaxAge, negative means any age.
	MaxAge time.Duration
	// Wait is how long to wait for the block that signs the latest state before
	// the state before it is taken; 0 is DefaultWait.
	Wait time.Duration
	// Witnesses are other nodes that must show the same blocks.
	Witnesses []*Client
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Basis says why a Light believes in the block that it began with.
type Basis string

// The bases of trust.
const (
	BasisGiven      Basis = "given"      // the user named height and hash
	BasisRemembered Basis = "remembered" // an earlier run has verified it
	BasisFirstUse   Basis = "first use"  // the node said so, nothing contradicts
)

// Light is a light client of one chain: it believes in headers that the
// validators of a trusted block have signed, and in state that is proven
// against such headers. It is not safe for concurrent use.
type Light struct {
	node   *Client
	opts   LightOptions
	basis  Basis
	origin Basis               // how the first block that is remembered was trusted
	blocks []*types.LightBlock // trusted, by height
	fresh  bool                // something was verified that the store does not hold
}

// Light prepares to verify what the node says about a chain. The error is a
// *ProofError if the node contradicts what is trusted.
func (c *Client) Light(ctx context.Context, o LightOptions) (*Light, error) {
	if o.ChainID == "" {
		return nil, errors.New("a light client needs the chain id")
	}
	if o.Period == 0 {
		o.Period = DefaultTrustPeriod
	}
	if o.MaxAge == 0 {
		o.MaxAge = DefaultMaxAge
	}
	if o.Wait == 0 {
		o.Wait = DefaultWait
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &Light{node: c, opts: o}
	var known remembered
	if o.Store != nil {
		var err error
		if known, err = o.Store.load(o.ChainID); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Trust != nil:
		return l, l.beginGiven(ctx, *o.Trust, known)
	case len(known.blocks) > 0:
		l.basis, l.origin, l.blocks = BasisRemembered, known.origin, known.blocks
		return l, l.checkExpired()
	}
	return l, l.beginFirst(ctx)
}

// beginGiven starts at a block that the user named.
func (l *Light) beginGiven(ctx context.Context, t Trust, known remembered) error {
	for _, b := range known.blocks {
		if b.Height == t.Height && !bytes.Equal(b.Hash(), t.Hash) {
			return unproven(FaultConflict, t.Height, nil, "block %d has hash %X as remembered in %s, and %X as given; "+
				"find out which is right, or remove that file if the chain was started anew", t.Height, []byte(b.Hash()), l.opts.Store.file(l.opts.ChainID), t.Hash)
		}
	}
	block, err := l.node.lightBlock(ctx, l.opts.ChainID, t.Height)
	if err != nil {
		return err
	}
	if !bytes.Equal(block.Hash(), t.Hash) {
		return unproven(FaultTrust, t.Height, nil, "the node's block %d has hash %X, the trusted one is %X", t.Height, []byte(block.Hash()), t.Hash)
	}
	return l.beginAt(ctx, block, BasisGiven)
}

// beginFirst starts at the latest block, because nothing is known.
func (l *Light) beginFirst(ctx context.Context) error {
	block, err := l.node.awaitLightBlock(ctx, l.opts.ChainID, 0, l.opts.Wait)
	if err != nil {
		return err
	}
	return l.beginAt(ctx, block, BasisFirstUse)
}

// beginAt keeps the first block, if its validators signed it and no witness
// knows another one.
func (l *Light) beginAt(ctx context.Context, block *types.LightBlock, why Basis) error {
	l.basis, l.origin = why, why
	if err := l.checkOwnCommit(block); err != nil {
		return err
	}
	if err := l.askWitnesses(ctx, block); err != nil {
		return err
	}
	l.keep(block)
	return l.checkExpired()
}

// checkOwnCommit makes sure that the validators in a block have signed it.
func (l *Light) checkOwnCommit(b *types.LightBlock) error {
	if err := b.ValidatorSet.VerifyCommitLight(l.opts.ChainID, b.Commit.BlockID, b.Height, b.Commit); err != nil {
		return unproven(FaultSignatures, b.Height, err, "block %d is not signed by its validators", b.Height)
	}
	return nil
}

// checkExpired refuses to begin with blocks that are all too old.
func (l *Light) checkExpired() error {
	last := l.blocks[len(l.blocks)-1]
	if light.HeaderExpired(last.SignedHeader, l.opts.Period, l.opts.Now()) {
		return l.expired(last)
	}
	return nil
}

func (l *Light) expired(b *types.LightBlock) error {
	return unproven(FaultExpired, b.Height, nil, "the trusted block %d of %s is older than the trust period of %s; "+
		"get a recent height and hash from a source that you trust: --trust-height N --trust-hash HASH", b.Height, b.Time.UTC().Format(time.RFC3339), l.opts.Period)
}

// Basis returns why the light client believes what it began with, and for
// BasisRemembered how the first of the remembered blocks was trusted.
func (l *Light) Basis() (now, origin Basis) { return l.basis, l.origin }

// First returns the oldest block that is trusted: where it all began, unless
// that was forgotten.
func (l *Light) First() *types.LightBlock { return l.blocks[0] }

// Latest returns the newest block that is trusted.
func (l *Light) Latest() *types.LightBlock { return l.blocks[len(l.blocks)-1] }

// Remember writes what was verified to the store, if there is one.
func (l *Light) Remember() error {
	if l.opts.Store == nil || !l.fresh {
		return nil
	}
	l.fresh = false
	return l.opts.Store.save(l.opts.ChainID, remembered{origin: l.origin, blocks: l.blocks})
}
