package testnet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/weftchain/weft/client"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Saboteur is a Launcher that also does what no operator may do. Binaries that
// ship have none: build weft with -tags weft_chaos.
type Saboteur interface {
	// Tamper changes the state on the disk of a node that is stopped.
	Tamper(n Node, l *Layout) error
	// Twin makes the home of a node that signs with the consensus key of another.
	Twin(n Node, l *Layout) (Node, error)
	// Trouble sets what a node does wrong, whether it runs or not.
	Trouble(n Node, t Trouble) error
}

// Opener is a Launcher that reads the state of a node that is stopped.
type Opener interface {
	Open(n Node) (Trees, int64, error)
}

var errNoSaboteur = errors.New("this binary cannot do that: build one with go build -tags weft_chaos")

// sabotage does the steps tamper and twin.
func (r *Runner) sabotage(s *Step, name string) error {
	saboteur, ok := r.Launcher.(Saboteur)
	if !ok {
		return errNoSaboteur
	}
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	n, err := r.s.layout.Find(name)
	if err != nil {
		return err
	}
	if s.Do == "tamper" {
		if node := r.s.nodes[name]; node != nil && node.alive() {
			return fmt.Errorf("%s must be stopped", name)
		}
		return saboteur.Tamper(*n, r.s.layout)
	}
	twin, err := saboteur.Twin(*n, r.s.layout)
	if err != nil {
		return err
	}
	return r.s.adopt(twin)
}

// fails waits until a node ended by itself. From then on it is left out. Where its
// state differs from the others' must be found.
func (r *Runner) fails(ctx context.Context, name string, within time.Duration) error {
	st, err := r.ended(ctx, name, within)
	if err != nil {
		return err
	}
	r.say(name + " ended by itself: " + st.Exit)
	r.lost[name] = true
	return r.named(ctx, name)
}

// named compares the state of a node that failed with another one's.
func (r *Runner) named(ctx context.Context, name string) error {
	opener, ok := r.Launcher.(Opener)
	if !ok {
		return errors.New("no way to read the state of a stopped node")
	}
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	mine, height, err := opener.Open(*n)
	if err != nil {
		return err
	}
	defer mine.Close() //nolint:errcheck // only read
	c, other, err := r.anyClient(0)
	if err != nil {
		return err
	}
	list, err := Compare(ctx, map[string]Trees{name: mine, other: remote{c}}, height)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("%s failed at height %d with the state of %s", name, height, other)
	}
	for _, d := range list {
		r.say(fmt.Sprintf("after height %d store %s differs in %d keys, the first is %s", height, d.Store, len(d.Keys), d.Keys[0].Key))
	}
	return nil
}

// punished waits until the validator of a node is jailed and has lost stake.
func (r *Runner) punished(ctx context.Context, name string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		c, _, err := r.anyClient(0)
		if err == nil {
			var jailed bool
			if jailed, err = isPunished(ctx, c, name); jailed {
				return nil
			}
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("the validator of %s goes unpunished (%v)", name, err)
		}
	}
}

// isPunished looks for a validator whose moniker is the node's name.
func isPunished(ctx context.Context, c *client.Client, moniker string) (bool, error) {
	var res staking.QueryValidatorsResponse
	if err := c.Query(ctx, "/cosmos.staking.v1beta1.Query/Validators", 0, &staking.QueryValidatorsRequest{}, &res); err != nil {
		return false, err
	}
	for _, v := range res.Validators {
		if v.Description.Moniker == moniker {
			// A share was worth a unit before the slash.
			return v.Jailed && v.Tokens+strings.Repeat("0", 18) != string(v.DelegatorShares), nil
		}
	}
	return false, fmt.Errorf("no validator is called %s", moniker)
}
