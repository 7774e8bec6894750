package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtlog "github.com/cometbft/cometbft/libs/log"
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
	listener net.Listener
	endpoint *privval.SignerListenerEndpoint
	client   *privval.SignerClient
	stopped  context.Context //nolint:containedctx // of the node; CometBFT's interface has none
	log      *slog.Logger
}

var _ types.PrivValidator = (*remoteSigner)(nil)

// listenForSigner opens the door for a signer at an address, tcp:// or unix://.
func listenForSigner(stopped context.Context, address, chainID string, log *slog.Logger, comet cmtlog.Logger) (*remoteSigner, error) {
	protocol, where, _ := strings.Cut(address, "://") // one of the two: CheckKeys
	listener, err := net.Listen(protocol, where)
	if err != nil {
		return nil, fmt.Errorf("config.toml: priv_validator_laddr %s: %w", address, err)
	}
	var accepting net.Listener
	if protocol == "tcp" {
		accepting = privval.NewTCPListener(listener, ed25519.GenPrivKey())
	} else {
		accepting = privval.NewUnixListener(listener)
	}
	endpoint := privval.NewSignerListenerEndpoint(comet.With("module", "privval"), accepting)
	client, err := privval.NewSignerClient(endpoint, chainID)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return &remoteSigner{listener: listener, endpoint: endpoint, client: client, stopped: stopped, log: log}, nil
}

// close frees the address. The endpoint ends when its question of the moment does,
// some seconds later: a node that stops does not wait for that.
func (s *remoteSigner) close() error {
	err := s.listener.Close()
	go func() { _ = s.endpoint.Stop() }()
	return err
}

// GetPubKey implements types.PrivValidator.
func (s *remoteSigner) GetPubKey() (crypto.PubKey, error) {
	return answer(s, s.client.GetPubKey)
}

// SignVote implements types.PrivValidator.
func (s *remoteSigner) SignVote(chainID string, vote *cmtproto.Vote) error {
	signed, err := answer(s, func() (cmtproto.Vote, error) {
		v := *vote // the question may outlive the asker
		err := s.client.SignVote(chainID, &v)
		return v, err
	})
	if err == nil {
		*vote = signed
	}
	return err
}

// SignProposal implements types.PrivValidator.
func (s *remoteSigner) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	signed, err := answer(s, func() (cmtproto.Proposal, error) {
		p := *proposal
		err := s.client.SignProposal(chainID, &p)
		return p, err
	})
	if err == nil {
		*proposal = signed
	}
	return err
}

// answer asks until there is an answer, or the node stops. A refusal is an answer.
func answer[T any](s *remoteSigner, question func() (T, error)) (T, error) {
	type reply struct {
		value T
		err   error
	}
	var away, said time.Time
	for {
		replies := make(chan reply, 1)
		go func() {
			v, err := question()
			replies <- reply{v, err}
		}()
		var r reply
		select {
		case r = <-replies:
		case <-s.stopped.Done():
			return r.value, errors.New("the node stops")
		}
		var refused *privval.RemoteSignerError
		if r.err == nil || errors.As(r.err, &refused) {
			if !said.IsZero() {
				s.log.Info("the signer is back", "after", time.Since(away).Round(time.Second))
			}
			return r.value, r.err
		}
		if away.IsZero() {
			away = time.Now()
		}
		if time.Since(away) > signerRemind/10 && time.Since(said) > signerRemind {
			said = time.Now()
			s.log.Warn("waits for the signer: nothing is signed", "for", time.Since(away).Round(time.Second), "err", r.err,
				"do", "start weft signer, or what else has the key, and see that it may dial priv_validator_laddr of config.toml")
		}
		select {
		case <-s.stopped.Done():
		case <-time.After(signerAskAgain):
		}
	}
}
