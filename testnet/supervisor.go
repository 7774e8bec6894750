package testnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"
)

// Mode is what a node of a supervisor does.
type Mode string

// The modes of a node.
const (
	Running Mode = "running"
	Paused  Mode = "paused"  // its process is stopped by a signal and holds what it has
	Stopped Mode = "stopped" // told to end
	Killed  Mode = "killed"
	Failed  Mode = "failed" // ended by itself
)

// stopPatience is how long a node may take to stop before it is killed.
const stopPatience = 15 * time.Second

// Supervisor runs the nodes of a network.
type Supervisor struct {
	dir      string
	launcher Launcher
	report   func(string) // a line for people
	mesh     *mesh

	mu     sync.Mutex // held while a node changes its mode
	layout *Layout
	nodes  map[string]*supervised
	down   chan struct{} // closed when somebody wants the end
	once   sync.Once
}

// supervised is a node and its process, if it has one.
type supervised struct {
	process Process
	log     io.Closer
	done    chan struct{} // closed when the process is gone
	mode    Mode
	exit    error // of a process that failed
	starts  int
}

// NewSupervisor prepares to run a network. report gets a line for whatever
// happens without having been asked for.
func NewSupervisor(dir string, l *Layout, launcher Launcher, report func(string)) *Supervisor {
	return &Supervisor{
		dir: dir, layout: l, launcher: launcher, report: report,
		nodes: map[string]*supervised{}, down: make(chan struct{}),
	}
}

// Run starts all nodes and runs them until ctx ends or somebody says down. All
// processes are gone when it returns. ready is called when all are started.
func (s *Supervisor) Run(ctx context.Context, ready func()) error {
	s.mesh = newMesh(ctx)
	defer s.mesh.close()
	control, err := s.listen()
	if err != nil {
		return err
	}
	defer control.close() // after the last process: its file tells that they run
	defer s.stopAll()
	if err := s.startAll(); err != nil {
		return err
	}
	ready()
	select {
	case <-ctx.Done():
	case <-s.down:
	}
	return nil
}

// Down ends Run.
func (s *Supervisor) Down() { s.once.Do(func() { close(s.down) }) }

// Layout returns the network as it is now.
func (s *Supervisor) Layout() Layout {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := *s.layout
	l.Nodes, l.Keys = slices.Clone(s.layout.Nodes), slices.Clone(s.layout.Keys)
	return l
}

func (s *Supervisor) startAll() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.layout.Nodes {
		if err := s.mesh.join(s.layout.Nodes, n); err != nil {
			return err
		}
	}
	for _, n := range s.layout.Nodes {
		if err := s.start(n); err != nil {
			return err
		}
	}
	return nil
}

// start starts a node that has no process.
func (s *Supervisor) start(n Node) error {
	old := s.nodes[n.Name]
	if old != nil && old.alive() {
		return fmt.Errorf("%s is %s already", n.Name, old.mode)
	}
	log, err := os.OpenFile(n.LogFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	process, err := s.launcher.Start(n, s.mesh.peers(s.layout.Nodes, n.Name), log)
	if err != nil {
		_ = log.Close()
		return fmt.Errorf("start %s: %w", n.Name, err)
	}
	node := &supervised{process: process, log: log, done: make(chan struct{}), mode: Running, starts: 1}
	if old != nil {
		node.starts = old.starts + 1
	}
	s.nodes[n.Name] = node
	go s.watch(n, node)
	return nil
}

// watch waits for the end of a process.
func (s *Supervisor) watch(n Node, node *supervised) {
	err := node.process.Wait()
	_ = node.log.Close()
	s.mu.Lock()
	asked := node.mode == Stopped || node.mode == Killed
	if !asked {
		node.mode, node.exit = Failed, err
	}
	close(node.done)
	s.mu.Unlock()
	if !asked {
		s.report(fmt.Sprintf("%s ended by itself (%v): see %s", n.Name, err, n.LogFile()))
	}
}

// alive reports whether there is a process.
func (n *supervised) alive() bool {
	select {
	case <-n.done:
		return false
	default:
		return true
	}
}

// end asks a process to end, or kills it, and waits until it is gone. The lock is
// not held while it waits.
func (s *Supervisor) end(name string, kill bool) error {
	s.mu.Lock()
	node := s.nodes[name]
	if node == nil || !node.alive() {
		s.mu.Unlock()
		return fmt.Errorf("%s does not run", name)
	}
	paused := node.mode == Paused
	node.mode = Stopped
	var err error
	if kill {
		node.mode = Killed
		err = node.process.Signal(os.Kill)
	} else {
		err = node.process.Signal(os.Interrupt)
		if paused {
			err = errors.Join(err, node.process.Signal(signalResume))
		}
	}
	s.mu.Unlock()
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s: %w", name, err)
	}
	select {
	case <-node.done:
		return nil
	case <-time.After(stopPatience):
	}
	s.report(fmt.Sprintf("%s does not stop within %s: it is killed", name, stopPatience))
	_ = node.process.Signal(os.Kill)
	<-node.done
	return nil
}

// stopAll ends all processes, at the same time.
func (s *Supervisor) stopAll() {
	s.mu.Lock()
	var alive []string
	for name, node := range s.nodes {
		if node.alive() {
			alive = append(alive, name)
		}
	}
	s.mu.Unlock()
	var wg sync.WaitGroup
	for _, name := range alive {
		wg.Go(func() {
			if err := s.end(name, false); err != nil {
				s.report(err.Error())
			}
		})
	}
	wg.Wait()
}
