package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/proto/protojson"
	"github.com/weftchain/weft/testnet"
	"github.com/weftchain/weft/tx"
)

// A network on one machine has the same accounts each time: their keys are those
// of a mnemonic that everybody knows, so they are worth nothing elsewhere.
const (
	testnetMnemonic = "test test test test test test test test test test test junk" //nolint:dupword // these are its words
	testnetCoins    = 1_000_000_000_000_000                                         // units that every account has
	portsPerNode    = 10
	testnetDenom    = "uweft"

	testnetCacheMiB   = 64
	testnetSnapshots  = 25 // blocks between two
	gossipSleep       = 25 * time.Millisecond
	minProposeTimeout = 500 * time.Millisecond
	minVoteTimeout    = 200 * time.Millisecond
)

// Make implements testnet.Launcher.
func (l *testnetLauncher) Make(dir string, p testnet.Plan) (*testnet.Layout, error) {
	layout := &testnet.Layout{ChainID: p.ChainID, Denom: testnetDenom, Block: p.Block}
	for i := range p.Validators + p.Nodes {
		n, err := l.makeHome(dir, layout, i < p.Validators, p.BasePort, nil)
		if err != nil {
			return nil, err
		}
		layout.Nodes = append(layout.Nodes, n)
	}
	if err := makeTestnetGenesis(dir, layout, testnetMnemonic, p); err != nil {
		return nil, err
	}
	return layout, layout.Write(dir)
}

// makeTestnetGenesis makes the keys of a mnemonic, gives them coins, and writes the
// genesis with the validators into all homes.
func makeTestnetGenesis(dir string, layout *testnet.Layout, mnemonic string, p testnet.Plan) error {
	keys, err := keyring.Open(dir, keyring.BackendTest, nil)
	if err != nil {
		return err
	}
	first := layout.Nodes[0].Home
	if p.Lottery {
		if err := node.AddLottery(first, "local"); err != nil {
			return err
		}
	}
	for i := range p.Validators + p.Accounts {
		name := fmt.Sprintf("validator%d", i)
		if i >= p.Validators {
			name = fmt.Sprintf("account%d", i-p.Validators)
		}
		account, err := addTestnetAccount(keys, first, mnemonic, name, i)
		if err != nil {
			return err
		}
		layout.Keys = append(layout.Keys, account)
	}
	// Somebody must be able to plan upgrades.
	if err := node.SetGenesisAuthority(first, layout.Keys[0].Address); err != nil {
		return err
	}
	for i := range p.Validators {
		if err := addTestnetValidator(keys, first, p.ChainID, layout.Nodes[i], layout.Keys[i].Name); err != nil {
			return err
		}
	}
	for _, n := range layout.Nodes[1:] {
		if err := copyFile(genesisFile(first), genesisFile(n.Home)); err != nil {
			return err
		}
	}
	return nil
}

// Add implements testnet.Launcher.
func (l *testnetLauncher) Add(dir string, layout *testnet.Layout, sync bool) (testnet.Node, error) {
	var trust *trustPoint
	if sync {
		var urls []string
		for _, n := range layout.Nodes {
			urls = append(urls, n.URL())
		}
		ctx, cancel := context.WithTimeout(context.Background(), trustPatience)
		defer cancel()
		var err error
		if trust, err = findTrust(ctx, layout.ChainID, urls); err != nil {
			return testnet.Node{}, err
		}
	}
	n, err := l.makeHome(dir, layout, false, 0, trust)
	if err == nil {
		err = copyFile(genesisFile(layout.Nodes[0].Home), genesisFile(n.Home))
	}
	return n, err
}

// makeHome makes the home of the next node.
func (l *testnetLauncher) makeHome(dir string, layout *testnet.Layout, validator bool, basePort int, trust *trustPoint) (testnet.Node, error) {
	name := fmt.Sprintf("node%d", len(layout.Nodes))
	n := testnet.Node{Name: name, Home: filepath.Join(dir, name), Validator: validator}
	taken := map[string]bool{}
	for _, other := range layout.Nodes {
		for _, address := range []string{other.RPC, other.P2P, other.GRPC, other.REST} {
			taken[address] = true
		}
	}
	step := len(layout.Nodes) * portsPerNode
	if basePort == 0 {
		if _, text, err := net.SplitHostPort(firstRPC(layout)); err == nil {
			basePort, _ = strconv.Atoi(text)
		}
	}
	ports := testnetPorts(basePort)
	for i, address := range []*string{&n.RPC, &n.P2P, &n.GRPC, &n.REST} {
		free, err := freeTestnetPort(ports[i]+step, taken)
		if err != nil {
			return n, err
		}
		*address, taken[free] = free, true
	}
	made, err := node.Init(n.Home, name, layout.ChainID, node.InitOptions{Configure: func(c *node.Config) {
		configureTestnet(c, n, layout)
		trust.configure(c)
	}})
	if err != nil {
		return n, err
	}
	sum := sha256.Sum256(made.ValidatorPubKey)
	n.ID, n.Consensus = made.NodeID, fmt.Sprintf("%X", sum[:20])
	return n, nil
}

// testnetPorts are the ports of RPC, P2P, gRPC and REST of the first node. Near the
// common ones the others are the common ones too.
func testnetPorts(base int) [4]int {
	const rpc, grpc, rest = 26657, 9090, 1317
	if base < rpc {
		return [4]int{base, base - 1, base + 1, base + 2}
	}
	return [4]int{base, base - 1, base - rpc + grpc, base - rpc + rest}
}

