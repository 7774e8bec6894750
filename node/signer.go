package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	p2pconn "github.com/cometbft/cometbft/p2p/conn"
	"github.com/cometbft/cometbft/privval"
	privvalpb "github.com/cometbft/cometbft/proto/tendermint/privval"
	"github.com/cometbft/cometbft/types"
)

// SignerOptions say what a remote signer signs and for whom.
type SignerOptions struct {
	KeyFile, StateFile string
	ChainID            string
	// Node is priv_validator_laddr of the node, tcp://host:port or unix://path: the
	// signer dials.
	Node string
}

// Timing of a signer. It dials for ever: the node may be started later. It waits
// longer for a node than a node for it (5 s): a node takes connections one after
// another, and one that was given up meanwhile costs it that time.
const (
	signerDialTimeout = 12 * time.Second
	signerRetryWait   = time.Second
	signerRetries     = 1 << 30
)

// RunSigner signs votes and proposals for a node on another machine, until ctx
// ends. It has CometBFT's protection: what StateFile holds is not signed again
// otherwise. There must never be a second signer with the same key.
func RunSigner(ctx context.Context, o SignerOptions, log *slog.Logger) error {
	var key privval.FilePVKey
	if err := readJSON(o.KeyFile, &key); err != nil {
		return err
	}
	if key.PrivKey == nil {
		return fmt.Errorf("%s holds no key", o.KeyFile)
	}
	if err := readJSON(o.StateFile, &privval.FilePVLastSignState{}); err != nil {
		return err
	}
	dial, err := signerDialer(ctx, o.Node)
	if err != nil {
		return err
	}
	pv := privval.LoadFilePV(o.KeyFile, o.StateFile)
	var stopping atomic.Bool
	endpoint := privval.NewSignerDialerEndpoint(
		cometLog{log: log, alarm: func(error) {}, stopping: &stopping}, dial,
		privval.SignerDialerEndpointConnRetries(signerRetries), privval.SignerDialerEndpointRetryWaitInterval(signerRetryWait))
	server := privval.NewSignerServer(endpoint, o.ChainID, pv)
	var signing sync.Mutex
	server.SetRequestHandler(func(pv types.PrivValidator, req privvalpb.Message, chainID string) (privvalpb.Message, error) {
		signing.Lock()
		defer signing.Unlock()
		if ctx.Err() != nil {
			return privvalpb.Message{}, ctx.Err()
		}
		return privval.DefaultValidationRequestHandler(pv, req, chainID)
	})
	if err := server.Start(); err != nil {
		return err
	}
	log.Info("signer runs", "chain", o.ChainID, "node", o.Node, "validator", fmt.Sprint(pv.GetAddress()))
	<-ctx.Done()
	stopping.Store(true)
	err = server.Stop()
	signing.Lock() // what is being signed is in StateFile first
	defer signing.Unlock()
	return err
}

// signerDialer returns what connects to a node until ctx ends. CometBFT's own
// leaves connections open whose handshake failed, which keeps the node waiting for
// each of them longer than the signer for the node: the two may never meet.
func signerDialer(ctx context.Context, address string) (privval.SocketDialer, error) {
	protocol, where, ok := strings.Cut(address, "://")
	if !ok || protocol != "tcp" && protocol != "unix" {
		return nil, fmt.Errorf("%.100q is no address of a node such as tcp://10.0.0.1:26659 or unix:///run/weft/signer.sock", address)
	}
	if _, _, err := net.SplitHostPort(where); protocol == "tcp" && err != nil {
		return nil, fmt.Errorf("%.100q: %w", address, err)
	}
	own, forget := ed25519.GenPrivKey(), func() bool { return true }
	return func() (net.Conn, error) { // one after another
		raw, err := (&net.Dialer{Timeout: signerDialTimeout}).DialContext(ctx, protocol, where)
		if err != nil {
			return nil, err
		}
		forget()
		forget = context.AfterFunc(ctx, func() { _ = raw.Close() })
		if protocol == "unix" {
			return raw, nil
		}
		if err = raw.SetDeadline(time.Now().Add(signerDialTimeout)); err == nil {
			var secret net.Conn
			if secret, err = p2pconn.MakeSecretConnection(raw, own); err == nil {
				return secret, nil
			}
		}
		return nil, errors.Join(err, raw.Close())
	}, nil
}

// SignerFiles are the key and state files of a home.
func SignerFiles(home string) (key, state string) {
	return filepath.Join(configDir(home), "priv_validator_key.json"), filepath.Join(dataDir(home), "priv_validator_state.json")
}

// validatorKey is what the node signs with: its file, or a signer elsewhere.
func (n *running) validatorKey(comet cmtlog.Logger) (types.PrivValidator, error) {
	c := n.cfg.Comet
	if c.PrivValidatorListenAddr == "" {
		return troubledKey(n.cfg.Home, privval.LoadFilePV(c.PrivValidatorKeyFile(), c.PrivValidatorStateFile())), nil
	}
	var err error
	n.signer, err = listenForSigner(n.ctx, c.PrivValidatorListenAddr, n.genesis.ChainID, n.log, comet)
	return n.signer, err
}

// CheckKeys refuses a validator whose key or state file cannot be read, and a node
// with a remote signer that has a key beside it: sooner or later both would sign.
func (c Config) CheckKeys() error {
	if c.Comet.PrivValidatorListenAddr == "" {
		return checkValidatorFiles(c.Comet)
	}
	if file := c.Comet.PrivValidatorKeyFile(); exists(file) {
		return fmt.Errorf("config.toml: priv_validator_laddr is %s, so a remote signer signs, and there is also the key %s: "+
			"two signers of one validator are punished as one that signs twice. Move the file to the signer's machine, with %s, or empty priv_validator_laddr",
			c.Comet.PrivValidatorListenAddr, file, c.Comet.PrivValidatorStateFile())
	}
	scheme, _, _ := strings.Cut(c.Comet.PrivValidatorListenAddr, "://")
	if scheme != "tcp" && scheme != "unix" {
		return errors.New("config.toml: priv_validator_laddr must be such as tcp://0.0.0.0:26659 or unix:///run/weft/signer.sock")
	}
	return nil
}
