package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/testnet"
)

// testnetLauncher makes homes and runs nodes for package testnet: as processes of
// this binary, or all in this process.
type testnetLauncher struct {
	inProcess bool
	binary    string // of the nodes; empty is this one

	next       string          // the second binary; empty: there is none
	upgraded   map[string]bool // nodes that start with it
	supervised bool
}

// Start implements testnet.Launcher.
func (l *testnetLauncher) Start(n testnet.Node, peers string, log io.Writer) (testnet.Process, error) {
	if l.inProcess {
		return startInside(n, peers, log)
	}
	binary := l.binary
	if l.upgraded[n.Name] {
		binary = l.next
	}
	args := []string{"start", "--home", n.Home, "--p2p.persistent_peers", peers}
	if l.supervised {
		args = append(args, "--supervise")
	}
	return spawn(binary, args, log)
}

// spawn runs a binary, "" for this one, in a process of its own.
func spawn(binary string, args []string, out io.Writer) (testnet.Process, error) {
	if binary == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		binary = self
	}
	cmd := exec.Command(binary, args...)
	// Variables of whoever started the network must not reach its nodes.
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "WEFT_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Stdout, cmd.Stderr = out, out
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return outside{cmd}, nil
}

// outside is a node in a process of its own.
type outside struct{ cmd *exec.Cmd }

// PID implements testnet.Process.
func (p outside) PID() int { return p.cmd.Process.Pid }

// Signal implements testnet.Process.
func (p outside) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Wait implements testnet.Process.
func (p outside) Wait() error { return p.cmd.Wait() }

// inside is a node in this process.
type inside struct {
	stop context.CancelFunc
	done chan struct{}
	err  error
	once sync.Once
}

func startInside(n testnet.Node, peers string, log io.Writer) (testnet.Process, error) {
	cfg, err := loadConfig(n.Home)
	if err != nil {
		return nil, err
	}
	cfg.Comet.P2P.PersistentPeers = peers
	ctx, stop := context.WithCancel(context.Background())
	p := &inside{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = node.Run(ctx, cfg, slog.New(slog.NewTextHandler(log, nil)))
	}()
	return p, nil
}

// PID implements testnet.Process.
func (p *inside) PID() int { return 0 }

// Signal implements testnet.Process: whatever it is, the node ends in order. A
// part of a process cannot be killed.
func (p *inside) Signal(s os.Signal) error {
	if s != os.Interrupt && s != os.Kill {
		return errors.New("a node of this process has no signals")
	}
	p.once.Do(p.stop)
	return nil
}

// Wait implements testnet.Process.
func (p *inside) Wait() error {
	<-p.done
	return p.err
}

// Open implements testnet.Opener.
func (l *testnetLauncher) Open(n testnet.Node) (testnet.Trees, int64, error) {
	f, err := node.OpenStateFiles(n.Home)
	if err != nil {
		return nil, 0, err
	}
	return f, f.Height(), nil
}
