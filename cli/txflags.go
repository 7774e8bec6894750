package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	"github.com/weftchain/weft/tx"
)

// defaultChainID is the chain of a first local node.
const defaultChainID = "weft-local"

// maxTimeout bounds how long a command waits for a block.
const maxTimeout = 24 * time.Hour

func chainIDFlag(f *pflag.FlagSet) {
	f.String("chain-id", "", "chain to sign for (default: that of the genesis in the home folder, else weft-local)")
}

// txFlags are the flags of every command that makes a transaction.
func txFlags(f *pflag.FlagSet) {
	keyringFlags(f)
	prefixFlag(f)
	nodeFlag(f)
	chainIDFlag(f)
	yesFlag(f)
	f.String("from", "", "key that signs: its name or address")
	f.String("fees", "", "fee to pay, such as 500uweft")
	f.String("gas-prices", "", "price of a unit of gas, such as 0.025uweft; the fee is this times the gas limit")
	f.String("gas", "auto", "gas limit: a number, or auto to simulate first")
	f.String("gas-adjustment", "1.1", "factor on the gas that a simulation used")
	f.String("note", "", "memo of the transaction")
	f.String("memo", "", "the same as --note")
	f.Uint64("timeout-height", 0, "last height at which a block may take the transaction")
	f.Duration("timeout-duration", 0, "how long blocks may take the transaction, such as 5m")
	f.Bool("unordered", false, "send without a sequence; needs --timeout-duration")
	f.String("fee-payer", "", "key or address that pays the fee and signs too")
	f.String("fee-granter", "", "key or address whose grant pays the fee")
	f.String("wait", "commit", "wait until: commit (a block holds it) or accept (the node took it); none is the same as accept")
	f.StringP("broadcast-mode", "b", "", "as in Cosmos tools: sync is --wait accept, async is --wait none, block is --wait commit")
	f.Duration("timeout", time.Minute, "how long to wait for a block")
	f.Bool("dry-run", false, "simulate and show the result, send nothing")
	f.Bool("generate-only", false, "print the unsigned transaction, send nothing")
	f.Bool("offline", false, "ask no node: needs --gas N and, for signing, --account-number and --sequence")
	f.Uint64P("account-number", "a", 0, "number of the signing account (default: as the chain says)")
	f.Uint64P("sequence", "s", 0, "sequence of the signing account (default: as the chain says)")
	f.String("sign-mode", "", "how to sign: direct or amino-json (default: direct, for several signers amino-json)")
	traceFlags(f)
	f.Bool("i-know", false, "use keyring backend test on a chain that is not for development")
}

// txSettings are the parsed flags of txFlags.
type txSettings struct {
	chainID       string
	gas           uint64 // 0 is auto
	adjustment    client.Adjustment
	fees          chain.Coins
	prices        []client.Price
	memo          string
	wait          string
	timeout       time.Duration
	generate, dry bool
	offline       bool
	mode          signing.SignMode // 0: as fits
	lasts         time.Duration    // of the transaction, 0 for ever
	unordered     bool
}

// maxMemoBytes bounds a memo here; a chain allows 256 characters by default.
const maxMemoBytes = 64 << 10

// txSettings reads and checks the flags, before anything is asked or opened.
func (o options) txSettings() (txSettings, error) {
	s := txSettings{
		memo: o.GetString("note"), wait: o.GetString("wait"), timeout: o.GetDuration("timeout"),
		generate: o.GetBool("generate-only"), dry: o.GetBool("dry-run"), offline: o.GetBool("offline"),
	}
	if memo := o.GetString("memo"); memo != "" {
		if s.memo != "" {
			return s, usage("--memo and --note are the same, give one")
		}
		s.memo = memo
	}
	if len(s.memo) > maxMemoBytes {
		return s, usage("the memo has %d bytes, at most %d", len(s.memo), maxMemoBytes)
	}
	if o.wantsTrace() && (s.generate || s.offline) {
		return s, usage("--trace and --gas-profile need a node that executes the transaction: with --dry-run, or when it is sent")
	}
	if s.generate && s.dry {
		return s, usage("--generate-only and --dry-run exclude each other")
	}
	if s.timeout <= 0 || s.timeout > maxTimeout {
		return s, usage("--timeout %s is not between 0 and %s", s.timeout, maxTimeout)
	}
	for _, parse := range []func(options) error{s.parseWait, s.parseGas, s.parseFees, s.parseMode, s.parseLifetime} {
		if err := parse(o); err != nil {
			return s, err
		}
	}
	if o.wantsTrace() && s.wait != "commit" && !s.dry {
		return s, usage("--trace and --gas-profile need a transaction that is in a block: leave --wait at commit, or add --dry-run")
	}
	if s.offline && s.gas == 0 {
		return s, usage("--offline needs a gas limit: add --gas 200000 or so")
	}
	if s.offline && s.dry {
		return s, usage("--offline and --dry-run exclude each other")
	}
	var err error
	s.chainID, err = o.chainID()
	return s, err
}

