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

	s      *Supervisor
	random *rand.Rand
	began  time.Time
	seen   map[int64]string // app hashes that nodes told of, by the block they stand in
	told   int64            // the highest of these when the faults ended
	lost   map[string]bool  // nodes that were to fail, and did

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
	}
	names, err := r.names(s)
	if err != nil {
		return err
	}
	for _, name := range names {
		var err error
		waits := true
		switch s.Do {
		case "caught-up":
			err = r.caughtUp(ctx, name, time.Duration(s.Within))
		case "fails":
			err = r.fails(ctx, name, time.Duration(s.Within))
		case "punished":
			err = r.punished(ctx, name, time.Duration(s.Within))
			r.slashed = true
		case "tamper", "twin":
			err = r.sabotage(s, name)
		default:
			waits = false
		}
		if err != nil {
			return err
		}
		if waits {
			continue
		}
		if len(names) > 1 || s.Node == "random" {
			r.say(s.Do + " " + name)
		}
		d := Deed{Do: s.Do, Node: name, Groups: s.Groups, Shape: Shape{Delay: time.Duration(s.Delay), Rate: s.Rate}, Sync: s.Sync}
		if _, err := r.s.Do(d); err != nil {
			return err
		}
	}
	return nil
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

// heights asks the running nodes for their heights; those that do not answer are
// left out.
func (r *Runner) heights(ctx context.Context) map[string]int64 {
	l := r.s.Layout()
	heights := map[string]int64{}
	for _, h := range Report(ctx, &l, r.s.states()) {
		if h.Height > 0 {
			heights[h.Name] = h.Height
			if r.seen[h.Height] == "" {
				r.seen[h.Height] = h.AppHash
			}
		}
	}
	return heights
}

func highest(heights map[string]int64) int64 {
	best := int64(0)
	for _, h := range heights { //weft:sorted the largest is the same in any order
		best = max(best, h)
	}
	return best
}

// blocks waits until more blocks are made.
func (r *Runner) blocks(ctx context.Context, count int64, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	from := int64(0)
	for {
		now := highest(r.heights(ctx))
		if from == 0 {
			from = now
		}
		if from > 0 && now >= from+count {
			return nil
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("%d blocks in %s, expected %d", now-from, within, count)
		}
	}
}

// stall makes sure that no block is made. One that was on its way may end.
func (r *Runner) stall(ctx context.Context, d time.Duration) error {
	if err := wait(ctx, 2*time.Second); err != nil {
		return err
	}
	from := highest(r.heights(ctx))
	if err := wait(ctx, d); err != nil {
		return err
	}
	if now := highest(r.heights(ctx)); now > from {
		return fmt.Errorf("height %d became %d: blocks were made without two thirds of the power", from, now)
	}
	return nil
}

// caughtUp waits until a node has the height that the others had at first.
func (r *Runner) caughtUp(ctx context.Context, name string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	goal := highest(r.heights(ctx))
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	return AwaitHeight(ctx, n.URL(), goal)
}

// recover heals all, starts what is down, and waits until all nodes have made
// blocks together.
func (r *Runner) recover(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(r.Manifest.Recovery))
	defer cancel()
	began := time.Now()
	r.s.mesh.heal()
	for _, st := range r.s.states() {
		var d Deed
		switch st.Mode {
		case Running:
			continue
		case Paused:
			d = Deed{Do: "resume", Node: st.Name}
		case Stopped, Killed, Failed:
			if r.lost[st.Name] {
				continue
			}
			if st.Mode == Failed {
				return fmt.Errorf("%s ended by itself: %s", st.Name, st.Exit)
			}
			d = Deed{Do: "start", Node: st.Name}
		}
		if _, err := r.s.Do(d); err != nil {
			return err
		}
	}
	const together = 3 // blocks
	r.heights(ctx)
	for h := range r.seen { //weft:sorted the largest is the same in any order
		r.told = max(r.told, h)
	}
	goal := r.told + together
	for _, n := range r.nodes() {
		if err := AwaitHeight(ctx, n.URL(), goal); err != nil {
			return err
		}
	}
	if err := r.emptied(ctx); err != nil {
		return err
	}
	r.say(fmt.Sprintf("all nodes are at height %d, %s after the last step", goal, time.Since(began).Round(100*time.Millisecond)))
	return nil
}

// emptied waits until no transaction waits for a block.
func (r *Runner) emptied(ctx context.Context) error {
	for _, n := range r.nodes() {
		c, err := dial(n.URL())
		if err != nil {
			return err
		}
		for {
			pool, err := c.RPC().NumUnconfirmedTxs(ctx)
			if err == nil && pool.Total == 0 {
				break
			}
			if wait(ctx, 50*time.Millisecond) != nil {
				return fmt.Errorf("%s still has transactions that no block took", n.Name)
			}
		}
	}
	return nil
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
