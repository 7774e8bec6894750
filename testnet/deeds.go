package testnet

import (
	"errors"
	"fmt"
	"time"
)

// Deed is what can be done to a network that runs. The zero values of what a deed
// does not need are ignored.
type Deed struct {
	// Do is one of kill, stop, start, restart, pause, resume, partition, heal,
	// delay, add, account, which makes the key of a node's operator, down, and states,
	// which does nothing.
	Do     string     `json:"do"`
	Node   string     `json:"node,omitempty"`
	Groups [][]string `json:"groups,omitempty"` // of a partition; nodes not named are one more
	Shape  Shape      `json:"shape"`            // of delay
	Sync   bool       `json:"sync,omitempty"`   // of add: from a snapshot
}

// State is what a supervisor knows of a node.
type State struct {
	Name    string `json:"name"`
	Mode    Mode   `json:"mode"`
	PID     int    `json:"pid,omitempty"`
	Starts  int    `json:"starts"`
	Trouble string `json:"trouble,omitempty"` // what is done to its lines
	Exit    string `json:"exit,omitempty"`    // how it ended by itself
}

// errNoPause says that a node without a process of its own cannot be paused.
var errNoPause = errors.New("only a process can be paused: run the network without --in-process, on a system that knows SIGSTOP")

// Do does a deed and returns the states afterwards.
func (s *Supervisor) Do(d Deed) ([]State, error) {
	if d.Node != "" {
		s.mu.Lock()
		_, err := s.layout.Find(d.Node)
		s.mu.Unlock()
		if err != nil {
			return nil, err
		}
	}
	if err := s.do(d); err != nil {
		return nil, err
	}
	return s.states(), nil
}

func (s *Supervisor) do(d Deed) error {
	switch d.Do {
	case "states":
	case "down":
		s.Down()
	case "kill":
		return s.end(d.Node, true)
	case "stop":
		return s.end(d.Node, false)
	case "start":
		return s.startAgain(d.Node)
	case "restart":
		return s.restart(d.Node)
	case "pause", "resume":
		return s.signal(d.Node, d.Do == "pause")
	case "partition":
		return s.partition(d.Groups)
	case "heal":
		s.mesh.heal()
	case "delay":
		return s.delay(d.Node, d.Shape)
	case "add":
		return s.add(d.Sync)
	case "account":
		return s.account(operatorOf(d.Node))
	default:
		return fmt.Errorf("nothing is called %.40q", d.Do)
	}
	return nil
}

func (s *Supervisor) startAgain(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.layout.Find(name)
	if err != nil {
		return err
	}
	return s.start(*n)
}

// restart ends a node, if it runs, and starts it.
func (s *Supervisor) restart(name string) error {
	s.mu.Lock()
	node := s.nodes[name]
	alive := node != nil && node.alive()
	s.mu.Unlock()
	if alive {
		if err := s.end(name, false); err != nil {
			return err
		}
	}
	return s.startAgain(name)
}

// signal pauses a process or lets it go on.
func (s *Supervisor) signal(name string, pause bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	node := s.nodes[name]
	from, to, signal := Running, Paused, signalPause
	if !pause {
		from, to, signal = Paused, Running, signalResume
	}
	switch {
	case node == nil || !node.alive():
		return fmt.Errorf("%s does not run", name)
	case node.mode != from:
		return fmt.Errorf("%s is %s", name, node.mode)
	case node.process.PID() == 0 || signal == nil:
		return errNoPause
	}
	if err := node.process.Signal(signal); err != nil {
		return err
	}
	node.mode = to
	return nil
}

func (s *Supervisor) partition(groups [][]string) error {
	s.mu.Lock()
	groups, err := s.layout.groups(groups)
	s.mu.Unlock()
	if err == nil {
		s.mesh.partition(groups)
	}
	return err
}

// Bounds of what is done to a line.
const (
	maxDelay = time.Minute
	minRate  = 1 << 10
	maxRate  = 1 << 30
)

// check refuses a shape that no line is given.
func (s Shape) check() error {
	if s.Delay < 0 || s.Delay > maxDelay {
		return fmt.Errorf("a delay of %s: must be 0 to %s", s.Delay, maxDelay)
	}
	if s.Rate != 0 && (s.Rate < minRate || s.Rate > maxRate) {
		return fmt.Errorf("%d bytes a second: must be 0 (no limit) or %d to %d", s.Rate, minRate, maxRate)
	}
	return nil
}

func (s *Supervisor) delay(name string, shape Shape) error {
	if err := shape.check(); err != nil {
		return err
	}
	s.mesh.slowDown(name, Shape{Delay: shape.Delay, Rate: shape.Rate})
	return nil
}

// add makes one more node and starts it.
func (s *Supervisor) add(sync bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.layout.Nodes) >= MaxNodes {
		return fmt.Errorf("a network has at most %d nodes", MaxNodes)
	}
	n, err := s.launcher.Add(s.dir, s.layout, sync)
	if err != nil {
		return err
	}
	return s.adopt(n)
}

// account makes an account, unless there is one of that name.
func (s *Supervisor) account(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.layout.account(name); err == nil {
		return nil
	}
	a, err := s.launcher.Account(s.dir, s.layout, name)
	if err != nil {
		return err
	}
	s.layout.Keys = append(s.layout.Keys, a)
	return s.layout.Write(s.dir)
}

// adopt starts a node that the network did not have so far. The lock is held.
func (s *Supervisor) adopt(n Node) error {
	s.layout.Nodes = append(s.layout.Nodes, n)
	if err := s.layout.Write(s.dir); err != nil {
		return err
	}
	// The others do not dial it before they are started again: it dials them.
	if err := s.mesh.join(s.layout.Nodes, n); err != nil {
		return err
	}
	return s.start(n)
}

// states tells of all nodes in their order.
func (s *Supervisor) states() []State {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []State
	for _, n := range s.layout.Nodes {
		st := State{Name: n.Name, Mode: Stopped, Trouble: s.mesh.trouble(n.Name)}
		if node := s.nodes[n.Name]; node != nil {
			st.Mode, st.Starts = node.mode, node.starts
			if node.alive() {
				st.PID = node.process.PID()
			}
			if node.exit != nil {
				st.Exit = node.exit.Error()
			}
		}
		list = append(list, st)
	}
	return list
}
