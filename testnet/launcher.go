package testnet

import (
	"io"
	"os"
	"time"
)

// Plan says what network is to be made.
type Plan struct {
	ChainID    string
	Validators int // of the genesis, MaxNodes at most
	Nodes      int // that do not validate
	Accounts   int // with coins, for whoever uses the network
	Block      time.Duration
	Lottery    bool // the network is mined, with short epochs
	BasePort   int  // of the first node's RPC; ports that are taken are passed over
}

// Launcher makes homes and runs nodes.
type Launcher interface {
	// Make makes the homes of a network in an empty folder.
	Make(dir string, p Plan) (*Layout, error)
	// Add makes the home of one more node of a network, which is not a validator.
	// With sync it takes the state from a snapshot of the others, else it executes
	// all blocks.
	Add(dir string, l *Layout, sync bool) (Node, error)
	// Account makes a key of that name in the network's keyring. It has no coins.
	Account(dir string, l *Layout, name string) (Account, error)
	// Start starts a node that dials the peers and logs to log.
	Start(n Node, peers string, log io.Writer) (Process, error)
}

// Process is a node that was started.
type Process interface {
	// PID is its number in the system; 0 if it has no process of its own.
	PID() int
	// Signal asks it to stop (os.Interrupt), kills it (os.Kill), or does what
	// another signal of the system does.
	Signal(s os.Signal) error
	// Wait returns when it has ended, with nil if it ended well.
	Wait() error
}