func firstRPC(layout *testnet.Layout) string {
	if len(layout.Nodes) == 0 {
		return ""
	}
	return layout.Nodes[0].RPC
}

// freeTestnetPort returns a loopback address with that port, or the next one that is
// free.
func freeTestnetPort(port int, taken map[string]bool) (string, error) {
	for ; port > 0 && port < 1<<16; port++ {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if taken[address] {
			continue
		}
		if l, err := net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", fail(exitConfig, "no port is free: choose others with --base-port")
}

// configureTestnet sets what differs from a node of its own.
func configureTestnet(c *node.Config, n testnet.Node, layout *testnet.Layout) {
	c.Comet.RPC.ListenAddress, c.Comet.P2P.ListenAddress = "tcp://"+n.RPC, "tcp://"+n.P2P
	c.App.GRPC.Address, c.App.API.Address = n.GRPC, n.REST
	// All nodes have one address, and know each other from the start.
	c.Comet.P2P.AllowDuplicateIP, c.Comet.P2P.AddrBookStrict, c.Comet.P2P.PexReactor = true, false, false
	c.Comet.P2P.MaxNumInboundPeers, c.Comet.P2P.MaxNumOutboundPeers = 2*testnet.MaxNodes, 2*testnet.MaxNodes
	// A block needs no pause beyond the chosen time, and waits for a node that is
	// down no longer than a few of them.
	c.Comet.Consensus.TimeoutCommit = layout.Block
	c.Comet.Consensus.TimeoutPropose = max(layout.Block, minProposeTimeout)
	c.Comet.Consensus.TimeoutPrevote = max(layout.Block/2, minVoteTimeout)
	c.Comet.Consensus.TimeoutPrecommit = c.Comet.Consensus.TimeoutPrevote
	c.Comet.Consensus.PeerGossipSleepDuration = gossipSleep
	c.App.StateSync.SnapshotInterval = testnetSnapshots
	c.App.StateCacheMiB, c.App.WasmCacheMiB = testnetCacheMiB, testnetCacheMiB
}

// Account implements testnet.Launcher.
func (l *testnetLauncher) Account(dir string, layout *testnet.Layout, name string) (testnet.Account, error) {
	if len(layout.Keys) == 0 {
		return testnet.Account{}, fail(exitConfig, "the network in %s has no accounts", dir)
	}
	keys, err := keyring.Open(dir, keyring.BackendTest, nil)
	if err != nil {
		return testnet.Account{}, err
	}
	return deriveTestnetAccount(keys, layout.Keys[0].Mnemonic, name, len(layout.Keys))
}

// deriveTestnetAccount keeps the key with that index.
func deriveTestnetAccount(keys *keyring.Keyring, mnemonic, name string, index int) (testnet.Account, error) {
	path, err := keyring.CosmosPath(0, uint32(index))
	if err != nil {
		return testnet.Account{}, err
	}
	priv, err := keyring.FromMnemonic(mnemonic, "", path)
	if err != nil {
		return testnet.Account{}, err
	}
	key, err := keys.Add(name, priv, path)
	if err != nil {
		return testnet.Account{}, err
	}
	address := chain.Bech32(defaultBech32).Account(key.Address())
	return testnet.Account{Name: name, Address: address, Mnemonic: mnemonic, Path: path}, nil
}

// addTestnetAccount derives the key with that index and gives it coins.
func addTestnetAccount(keys *keyring.Keyring, home, mnemonic, name string, index int) (testnet.Account, error) {
	account, err := deriveTestnetAccount(keys, mnemonic, name, index)
	if err != nil {
		return account, err
	}
	coins, err := chain.ParseCoins(fmt.Sprintf("%d%s", uint64(testnetCoins), testnetDenom))
	if err != nil {
		return account, err
	}
	account.Coins = coins.String()
	return account, node.AddGenesisAccount(home, account.Address, coins)
}

// addTestnetValidator has a node stand in the genesis.
func addTestnetValidator(keys *keyring.Keyring, home, chainID string, n testnet.Node, name string) error {
	key, err := keys.Get(name)
	if err != nil {
		return err
	}
	secret, err := openKey(keys, name)
	if err != nil {
		return err
	}
	var k keyFile
	if err := readKeyFile(filepath.Join(n.Home, "config", "priv_validator_key.json"), &k); err != nil {
		return err
	}
	stake, err := chain.ParseCoin(fmt.Sprintf("%d%s", uint64(testnet.DefaultStake), testnetDenom))
	if err != nil {
		return err
	}
	msg, err := testnet.NewValidator(n.Name, key.Address(), k.PubKey.Value, wire.ProtoCoin(stake))
	if err != nil {
		return err
	}
	raw, err := tx.Builder{Msgs: []chain.Message{msg}, Memo: n.ID + "@" + n.P2P, GasLimit: genTxGas}.Sign(secret, chainID, 0, 0)
	if err != nil {
		return err
	}
	t, err := client.DecodeTx(raw)
	if err != nil {
		return err
	}
	data, err := protojson.Marshal(t)
	if err != nil {
		return err
	}
	return node.AddGenTx(home, data)
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
