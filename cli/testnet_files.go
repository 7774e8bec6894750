package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/testnet"
)

func (r *run) testnetInitFiles() *cobra.Command {
	return r.command(spec{
		use: "init-files", short: "Make the homes of a network for other machines", args: cobra.NoArgs,
		long:    "Make a home for each validator of a new network, to be copied to the machine of\n--hosts on which it runs. The keys of the accounts are new; they and their mnemonic\nstay in the folder, which is a secret. --docker-compose and --systemd add files that\nstart the nodes.",
		example: "  weft testnet init-files --hosts 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4 --dir net --systemd\n  weft testnet init-files -v 4 --docker-compose --dir net && cd net && docker compose up",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("dir", "", "folder to make")
			f.StringSlice("hosts", nil, "address of each validator's machine, as the others reach it")
			f.IntP("validators", "v", 0, "how many validate (default: one for each host)")
			f.Int("accounts", 1, "accounts with coins, besides those of the validators")
			f.Duration("block-time", time.Second, "time between two blocks")
			f.String("chain-id", "", "id of the chain")
			f.Bool("docker-compose", false, "add docker-compose.yml; its services are the hosts, unless --hosts names machines")
			f.Bool("systemd", false, "add a unit for systemd to each home")
		}},
		do: func(o options, _ []string) error { return r.initTestnetFiles(o) },
	})
}

// Where a node of such a network listens, whatever its machine.
const (
	filesP2P  = "26656"
	filesRPC  = "26657"
	filesGRPC = "9090"
	filesREST = "1317"
)

