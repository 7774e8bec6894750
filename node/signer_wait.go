package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

const (
	signerAskAgain = 100 * time.Millisecond
	signerRemind   = 30 * time.Second // between two lines of the log while it is away
)

// remoteSigner asks a signer elsewhere for signatures and waits for it as long as
// the node runs. CometBFT's own client gives up after some minutes, and a vote that
// was not made then is never made: alone, or when no third of the power can be
// spared, the chain would stand still after the signer is back.
type remoteSigner struct {
	endpoint *privval.SignerListenerEndpoint
	client   *privval.SignerClient
	stopped  context.Context //nolint:containedctx // of the node; CometBFT's interface has none
	log      *slog.Logger
}

var _ types.PrivValidator = (*remoteSigner)(nil)

// listenForSigner opens the door for a signer at an address.
func listenForSigner(stopped context.Context, address, chainID string, l *slog.Logger, comet log.Logger) (*remoteSigner, error) {
	endpoint, err := privval.NewSignerListener(address, comet)
	if err != nil {
		return nil, fmt.Errorf("config.toml: priv_validator_laddr %s: %w", address, err)
	}
	client, err := privval.NewSignerClient(endpoint, chainID)
	if err != nil {
		return nil, err
	}
	return &remoteSigner{endpoint: endpoint, client: client, stopped: stopped, log: l}, nil
}

func (s *remoteSigner) close() error { return s.endpoint.Stop() }

// GetPubKey implements types.PrivValidator.
func (s *remoteSigner) GetPubKey() (key crypto.PubKey, err error) {
	err = s.ask(func() error {
		key, err = s.client.GetPubKey()
		return err
	})
	return key, err
}

// SignVote implements types.PrivValidator.
func (s *remoteSigner) SignVote(chainID string, vote *cmtproto.Vote) error {
	return s.ask(func() error { return s.client.SignVote(chainID, vote) })
}

// SignProposal implements types.PrivValidator.
func (s *remoteSigner) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	return s.ask(func() error { return s.client.SignProposal(chainID, proposal) })
}

// ask asks until there is an answer. A refusal is one.
func (s *remoteSigner) ask(question func() error) error {
	var away, said time.Time
	for {
		err := question()
		var refused *privval.RemoteSignerError
		if err == nil || errors.As(err, &refused) {
			if !said.IsZero() {
				s.log.Info("the signer is back", "after", time.Since(away).Round(time.Second))
			}
			return err
		}
		if away.IsZero() {
			away = time.Now()
		}
		if time.Since(away) > signerRemind/10 && time.Since(said) > signerRemind {
			said = time.Now()
			s.log.Warn("waits for the signer: nothing is signed", "for", time.Since(away).Round(time.Second), "err", err,
				"do", "start weft signer, or what else has the key, and see that it may dial priv_validator_laddr of config.toml")
		}
		select {
		case <-s.stopped.Done():
			return fmt.Errorf("the node stops: %w", err)
		case <-time.After(signerAskAgain):
		}
	}
}