func (s *txSettings) parseWait(o options) error {
	switch mode := o.GetString("broadcast-mode"); mode {
	case "":
	case "sync":
		s.wait = "accept"
	case "async":
		s.wait = "none"
	case "block":
		s.wait = "commit"
	default:
		return usage("--broadcast-mode %.40q is not sync, async or block", mode)
	}
	switch s.wait {
	case "commit", "accept", "none":
		return nil
	}
	return usage("--wait %.40q is not commit, accept or none", s.wait)
}

func (s *txSettings) parseGas(o options) error {
	if gas := o.GetString("gas"); gas != "auto" {
		n, err := strconv.ParseUint(gas, 10, 63)
		if err != nil || n == 0 || strings.HasPrefix(gas, "+") {
			return usage("--gas %.40q is not auto or a whole number from 1", gas)
		}
		s.gas = n
	}
	var err error
	if s.adjustment, err = client.ParseAdjustment(o.GetString("gas-adjustment")); err != nil {
		return usage("--%w", err)
	}
	return nil
}

// parseMode reads --sign-mode.
func (s *txSettings) parseMode(o options) error {
	text := o.GetString("sign-mode")
	if text == "" {
		return nil
	}
	mode, err := tx.ParseSignMode(text)
	if err != nil || (mode != tx.Direct && mode != tx.AminoJSON) {
		return usage("--sign-mode %.40q is not direct or amino-json", text)
	}
	s.mode = mode
	return nil
}

// maxLifetime bounds how long a transaction may wait for its block. A chain
// allows ten minutes to one without a sequence, and says so.
const maxLifetime = 24 * time.Hour

// parseLifetime reads what bounds the time of a transaction.
func (s *txSettings) parseLifetime(o options) error {
	s.lasts, s.unordered = o.GetDuration("timeout-duration"), o.GetBool("unordered")
	switch {
	case o.given("timeout-duration") && (s.lasts <= 0 || s.lasts > maxLifetime):
		return usage("--timeout-duration %s is not between 0 and %s", s.lasts, maxLifetime)
	case s.lasts > 0 && o.GetUint64("timeout-height") > 0:
		return usage("--timeout-duration and --timeout-height exclude each other")
	case s.unordered && s.lasts == 0:
		return usage("--unordered needs --timeout-duration: how long blocks may take the transaction, such as 5m")
	case s.unordered && o.given("sequence"):
		return usage("--unordered and --sequence exclude each other: an unordered transaction has no sequence")
	}
	return nil
}

// timeoutTimestamp is the last block time that may hold the transaction.
func (s *txSettings) timeoutTimestamp(now time.Time) time.Time {
	if s.lasts == 0 {
		return time.Time{}
	}
	return now.Add(s.lasts).UTC()
}

func (s *txSettings) parseFees(o options) error {
	var err error
	if s.fees, err = chain.ParseCoins(o.GetString("fees")); err != nil {
		return usage("--fees: %w", err)
	}
	if s.prices, err = client.ParsePrices(o.GetString("gas-prices")); err != nil {
		return usage("--gas-prices: %w", err)
	}
	if len(s.fees) > 0 && len(s.prices) > 0 {
		return usage("--fees and --gas-prices exclude each other")
	}
	return nil
}

// chainID is the chain of the flag or the environment, else of the genesis in
// the home folder, else the default. Never what some node says: a signature
// for another chain could be used there.
func (o options) chainID() (string, error) {
	id := o.GetString("chain-id")
	if id == "" {
		home, err := o.home()
		if err != nil {
			return "", err
		}
		id = genesisChainID(home)
	}
	if id == "" {
		id = defaultChainID
	}
	if len(id) > maxChainIDBytes {
		return "", usage("chain id of %d characters, at most %d", len(id), maxChainIDBytes)
	}
	return id, nil
}

// maxChainIDBytes is CometBFT's bound.
const maxChainIDBytes = 50

// devChain reports whether a chain's id says that nothing on it is worth
// anything.
func devChain(id string) bool {
	id = strings.ToLower(id)
	for _, word := range []string{"local", "dev", "test"} {
		if strings.Contains(id, word) {
			return true
		}
	}
	return false
}

// checkBackend refuses keys that nothing protects for chains that matter.
func (o options) checkBackend(backend, chainID string) error {
	if backend != "test" || devChain(chainID) || o.GetBool("i-know") {
		return nil
	}
	err := fail(exitDeclined, "keyring backend test protects nothing, and %q is not the id of a development chain (none of local, dev, test in it)", chainID)
	return hint(err, "Use --keyring-backend file, or add --i-know.")
}
