package testnet

import (
	"context"
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

	moved    map[string]bool       // nodes that became validators, or left
	chosen   string                // the node that was chosen last
	broken   map[string]bool       // nodes that ended for a fault that they were given
	troubles map[string]Trouble    // by node
	disks    map[string]*smallDisk // by node
	diggers  []*digger
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

// Ready says what the manifest needs and this binary or machine lacks: the error
// is ErrImpossible if it is the machine.
func (r *Runner) Ready() error {
	for i := range r.Manifest.Steps {
		s := &r.Manifest.Steps[i]
		var err error
		switch s.Do {
		case "tamper", "twin", "skew", "io-errors":
			if _, ok := r.Launcher.(Saboteur); !ok {
				err = errNoSaboteur
			}
		case "small-disk":
			err = canMount()
		}
		if err == nil && (s.Next || s.Do == "plan" && r.Manifest.Supervise) {
			var u Upgrader
			if u, err = r.upgrader(); err == nil {
				err = u.HasNext()
			}
		}
		if err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, s, err)
		}
	}
	return nil
}

// Run makes the network, does the steps under load, lets it recover, and checks
// the invariants. An error is what does not hold, or cannot be done.
func (r *Runner) Run(ctx context.Context) (Outcome, error) {
	if err := r.Ready(); err != nil {
		return Outcome{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(r.Manifest.Limit), fmt.Errorf("the limit of %s for the whole run is over", r.Manifest.Limit))
	defer cancel()
	r.random, r.began = rand.New(rand.NewPCG(r.Seed, 0)), time.Now()
	r.seen, r.lost, r.broken = map[int64]string{}, map[string]bool{}, map[string]bool{}
	r.moved = map[string]bool{}
	r.troubles, r.disks = map[string]Trouble{}, map[string]*smallDisk{}
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
		Lottery: r.Manifest.Lottery,
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
		r.endDisks()
	}()
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		return Outcome{}, err
	}
	defer r.endMining()
	out, err := r.drive(ctx)
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	return out, err
}

// basePort spreads runs with different seeds over the ports, since several may go
// on at once. All are below those that systems give to whoever asks for any: a node
// that is down must find its own ports again.
func (r *Runner) basePort() int { return 10_000 + int(r.Seed%30)*500 }

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
	within := time.Duration(s.Within)
	switch s.Do {
	case "sleep":
		return wait(ctx, time.Duration(s.For))
	case "blocks":
		return r.blocks(ctx, s.Count, within)
	case "stall":
		return r.stall(ctx, time.Duration(s.For))
	case "plan":
		return r.plan(ctx, s)
	case "validators":
		return r.validate(ctx, s.Nodes, within)
	}
	if done, err := r.lotteryDeed(ctx, s); done {
		return err
	}
	names, err := r.names(s)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != s.Node {
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
	case "add-validator":
		return r.addValidator(ctx, s, name)
	case "leave":
		return r.leave(ctx, name, within)
	case "lose":
		return r.lose(name)
	case "skew":
		return r.skew(ctx, s, name)
	case "io-errors":
		return r.trouble(name, func(t *Trouble) { t.Failing = s.On })
	case "small-disk":
		return r.smallDisk(name, s.Size)
	case "fill":
		return r.fill(name)
	case "breaks":
		return r.breaks(ctx, name, s.Says, within)
	case "repair":
		return r.repair(name)
	case "fails":
		return r.fails(ctx, name, within)
	case "halted":
		return r.halted(ctx, name, within)
	case "applied":
		return r.applied(ctx, name, s.Upgrade, within)
	case "punished":
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
	if err == nil && (s.Do == "start" || s.Do == "restart") {
		delete(r.broken, name)
	}
	return err
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

// anyClient returns a client of a running node, by turns.
func (r *Runner) anyClient(turn int) (*client.Client, string, error) {
	l := r.s.Layout()
	return clientOf(&l, r.s.states(), turn)
}
