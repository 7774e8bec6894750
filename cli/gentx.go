package cli

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/proto/protojson"
	"github.com/weftchain/weft/tx"
)

// genTxGas is what a gentx states; at genesis nobody charges for it.
const genTxGas = 200_000

func (r *run) genesisGenTx() *cobra.Command {
	return r.command(spec{
		use: "gentx KEY AMOUNT", short: "Make the transaction by which a validator stands in the genesis", args: cobra.ExactArgs(2), raw: true,
		long: "Sign a create-validator transaction for this home's node and write it to\nconfig/gentx. AMOUNT is what the validator stakes, such as 500000000uweft.",
		flags: []func(*pflag.FlagSet){keyringFlags, prefixFlag, chainIDFlag, func(f *pflag.FlagSet) {
			f.String("moniker", "", "name of the validator (default: that of the node)")
			f.String("identity", "", "identity signature")
			f.String("website", "", "website")
			f.String("security-contact", "", "mail address for security matters")
			f.String("details", "", "anything else")
			f.String("commission-rate", "0.1", "share of rewards that the validator keeps, 0 to 1")
			f.String("commission-max-rate", "0.2", "highest share it may ever ask for")
			f.String("commission-max-change-rate", "0.01", "largest change of the share in a day")
			f.String("min-self-delegation", "1", "least that the operator must stake itself")
			f.String("ip", "127.0.0.1", "address of the node, for the peers of the others")
			f.String("node-id", "", "id of the node (default: that of this home)")
			f.String("pubkey", "", "consensus key as JSON (default: that of this home)")
			f.String("output-document", "", "file to write (default: config/gentx/gentx-NODEID.json)")
		}},
		do: func(o options, args []string) error { return r.makeGenTx(o, args[0], args[1]) },
	})
}

func (r *run) makeGenTx(o options, keyName, amount string) error {
	stake, err := chain.ParseCoin(amount)
	if err != nil {
		return usage("the amount %.80q: %w", amount, err)
	}
	home, info, err := genesisHome(o)
	if err != nil {
		return err
	}
	if id := o.GetString("chain-id"); id != "" && id != info.ChainID {
		return fail(exitConfig, "--chain-id is %.60q, the genesis in %s says %q", id, home, info.ChainID)
	}
	if stake.Denom != info.BondDenom {
		return usage("validators of this chain stake %s, not %s", info.BondDenom, stake.Denom)
	}
	if err := o.checkBackend(o.GetString("keyring-backend"), info.ChainID); err != nil {
		return err
	}
	s, err := r.homeSender(o)
	if err != nil {
		return err
	}
	key, err := findKey(s.keys, s.prefix, keyName)
	if err != nil {
		return err
	}
	nodeID, consensus, err := homeIdentity(o, home)
	if err != nil {
		return err
	}
	msg, err := createValidator(o, home, s.prefix, key.Address(), consensus, stake)
	if err != nil {
		return err
	}
	priv, err := openKey(s.keys, key.Name)
	if err != nil {
		return err
	}
	memo := nodeID + "@" + net.JoinHostPort(o.GetString("ip"), "26656")
	raw, err := tx.Builder{Msgs: []chain.Message{msg}, Memo: memo, GasLimit: genTxGas}.Sign(priv, info.ChainID, 0, 0)
	if err != nil {
		return err
	}
	return r.writeGenTx(o, home, nodeID, raw)
}

func (r *run) writeGenTx(o options, home, nodeID string, raw []byte) error {
	t, err := client.DecodeTx(raw)
	if err != nil {
		return err
	}
	data, err := protojson.Marshal(t)
	if err != nil {
		return err
	}
	file := o.GetString("output-document")
	if file == "" {
		file = filepath.Join(home, "config", "gentx", "gentx-"+nodeID+".json")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(r.err, "genesis transaction written to %s\nnext: weft genesis collect-gentxs\n", file)
	return nil
}

// rateRule is a decimal from 0 to 1.
var rateRule = regexp.MustCompile(`^(0(\.[0-9]{1,18})?|1(\.0{1,18})?)$`)

// createValidator is what the flags describe.
func createValidator(o options, home string, prefix chain.Bech32, operator chain.Address, consensus []byte, stake chain.Coin) (*staking.MsgCreateValidator, error) {
	key, err := consensusKeyJSON(consensus)
	if err != nil {
		return nil, err
	}
	v := validatorFile{
		PubKey: key, Amount: stake.String(), Moniker: o.GetString("moniker"), Identity: o.GetString("identity"),
		Website: o.GetString("website"), Security: o.GetString("security-contact"), Details: o.GetString("details"),
		CommissionRate: o.GetString("commission-rate"), CommissionMaxRate: o.GetString("commission-max-rate"),
		CommissionMaxChange: o.GetString("commission-max-change-rate"), MinSelfDelegation: o.GetString("min-self-delegation"),
	}
	if v.Moniker == "" {
		cfg, err := loadConfig(home)
		if err != nil {
			return nil, err
		}
		v.Moniker = cfg.Comet.Moniker
	}
	msg, err := v.message()
	if err != nil {
		return nil, err
	}
	msg.DelegatorAddress, msg.ValidatorAddress = prefix.Account(operator), prefix.Validator(operator)
	return msg, nil
}

const ed25519URL = "/cosmos.crypto.ed25519.PubKey"

// keyFile is the part of CometBFT's key files that is read here.
type keyFile struct {
	PubKey struct {
		Type  string `json:"type"`
		Value []byte `json:"value"`
	} `json:"pub_key"`
	PrivKey struct {
		Type  string `json:"type"`
		Value []byte `json:"value"`
	} `json:"priv_key"`
}

const maxKeyFileBytes = 64 << 10

// homeIdentity returns the id of a home's node and its consensus key, unless
// flags say otherwise: for a validator whose keys lie elsewhere.
func homeIdentity(o options, home string) (nodeID string, consensus []byte, err error) {
	if nodeID = o.GetString("node-id"); nodeID == "" {
		if nodeID, err = homeNodeID(home); err != nil {
			return "", nil, err
		}
	} else if raw, err := hex.DecodeString(nodeID); err != nil || len(raw) != 20 {
		return "", nil, usage("--node-id %.80q has not 40 hexadecimal digits", nodeID)
	}
	if text := o.GetString("pubkey"); text != "" {
		consensus, err = parseConsensusKey("--pubkey", text)
	} else {
		consensus, err = homeValidatorKey(home)
	}
	return nodeID, consensus, err
}

func readKeyFile(path string, k *keyFile) error {
	data, err := readFile(path, maxKeyFileBytes)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(k); err != nil {
		return fail(exitConfig, "%s is not a key file: %w", path, err)
	}
	return nil
}
