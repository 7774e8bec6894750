package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
	l.basis, l.origin = BasisGiven, BasisGiven
	if err := l.checkOwnCommit(block); err != nil {
		return err
	}
	if err := l.askWitnesses(ctx, block); err != nil {
		return err
	}
	l.keep(block)
	return l.checkExpired()
}

// beginFirst starts at the latest block, because nothing is known.
func (l *Light) beginFirst(ctx context.Context) error {
	block, err := l.node.awaitLightBlock(ctx, l.opts.ChainID, 0, l.opts.Wait)
	if err != nil {
		return err
	}
	l.basis, l.origin = BasisFirstUse, BasisFirstUse
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

// Header returns the header of a block, verified. The block must be there:
// heights that are still to come are an error.
func (l *Light) Header(ctx context.Context, height int64) (*types.Header, error) {
	return l.header(ctx, height, nil)
}

// header is Header for a block that may have been fetched already.
func (l *Light) header(ctx context.Context, height int64, fetched *types.LightBlock) (*types.Header, error) {
	from, found := slices.BinarySearchFunc(l.blocks, height, func(b *types.LightBlock, h int64) int { return cmp.Compare(b.Height, h) })
	if found {
		return l.blocks[from].Header, nil
	}
	if from == 0 || light.HeaderExpired(l.blocks[from-1].SignedHeader, l.opts.Period, l.opts.Now()) {
		if from == len(l.blocks) {
			return nil, l.expired(l.Latest())
		}
		return l.backwards(ctx, l.blocks[from].Header, height)
	}
	if fetched == nil {
		var err error
		if fetched, err = l.node.lightBlock(ctx, l.opts.ChainID, height); err != nil {
			return nil, err
		}
	}
	return fetched.Header, l.forward(ctx, l.blocks[from-1], fetched)
}

// known returns a trusted block of a height, nil if there is none.
func (l *Light) known(height int64) *types.LightBlock {
	for _, b := range l.blocks {
		if b.Height == height {
			return b
		}
	}
	return nil
}

// keep adds a block to those that are trusted.
func (l *Light) keep(b *types.LightBlock) {
	if l.known(b.Height) != nil {
		return
	}
	l.blocks = append(l.blocks, b)
	slices.SortFunc(l.blocks, func(a, b *types.LightBlock) int { return cmp.Compare(a.Height, b.Height) })
	l.fresh = true
}

// forward verifies a later block: one third of the validators of a trusted block
// must have signed it, or one in between that they did sign leads on.
func (l *Light) forward(ctx context.Context, trusted, target *types.LightBlock) error {
	way := []*types.LightBlock{target}
	for fetched := 1; len(way) > 0; {
		next := way[len(way)-1]
		err := light.Verify(trusted.SignedHeader, trusted.ValidatorSet, next.SignedHeader, next.ValidatorSet,
			l.opts.Period, l.opts.Now(), clockDrift, light.DefaultTrustLevel)
		var tooFew light.ErrNewValSetCantBeTrusted
		switch {
		case err == nil:
			trusted, way = next, way[:len(way)-1]
		case errors.As(err, &tooFew) && next.Height > trusted.Height+1 && fetched < maxBisections:
			middle, err := l.node.lightBlock(ctx, l.opts.ChainID, trusted.Height+(next.Height-trusted.Height)/2)
			if err != nil {
				return err
			}
			way = append(way, middle)
			fetched++
		default:
			return l.refused(trusted, next, err)
		}
	}
	if err := l.askWitnesses(ctx, target); err != nil {
		return err
	}
	l.keep(target)
	return nil
}

// refused says what is wrong with a block that does not follow.
func (l *Light) refused(trusted, next *types.LightBlock, err error) error {
	var (
		expired light.ErrOldHeaderExpired
		invalid light.ErrInvalidHeader
		tooFew  light.ErrNewValSetCantBeTrusted
	)
	switch {
	case errors.As(err, &expired):
		return l.expired(trusted)
	case errors.As(err, &tooFew):
		return unproven(FaultSignatures, next.Height, err, "block %d is not signed by the validators of the trusted block %d%s", next.Height, trusted.Height, l.restarted())
	case errors.As(err, &invalid):
		if own := l.checkOwnCommit(next); own != nil {
			return own
		}
		return unproven(FaultHeader, next.Height, invalid.Reason, "block %d cannot follow the trusted block %d%s", next.Height, trusted.Height, l.restarted())
	}
	if next.Height == trusted.Height+1 && !bytes.Equal(next.ValidatorsHash, trusted.NextValidatorsHash) {
		return unproven(FaultValidators, next.Height, nil, "block %d has other validators than the trusted block %d announces%s", next.Height, trusted.Height, l.restarted())
	}
	return unproven(FaultSignatures, next.Height, err, "signatures on block %d do not hold%s", next.Height, l.restarted())
}

// restarted reminds of the harmless reason for a block that does not follow.
func (l *Light) restarted() string {
	if l.opts.Store == nil || l.basis != BasisRemembered {
		return ""
	}
	return fmt.Sprintf(" (if the chain was started anew under the same id, remove %s)", l.opts.Store.file(l.opts.ChainID))
}

// askWitnesses makes sure that other nodes have the same block.
func (l *Light) askWitnesses(ctx context.Context, b *types.LightBlock) error {
	for _, w := range l.opts.Witnesses {
		other, err := w.awaitLightBlock(ctx, l.opts.ChainID, b.Height, l.opts.Wait)
		if err != nil {
			return fmt.Errorf("witness %s: %w", w.URL(), err)
		}
		if !bytes.Equal(other.Hash(), b.Hash()) {
			return unproven(FaultFork, b.Height, nil, "block %d has hash %X at %s and %X at %s: one of the two lies", b.Height, []byte(b.Hash()), l.node.URL(), []byte(other.Hash()), w.URL())
		}
	}
	return nil
}

// backwards verifies an earlier header: each header names the hash of the one
// before it.
func (l *Light) backwards(ctx context.Context, trusted *types.Header, height int64) (*types.Header, error) {
	if trusted.Height-height > maxBackwards {
		return nil, unproven(FaultExpired, height, nil, "block %d is %d blocks before the oldest trusted one; begin nearer: --trust-height N --trust-hash HASH", height, trusted.Height-height)
	}
	for trusted.Height > height {
		before, err := l.node.Header(ctx, trusted.Height-1)
		if err != nil {
			return nil, missingBlock(err)
		}
		if before.Height != trusted.Height-1 {
			return nil, unproven(FaultHeight, trusted.Height-1, nil, "asked for block %d, the node sent block %d", trusted.Height-1, before.Height)
		}
		if err := light.VerifyBackwards(before, trusted); err != nil {
			return nil, unproven(FaultHeader, before.Height, err, "the header of block %d is not the one that block %d builds on", before.Height, trusted.Height)
		}
		trusted = before
	}
	return trusted, nil
}

// Remember writes what was verified to the store, if there is one.
func (l *Light) Remember() error {
	if l.opts.Store == nil || !l.fresh {
		return nil
	}
	l.fresh = false
	return l.opts.Store.save(l.opts.ChainID, remembered{origin: l.origin, blocks: l.blocks})
}
