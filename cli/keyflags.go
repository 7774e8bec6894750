package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/tx"
)

// defaultBech32 is the prefix of addresses where no genesis says another.
const defaultBech32 = "weft"

func keyringFlags(f *pflag.FlagSet) {
	f.String("keyring-backend", keyring.BackendOS, "where keys are kept: os, file or test")
	f.String("keyring-dir", "", "folder of the keyring (default: the home folder)")
}

func prefixFlag(f *pflag.FlagSet) {
	f.String("bech32-prefix", "", "prefix of addresses (default: the chain's, else weft)")
}

func yesFlag(f *pflag.FlagSet) {
	f.BoolP("yes", "y", false, "answer yes to the question whether to go on")
}

// keys opens the keyring that the flags name.
func (r *run) keys(o options) (*keyring.Keyring, error) {
	dir := o.GetString("keyring-dir")
	if dir == "" {
		home, err := o.home()
		if err != nil {
			return nil, err
		}
		dir = home
	}
	return keyring.Open(dir, o.GetString("keyring-backend"), r.passphrase)
}

// prefix returns the prefix of addresses: of the flag, else of the genesis in
// the home folder, else the default.
func (o options) prefix() (chain.Bech32, error) {
	p := o.GetString("bech32-prefix")
	if p == "" {
		home, err := o.home()
		if err != nil {
			return "", err
		}
		p = genesisPrefix(home)
	}
	if p == "" {
		p = defaultBech32
	}
	return checkPrefix(p)
}

// chainPrefix is prefix for commands that talk to a node: if no flag says
// otherwise the chain does.
func (o options) chainPrefix(ctx context.Context, c *client.Client) (chain.Bech32, error) {
	if o.GetString("bech32-prefix") != "" {
		return o.prefix()
	}
	params, err := c.Params(ctx)
	var refused *client.QueryError
	if errors.As(err, &refused) {
		return o.prefix()
	}
	if err != nil {
		return "", err
	}
	return checkPrefix(params.Bech32Prefix)
}

// checkPrefix refuses what bech32 does not allow, and upper case, which it
// allows but which no chain uses.
func checkPrefix(p string) (chain.Bech32, error) {
	if len(p) == 0 || len(p) > 64 {
		return "", usage("bech32 prefix %.80q has not 1 to 64 characters", p)
	}
	for _, c := range []byte(p) {
		if c < '!' || c > '~' || (c >= 'A' && c <= 'Z') {
			return "", usage("bech32 prefix %.80q holds %q", p, c)
		}
	}
	return chain.Bech32(p), nil
}

// findKey looks a key up by name, else by account address.
func findKey(k *keyring.Keyring, prefix chain.Bech32, who string) (keyring.Key, error) {
	if strings.HasPrefix(who, string(prefix)+"1") {
		if addr, err := prefix.ParseAccount(who); err == nil {
			key, err := k.Find(addr)
			if err != nil {
				return key, fmt.Errorf("address %s in %s: %w", who, k.Folder(), err)
			}
			return key, nil
		}
	}
	key, err := k.Get(who)
	if errors.Is(err, keyring.ErrNotFound) {
		return key, hint(err, "See the keys that are there with: weft keys list --keyring-backend %s", k.Backend())
	}
	return key, err
}

// openKey opens a key for signing.
func openKey(k *keyring.Keyring, name string) (tx.PrivKey, error) {
	secret, err := k.Priv(name)
	if err != nil {
		return tx.PrivKey{}, err
	}
	return tx.NewPrivKey(secret[:])
}

// within bounds the time of calls to a node.
func (r *run) within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.ctx, d)
}
