package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/types"
)

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
