package testnet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// MaxNodes bounds a network on one machine.
const MaxNodes = 64

// Layout is what a network's folder holds. It is kept in the folder itself, in
// network.json.
type Layout struct {
	ChainID string        `json:"chain_id"`
	Denom   string        `json:"denom"`
	Nodes   []Node        `json:"nodes"`
	Keys    []Account     `json:"accounts"`
	Block   time.Duration `json:"block_time"` // between two blocks
}

// Node is a node of a network.
type Node struct {
	Name      string `json:"name"` // node0, node1, …
	ID        string `json:"id"`   // by which other nodes know it
	Home      string `json:"home"`
	Validator bool   `json:"validator"` // since genesis
	// Consensus is the address of the key with which it signs if it validates.
	Consensus string `json:"consensus,omitempty"`
	// Where it listens, host:port. GRPC and REST may be empty: off.
	P2P  string `json:"p2p"`
	RPC  string `json:"rpc"`
	GRPC string `json:"grpc,omitempty"`
	REST string `json:"rest,omitempty"`
}

// URL is what clients pass as --node.
func (n Node) URL() string { return "tcp://" + n.RPC }

// LogFile is where the node's log goes.
func (n Node) LogFile() string { return filepath.Join(n.Home, "node.log") }

// Account is an account with coins whose key lies in the network's keyring.
type Account struct {
	Name     string `json:"name"`
	Address  string `json:"address"`
	Coins    string `json:"coins"`
	Mnemonic string `json:"mnemonic,omitempty"`
	Path     string `json:"path,omitempty"` // of the key, from the mnemonic
}

// Find returns the node of that name.
func (l *Layout) Find(name string) (*Node, error) {
	for i := range l.Nodes {
		if l.Nodes[i].Name == name {
			return &l.Nodes[i], nil
		}
	}
	var names []string
	for _, n := range l.Nodes {
		names = append(names, n.Name)
	}
	return nil, fmt.Errorf("there is no node %.40q: the network has %v", name, names)
}

// account returns the account of that name.
func (l *Layout) account(name string) (*Account, error) {
	for i := range l.Keys {
		if l.Keys[i].Name == name {
			return &l.Keys[i], nil
		}
	}
	var names []string
	for _, a := range l.Keys {
		names = append(names, a.Name)
	}
	return nil, fmt.Errorf("there is no account %.40q: the network has %v", name, names)
}

// layoutFile is the name of the file in the folder.
const layoutFile = "network.json"

// maxLayoutBytes bounds it.
const maxLayoutBytes = 1 << 20

// ErrNoNetwork says that a folder holds no network.
var ErrNoNetwork = errors.New("start one with weft testnet up")

// IsNetwork reports whether a folder holds a network.
func IsNetwork(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, layoutFile))
	return err == nil
}

// ReadLayout reads the network of a folder.
func ReadLayout(dir string) (*Layout, error) {
	path := filepath.Join(dir, layoutFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no network in %s: %w", dir, ErrNoNetwork)
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > maxLayoutBytes {
		return nil, fmt.Errorf("%s has %d bytes, at most %d are read", path, info.Size(), maxLayoutBytes)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var l Layout
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(l.Nodes) == 0 || len(l.Nodes) > MaxNodes {
		return nil, fmt.Errorf("%s: %d nodes, must be 1 to %d", path, len(l.Nodes), MaxNodes)
	}
	return &l, nil
}

// Write keeps the layout in a folder.
func (l *Layout) Write(dir string) error {
	raw, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	next := filepath.Join(dir, layoutFile+".new")
	if err := os.WriteFile(next, append(raw, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(dir, layoutFile))
}

// Validators counts those of the genesis.
func (l *Layout) Validators() int {
	n := 0
	for _, node := range l.Nodes {
		if node.Validator {
			n++
		}
	}
	return n
}

// groups checks that each node is named once at most, and puts those that are
// not named into a group of their own.
func (l *Layout) groups(named [][]string) ([][]string, error) {
	seen := map[string]bool{}
	for _, group := range named {
		if len(group) == 0 {
			return nil, errors.New("a group has no nodes: name the nodes of one side, such as node0,node1")
		}
		for _, name := range group {
			if _, err := l.Find(name); err != nil {
				return nil, err
			}
			if seen[name] {
				return nil, fmt.Errorf("%s is named twice", name)
			}
			seen[name] = true
		}
	}
	var rest []string
	for _, n := range l.Nodes {
		if !seen[n.Name] {
			rest = append(rest, n.Name)
		}
	}
	groups := slices.Clone(named)
	if len(rest) > 0 {
		groups = append(groups, rest)
	}
	if len(groups) < 2 {
		return nil, errors.New("a partition has two sides: name the nodes of one, such as node0,node1")
	}
	return groups, nil
}
