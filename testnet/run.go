package testnet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/weftchain/weft/client"
)

// Runner runs a manifest on a network of its own and checks what must hold.
type Runner struct {
	Dir      string // of the network; it is made there
	Manifest *Manifest
	Launcher Launcher
	// Seed chooses the nodes of steps with the node "random".
	Seed uint64
	// Report gets a line for each thing that happens.
	Report func(string)

	s       *Supervisor
	random  *rand.Rand
	began   time.Time
	seen    map[int64]string // app hashes that nodes told of, by the block they stand in
	told    int64            // the highest of these when the faults ended
	swapped bool             // nodes changed their binary by themselves
	lost    map[string]bool  // nodes that were to fail, and did

	slashed bool // a validator was punished
}

// Outcome is what a run found.
type Outcome struct {
	Blocks   int64   `json:"blocks"`
	Sent     int     `json:"sent"`     // transactions that a node took
	Included int     `json:"included"` // of these, in a block
	Lost     int     `json:"lost"`     // of these, only known to a node that was killed
	Supply   string  `json:"supply"`   // in the end
	Seconds  float64 `json:"seconds"`
}

// Run makes the network, does the steps under load, lets it recover, and checks
// the invariants. An error is what does not hold, or cannot be done.
func (r *Runner) Run(ctx context.Context) (Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(r.Manifest.Limit))
	defer cancel()
	r.random, r.began = rand.New(rand.NewPCG(r.Seed, 0)), time.Now()
	r.seen, r.lost = map[int64]string{}, map[string]bool{}
	if r.Manifest.Supervise {
		u, err := r.upgrader()
		if err != nil {
			return Outcome{}, err
		}
		u.Supervise()
	}
	layout, err := r.Launcher.Make(r.Dir, Plan{
		ChainID: "weft-chaos-local", Validators: r.Manifest.Validators, Nodes: r.Manifest.Nodes,
		Accounts: loadAccounts, Block: time.Duration(r.Manifest.BlockTime), BasePort: r.basePort(),
	})
	if err != nil {
		return Outcome{}, err
	}
	r.s = NewSupervisor(r.Dir, layout, r.Launcher, r.say)
	ready, ended := make(chan struct{}), make(chan error, 1)
	running, stop := context.WithCancel(ctx)
	go func() { ended <- r.s.Run(running, func() { close(ready) }) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			r.say(err.Error())
		}
	}()
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		return Outcome{}, err
	}
	return r.drive(ctx)
}

// basePort spreads runs with different seeds over the ports, since several may go
// on at once.
func (r *Runner) basePort() int { return 30_000 + int(r.Seed%50)*500 }

func (r *Runner) say(text string) {
	r.Report(fmt.Sprintf("%7.1fs  %s", time.Since(r.began).Seconds(), text))
}

// drive does the steps and checks.
func (r *Runner) drive(ctx context.Context) (Outcome, error) {
	for _, n := range r.s.Layout().Nodes {
		if err := AwaitHeight(ctx, n.URL(), 2); err != nil { // the state after block 1 is there then
			return Outcome{}, err
		}
	}
	r.say("all nodes make blocks")
	supply, err := r.supply(ctx, 1)
	if err != nil {
		return Outcome{}, err
	}
	load, err := r.startLoad(ctx)
	if err != nil {
		return Outcome{}, err
	}
	for i := range r.Manifest.Steps {
		step := &r.Manifest.Steps[i]
		r.say(step.String())
		if err := r.step(ctx, step); err != nil {
			load.end()
			return Outcome{}, fmt.Errorf("step %d, %s: %w", i+1, step, err)
		}
	}
	load.end()
	if err := r.recover(ctx); err != nil {
		return Outcome{}, fmt.Errorf("recovery within %s: %w", time.Duration(r.Manifest.Recovery), err)
	}
	out, err := r.invariants(ctx, load, supply)
	out.Seconds = time.Since(r.began).Round(100 * time.Millisecond).Seconds()
	return out, err
}

// step does one step, on as many nodes as it names.
func (r *Runner) step(ctx context.Context, s *Step) error {
	switch s.Do {
	case "sleep":
		return wait(ctx, time.Duration(s.For))
	case "blocks":
		return r.blocks(ctx, s.Count, time.Duration(s.Within))
	case "stall":
		return r.stall(ctx, time.Duration(s.For))
	case "plan":
		return r.plan(ctx, s)
	}
	names, err := r.names(s)
	if err != nil {
		return err
	}
	for _, name := range names {
		if len(names) > 1 || s.Node == "random" {
			r.say(s.Do + " " + name)
		}
		if err := r.stepAt(ctx, s, name); err != nil {
			return err
		}
	}
	return nil
}

// stepAt does a step that is about one node, or about none.
func (r *Runner) stepAt(ctx context.Context, s *Step, name string) error {
	within := time.Duration(s.Within)
	switch s.Do {
	case "caught-up":
		return r.caughtUp(ctx, name, within)
	case "fails":
		return r.fails(ctx, name, within)
	case "halted":
		return r.halted(ctx, name, within)
	case "applied":
		return r.applied(ctx, name, s.Upgrade, within)
	case "punished":
		r.slashed = true
		return r.punished(ctx, name, within)
	case "tamper", "twin":
		return r.sabotage(s, name)
	}
	if s.Next {
		if err := r.useNext(name); err != nil {
			return err
		}
	}
	_, err := r.s.Do(Deed{
		Do: s.Do, Node: name, Groups: s.Groups, Sync: s.Sync,
		Shape: Shape{Delay: time.Duration(s.Delay), Rate: s.Rate},
	})
	return err
}

// names returns the nodes that a step means; one empty name for a step without.
func (r *Runner) names(s *Step) ([]string, error) {
	var running, paused, down, all []string
	for _, st := range r.s.states() {
		all = append(all, st.Name)
		switch st.Mode {
		case Running:
			running = append(running, st.Name)
		case Paused:
			paused = append(paused, st.Name)
		case Stopped, Killed, Failed:
			down = append(down, st.Name)
		}
	}
	from := running
	switch s.Do {
	case "start":
		from = down
	case "resume":
		from = paused
	}
	switch s.Node {
	case "all":
		if s.Do == "delay" {
			return all, nil
		}
		return from, nil
	case "random":
		if len(from) == 0 {
			return nil, fmt.Errorf("there is no node to %s", s.Do)
		}
		return []string{from[r.random.IntN(len(from))]}, nil
	}
	return []string{s.Node}, nil
}

// nodes are those of which something is expected.
func (r *Runner) nodes() []Node {
	var list []Node
	for _, n := range r.s.Layout().Nodes {
		if !r.lost[n.Name] {
			list = append(list, n)
		}
	}
	return list
}

// errNobody says that there is no node to ask.
var errNobody = errors.New("no node runs")

// anyClient returns a client of a running node, by turns.
func (r *Runner) anyClient(turn int) (*client.Client, string, error) {
	var running []Node
	l := r.s.Layout()
	for i, st := range r.s.states() {
		if st.Mode == Running {
			running = append(running, l.Nodes[i])
		}
	}
	if len(running) == 0 {
		return nil, "", errNobody
	}
	n := running[turn%len(running)]
	c, err := dial(n.URL())
	return c, n.Name, err
}
