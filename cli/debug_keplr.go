package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/node"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

// keplrChain is what window.keplr.experimentalSuggestChain takes, and what
// other wallets of this family read: names, bounds and which members must be
// there are Keplr's own checks (its package chain-validator).
type keplrChain struct {
	ChainID       string          `json:"chainId"`
	ChainName     string          `json:"chainName"`
	RPC           string          `json:"rpc"`
	REST          string          `json:"rest"`
	BIP44         keplrBIP44      `json:"bip44"`
	Bech32        keplrBech32     `json:"bech32Config"`
	Currencies    []keplrCurrency `json:"currencies"`
	FeeCurrencies []keplrCurrency `json:"feeCurrencies"`
	StakeCurrency keplrCurrency   `json:"stakeCurrency"`
	Features      []string        `json:"features"`
}

type keplrBIP44 struct {
	CoinType uint32 `json:"coinType"`
}

type keplrBech32 struct {
	AccAddr  string `json:"bech32PrefixAccAddr"`
	AccPub   string `json:"bech32PrefixAccPub"`
	ValAddr  string `json:"bech32PrefixValAddr"`
	ValPub   string `json:"bech32PrefixValPub"`
	ConsAddr string `json:"bech32PrefixConsAddr"`
	ConsPub  string `json:"bech32PrefixConsPub"`
}

type keplrCurrency struct {
	Denom        string          `json:"coinDenom"`
	MinimalDenom string          `json:"coinMinimalDenom"`
	Decimals     uint32          `json:"coinDecimals"`
	GasPrices    *keplrGasPrices `json:"gasPriceStep,omitempty"`
}

// keplrGasPrices are what a user chooses from, in minimal units for one gas.
type keplrGasPrices struct {
	Low     json.Number `json:"low"`
	Average json.Number `json:"average"`
	High    json.Number `json:"high"`
}

const (
	cosmosCoinType   = 118 // SLIP-44; the derivation path of weft keys
	keplrMaxName     = 30  // characters of chainId and chainName
	keplrMaxDecimals = 18
)

func (r *run) keplrCommand() *cobra.Command {
	return r.command(spec{
		use: "keplr-chain-info", short: "Print what a wallet such as Keplr must know of the chain", args: cobra.NoArgs, raw: true,
		long: "Print the JSON that a page passes to window.keplr.experimentalSuggestChain.\n" +
			"Names come from the genesis of the home folder, addresses and prices from its\n" +
			"settings. A wallet elsewhere needs public addresses: --rpc and --rest.",
		example: "  weft debug keplr-chain-info --rpc https://rpc.example.org --rest https://rest.example.org",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("rpc", "", "public URL of the RPC (default: where the node of the home folder listens)")
			f.String("rest", "", "public URL of the REST API (default: where the node of the home folder listens)")
			f.String("chain-name", "", "name that people see (default: the chain id)")
			f.String("gas-prices", "", "lowest price of a unit of gas, such as 0.025uweft (default: minimum-gas-prices of app.toml)")
		}},
		do: func(o options, _ []string) error { return r.printKeplrChain(o) },
	})
}

func (r *run) printKeplrChain(o options) error {
	home, info, err := genesisHome(o)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(home)
	if err != nil {
		return err
	}
	c, err := newKeplrChain(o, info, cfg)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return err
	}
	_, err = r.out.Write(b.Bytes())
	return err
}