func (r *run) initTestnetFiles(o options) error {
	hosts, p, err := filesPlan(o)
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(o.GetString("dir"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(exitConfig, "%w", err)
	}
	if err := emptyFolder(dir); err != nil {
		return err
	}
	layout := &testnet.Layout{ChainID: p.ChainID, Denom: testnetDenom, Block: p.Block}
	inside := o.GetBool("docker-compose")
	// Twice: the ids of all are known after the first time. Keys stay.
	for range 2 {
		nodes, err := makeFileHomes(dir, layout, hosts, inside)
		if err != nil {
			return fail(exitConfig, "%w", err)
		}
		layout.Nodes = nodes
	}
	mnemonic, err := keyring.NewMnemonic(24)
	if err != nil {
		return err
	}
	if err := makeTestnetGenesis(dir, layout, mnemonic, p); err != nil {
		return fail(exitConfig, "%w", err)
	}
	if inside {
		if err := os.WriteFile(filepath.Join(dir, "docker-compose.yml"), []byte(composeText(layout, len(o.GetStringSlice("hosts")) > 0)), 0o644); err != nil {
			return err
		}
	}
	if o.GetBool("systemd") {
		for _, n := range layout.Nodes {
			if err := os.WriteFile(filepath.Join(n.Home, "weft.service"), []byte(systemdUnit), 0o644); err != nil {
				return err
			}
		}
	}
	return r.printFiles(o, dir, hosts, layout)
}

// hostName is an IPv4 address or a name, as other machines reach it.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?$`)

// filesPlan reads what network is asked for.
func filesPlan(o options) (hosts []string, p testnet.Plan, err error) {
	hosts = o.GetStringSlice("hosts")
	p = testnet.Plan{ChainID: o.GetString("chain-id"), Validators: o.GetInt("validators"), Accounts: o.GetInt("accounts"), Block: o.GetDuration("block-time")}
	if p.Validators == 0 {
		p.Validators = len(hosts)
	}
	if len(hosts) == 0 && o.GetBool("docker-compose") {
		for i := range min(p.Validators, testnet.MaxNodes) {
			hosts = append(hosts, fmt.Sprintf("node%d", i))
		}
	}
	switch {
	case o.GetString("dir") == "":
		return nil, p, usage("--dir is missing: the folder to make")
	case p.ChainID == "":
		return nil, p, usage("--chain-id is missing: a name that no other chain has")
	case len(hosts) == 0 || len(hosts) != p.Validators || len(hosts) > testnet.MaxNodes:
		return nil, p, usage("%d hosts for %d validators: name one for each, at most %d", len(hosts), p.Validators, testnet.MaxNodes)
	case p.Accounts < 0 || p.Accounts > maxTestnetKeys:
		return nil, p, usage("--accounts is %d, must be 0 to %d", p.Accounts, maxTestnetKeys)
	case p.Block < minTestnetBlock || p.Block > maxTestnetBlock:
		return nil, p, usage("--block-time is %s, must be %s to %s", p.Block, minTestnetBlock, maxTestnetBlock)
	}
	for i, h := range hosts {
		if !hostName.MatchString(h) {
			return nil, p, usage("--hosts: %.80q is no address or name of a machine", h)
		}
		if slices.Contains(hosts[:i], h) {
			return nil, p, usage("--hosts: %s is named twice; all nodes have the same ports, so each needs a machine of its own", h)
		}
	}
	return hosts, p, nil
}

// makeFileHomes makes the homes; they know as many of each other as the layout
// does. inside listens on all addresses: a container has its own.
func makeFileHomes(dir string, layout *testnet.Layout, hosts []string, inside bool) ([]testnet.Node, error) {
	var peers []string
	for i, n := range layout.Nodes {
		peers = append(peers, n.ID+"@"+hosts[i]+":"+filesP2P)
	}
	listen := "127.0.0.1:"
	if inside {
		listen = "0.0.0.0:"
	}
	var nodes []testnet.Node
	for i, host := range hosts {
		name := fmt.Sprintf("node%d", i)
		n := testnet.Node{Name: name, Home: filepath.Join(dir, name), Validator: true, P2P: host + ":" + filesP2P, RPC: host + ":" + filesRPC}
		made, err := node.Init(n.Home, name, layout.ChainID, node.InitOptions{Overwrite: true, Configure: func(c *node.Config) {
			c.Comet.P2P.ListenAddress, c.Comet.P2P.ExternalAddress = "tcp://0.0.0.0:"+filesP2P, host+":"+filesP2P
			c.Comet.P2P.AddrBookStrict = false // private addresses are fine
			if len(peers) > 0 {
				c.Comet.P2P.PersistentPeers = strings.Join(append(append([]string{}, peers[:i]...), peers[i+1:]...), ",")
			}
			c.Comet.RPC.ListenAddress = "tcp://" + listen + filesRPC
			c.App.GRPC.Address, c.App.API.Address = listen+filesGRPC, listen+filesREST
			c.Comet.Consensus.TimeoutCommit = layout.Block
		}})
		if err != nil {
			return nil, err
		}
		n.ID = made.NodeID
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// composeText is docker-compose.yml. The binary is static, so any image does. With
// spread each service runs on a machine of its own, which the others reach.
func composeText(layout *testnet.Layout, spread bool) string {
	var b strings.Builder
	b.WriteString("# Put the weft binary beside this file, then: docker compose up\n")
	if spread {
		b.WriteString("# Each service runs on its machine: docker compose up SERVICE\n")
	}
	b.WriteString("services:\n")
	for i, n := range layout.Nodes {
		ports := fmt.Sprintf(`"127.0.0.1:%d:%s"`, 26657+portsPerNode*i, filesRPC)
		if spread {
			fmt.Fprintf(&b, "  # on %s\n", strings.TrimSuffix(n.P2P, ":"+filesP2P))
			ports = fmt.Sprintf(`"%s:%s", "127.0.0.1:%s:%s"`, filesP2P, filesP2P, filesRPC, filesRPC)
		}
		fmt.Fprintf(&b, `  %s:
    image: ${WEFT_IMAGE:-busybox}
    command: ["/weft", "start", "--home", "/home/weft"]
    stop_grace_period: 20s
    restart: unless-stopped
    volumes: ["./weft:/weft:ro", "./%s:/home/weft"]
    ports: [%s]
`, n.Name, n.Name, ports)
	}
	return b.String()
}

// systemdUnit runs a home that lies in /var/lib/weft.
const systemdUnit = `# Copy the home to /var/lib/weft (owner weft), this file to /etc/systemd/system and
# the binary to /usr/local/bin, then: systemctl enable --now weft
[Unit]
Description=weft node
After=network-online.target
Wants=network-online.target

[Service]
User=weft
ExecStart=/usr/local/bin/weft start --supervise --home /var/lib/weft
Restart=on-failure
RestartSec=3
TimeoutStopSec=30
LimitNOFILE=65536
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/weft

[Install]
WantedBy=multi-user.target
`

// printFiles tells what was made and where it goes.
func (r *run) printFiles(o options, dir string, hosts []string, layout *testnet.Layout) error {
	if o.json() {
		return r.printValue(o, layout)
	}
	fmt.Fprintf(r.out, "chain %s, %d validators, in %s\n\n", layout.ChainID, len(hosts), dir)
	for i, n := range layout.Nodes {
		fmt.Fprintf(r.out, "%s  to %s, as the home of: weft start --home DIR\n", n.Name, hosts[i])
	}
	fmt.Fprintf(r.out, "\nkeys of %d accounts: weft keys list --home %s --keyring-backend test\nmnemonic: %s\nWho has the folder or the mnemonic has the coins.\n",
		len(layout.Keys), dir, layout.Keys[0].Mnemonic)
	return nil
}
