package cli

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
)

// cometCommand shows what a home's node is called: the words of the reference,
// in which scripts and guides ask for it.
func (r *run) cometCommand() *cobra.Command {
	show := func(use, short string, flags []func(*pflag.FlagSet), text func(o options, home string) (string, error)) *cobra.Command {
		return r.command(spec{
			use: use, short: short, args: cobra.NoArgs, raw: true, flags: flags, example: "  weft comet " + use,
			do: func(o options, _ []string) error {
				home, err := o.home()
				if err != nil {
					return err
				}
				line, err := text(o, home)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(r.out, line)
				return err
			},
		})
	}
	group := newGroup("comet", "What the node in --home is called",
		show("show-validator", "Print the key that signs blocks, as create-validator takes it", nil, func(_ options, home string) (string, error) {
			key, err := homeValidatorKey(home)
			if err != nil {
				return "", err
			}
			text, err := consensusKeyJSON(key)
			return string(text), err
		}),
		show("show-address", "Print the address of the key that signs blocks", []func(*pflag.FlagSet){prefixFlag}, func(o options, home string) (string, error) {
			key, err := homeValidatorKey(home)
			if err != nil {
				return "", err
			}
			prefix, err := o.prefix()
			return prefix.Consensus(consensusAddress(key)), err
		}),
		show("show-node-id", "Print the id of the node, as peers name it", nil, func(_ options, home string) (string, error) {
			return homeNodeID(home)
		}))
	group.Aliases = []string{"cometbft", "tendermint"}
	return group
}

func validatorKeyFile(home string) string {
	return filepath.Join(home, "config", "priv_validator_key.json")
}

// homeValidatorKey is the public key with which a home's node signs blocks.
func homeValidatorKey(home string) ([]byte, error) {
	var k keyFile
	if err := readKeyFile(validatorKeyFile(home), &k); err != nil {
		return nil, err
	}
	if k.PubKey.Type != "tendermint/PubKeyEd25519" || len(k.PubKey.Value) != ed25519.PublicKeySize {
		return nil, fail(exitConfig, "config/priv_validator_key.json holds no ed25519 key but %.60q", k.PubKey.Type)
	}
	return k.PubKey.Value, nil
}

// consensusKey is the JSON of a key that signs blocks.
type consensusKey struct {
	Type string `json:"@type"`
	Key  []byte `json:"key"`
}

func consensusKeyJSON(key []byte) (json.RawMessage, error) {
	return json.Marshal(consensusKey{ed25519URL, key})
}

// parseConsensusKey reads what consensusKeyJSON writes.
func parseConsensusKey(what, text string) ([]byte, error) {
	var pub consensusKey
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&pub); err != nil || pub.Type != ed25519URL || len(pub.Key) != ed25519.PublicKeySize {
		return nil, usage(`%s %.200q is not {"@type":"%s","key":"…"}, as weft comet show-validator prints it`, what, text, ed25519URL)
	}
	return pub.Key, nil
}

// consensusAddress is the address of a key that signs blocks.
func consensusAddress(key []byte) chain.Address {
	sum := sha256.Sum256(key)
	return chain.Address(sum[:20])
}

// homeNodeID is the id of a home's node.
func homeNodeID(home string) (string, error) {
	var k keyFile
	if err := readKeyFile(filepath.Join(home, "config", "node_key.json"), &k); err != nil {
		return "", err
	}
	if len(k.PrivKey.Value) != ed25519.PrivateKeySize {
		return "", fail(exitConfig, "config/node_key.json holds no ed25519 key")
	}
	address := consensusAddress(k.PrivKey.Value[ed25519.SeedSize:])
	return hex.EncodeToString(address.Bytes()), nil
}