func newKeplrChain(o options, info node.GenesisInfo, cfg node.Config) (keplrChain, error) {
	p := string(info.Bech32)
	c := keplrChain{
		ChainID: info.ChainID, ChainName: o.GetString("chain-name"), BIP44: keplrBIP44{cosmosCoinType}, Features: []string{"cosmwasm"},
		Bech32: keplrBech32{p, p + "pub", p + "valoper", p + "valoperpub", p + "valcons", p + "valconspub"},
	}
	if c.ChainName == "" {
		c.ChainName = c.ChainID
	}
	for _, name := range []string{c.ChainID, c.ChainName} {
		if n := utf8.RuneCountInString(name); n > keplrMaxName {
			return c, fail(exitConfig, "%q has %d characters, wallets take chain ids and names of at most %d", name, n, keplrMaxName)
		}
	}
	var err error
	if c.RPC, err = keplrURL(o, "rpc", localURL(cfg.Comet.RPC.ListenAddress)); err != nil {
		return c, err
	}
	if c.REST, err = keplrURL(o, "rest", localURL(cfg.App.API.Address)); err != nil {
		return c, err
	}
	if !cfg.App.API.Enable && !o.given("rest") {
		return c, fail(exitConfig, "REST is off in app.toml, and a wallet cannot do without: set enable in its section api, or pass --rest URL")
	}
	asked := o.GetString("gas-prices")
	if !o.given("gas-prices") {
		asked = cfg.App.MinGasPrices
	}
	prices, err := client.ParsePrices(asked)
	if err != nil {
		return c, usage("the gas prices %q: %w", asked, err)
	}
	return c, c.addCurrencies(info, prices)
}

// addCurrencies lists the chain's coins: the base coin first, then what is
// bonded, then what else a fee may be paid in.
func (c *keplrChain) addCurrencies(info node.GenesisInfo, prices []client.Price) error {
	denoms := []string{info.BaseDenom, info.BondDenom}
	for _, p := range prices {
		denoms = append(denoms, p.Denom())
	}
	if len(prices) == 0 { // a node that takes everything asks for nothing
		free, err := client.ParsePrices("0" + info.BaseDenom)
		if err != nil {
			return err
		}
		prices = free
	}
	known := map[string]keplrCurrency{}
	for _, denom := range denoms {
		if _, ok := known[denom]; !ok {
			known[denom] = currencyOf(denom, info.DenomMetadata)
			c.Currencies = append(c.Currencies, known[denom])
		}
	}
	c.StakeCurrency = known[info.BondDenom]
	for _, p := range prices {
		fee := known[p.Denom()]
		fee.GasPrices = gasPriceStep(p.Amount())
		c.FeeCurrencies = append(c.FeeCurrencies, fee)
	}
	return nil
}

// gasPriceStep offers the lowest price that is taken, a quarter and a half more.
func gasPriceStep(lowest *big.Rat) *keplrGasPrices {
	times := func(n, d int64) json.Number {
		text := new(big.Rat).Mul(lowest, big.NewRat(n, d)).FloatString(20)
		return json.Number(strings.TrimRight(strings.TrimRight(text, "0"), "."))
	}
	return &keplrGasPrices{times(1, 1), times(5, 4), times(3, 2)}
}

// currencyOf names a coin as people see it: by its metadata in genesis, else by
// the custom that uatom is a millionth of an ATOM, else as it is.
func currencyOf(denom string, metadata []bankpb.Metadata) keplrCurrency {
	for _, m := range metadata {
		if m.Base != denom {
			continue
		}
		for _, unit := range m.DenomUnits {
			if unit != nil && unit.Denom == m.Display && m.Display != "" && unit.Exponent <= keplrMaxDecimals {
				name := m.Symbol
				if name == "" {
					name = strings.ToUpper(m.Display)
				}
				return keplrCurrency{Denom: name, MinimalDenom: denom, Decimals: unit.Exponent}
			}
		}
	}
	if short, ok := strings.CutPrefix(denom, "u"); ok && len(short) >= 3 && !strings.ContainsAny(short, "/:._-") {
		return keplrCurrency{Denom: strings.ToUpper(short), MinimalDenom: denom, Decimals: 6}
	}
	return keplrCurrency{Denom: denom, MinimalDenom: denom}
}

// keplrURL is the address that a flag gives, else the node's own.
func keplrURL(o options, flag, own string) (string, error) {
	text := o.GetString(flag)
	if text == "" {
		return own, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(text, "?#") {
		return "", usage("--%s %.200q is not a URL such as https://%s.example.org: http or https, a host, no query", flag, text, flag)
	}
	return strings.TrimSuffix(text, "/"), nil
}

// localURL turns an address to listen on into one that a browser on the same
// machine can open: browsers trust http on localhost alone.
func localURL(listen string) string {
	_, address, found := strings.Cut(listen, "://")
	if !found {
		address = listen
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Sprintf("http://%s", address)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
