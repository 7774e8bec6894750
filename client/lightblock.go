package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cometbft/cometbft/types"
)

// Bounds on what a node may send as a set of validators.
const (
	maxValidators      = 10_000
	validatorsPageSize = 100
)

// errNotYet says that a node has no block of a height yet.
var errNotYet = errors.New("the node has no such block yet")

// lightBlock fetches a header with the signatures on it and the validators who
// had to sign. Everything in it is consistent, and nothing is verified: that the
// validators are the right ones is for the caller to find out. Height 0 is the
// latest. The error is a *ProofError if the parts do not fit together.
func (c *Client) lightBlock(ctx context.Context, chainID string, height int64) (*types.LightBlock, error) {
	callCtx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := c.rpc.Commit(callCtx, some(height))
	if err != nil {
		return nil, missingBlock(c.call("commit", err))
	}
	if res.Header == nil || res.Commit == nil {
		return nil, unproven(FaultHeight, height, errNotYet, "the node sent no block")
	}
	signed := &res.SignedHeader
	switch {
	case signed.ChainID != chainID:
		return nil, unproven(FaultChain, height, nil, "the node's block is of chain %.60q, not of %q", signed.ChainID, chainID)
	case height != 0 && signed.Height != height:
		return nil, unproven(FaultHeight, height, nil, "asked for block %d, the node sent block %d", height, signed.Height)
	}
	if err := signed.ValidateBasic(chainID); err != nil {
		return nil, unproven(FaultHeader, signed.Height, err, "the header of block %d is damaged or not the one that was signed", signed.Height)
	}
	vals, err := c.validators(ctx, signed.Height)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(vals.Hash(), signed.ValidatorsHash) {
		return nil, unproven(FaultValidators, signed.Height, nil, "the validators that the node sent are not those of the header of block %d", signed.Height)
	}
	return &types.LightBlock{SignedHeader: signed, ValidatorSet: vals}, nil
}

// missingBlock tells "not yet" apart from other refusals.
func missingBlock(err error) error {
	var node *NodeError
	if errors.As(err, &node) && strings.Contains(node.Text, "must be less than or equal to") {
		return unproven(FaultHeight, 0, errNotYet, "%s", node.Text)
	}
	return err
}

// validators fetches the validators of a height, page by page.
func (c *Client) validators(ctx context.Context, height int64) (*types.ValidatorSet, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var all []*types.Validator
	for page := 1; ; page++ {
		size := validatorsPageSize
		res, err := c.rpc.Validators(ctx, &height, &page, &size)
		if err != nil {
			return nil, c.call("validators", err)
		}
		all = append(all, res.Validators...)
		if len(res.Validators) == 0 || len(all) >= res.Total || len(all) >= maxValidators {
			break
		}
	}
	set, err := validatorSet(all)
	if err != nil {
		return nil, unproven(FaultValidators, height, err, "the validators that the node sent for block %d", height)
	}
	return set, nil
}

// validatorSet makes a set. CometBFT panics where the sum of all powers does not
// fit; what a node sends must not.
func validatorSet(all []*types.Validator) (*types.ValidatorSet, error) {
	var power int64
	for _, v := range all {
		if err := v.ValidateBasic(); err != nil {
			return nil, err
		}
		if power += v.VotingPower; v.VotingPower > types.MaxTotalVotingPower || power > types.MaxTotalVotingPower {
			return nil, fmt.Errorf("a power of more than %d in all", types.MaxTotalVotingPower)
		}
	}
	set, err := types.ValidatorSetFromExistingValidators(all)
	if err != nil {
		return nil, err
	}
	return set, set.ValidateBasic()
}

// awaitLightBlock is lightBlock for a block that is about to come. The error wraps
// errNotYet if it does not come within patience.
func (c *Client) awaitLightBlock(ctx context.Context, chainID string, height int64, patience time.Duration) (*types.LightBlock, error) {
	waitCtx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := pollFirst; ; pause = min(pause*2, pollLast) {
		block, err := c.lightBlock(ctx, chainID, height)
		if !errors.Is(err, errNotYet) {
			return block, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-waitCtx.Done():
			timer.Stop()
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, err
		}
	}
}
