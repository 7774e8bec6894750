package testnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
)

// Trouble is what a node of a binary built with weft_chaos does wrong. It holds
// from the moment that it is set, also over a restart.
type Trouble struct {
	// Skew is how far the clock of the validator is ahead of the true time, as far as
	// its votes tell; below zero it is behind.
	Skew time.Duration
	// Failing names the database whose writes fail with an I/O error: "app" for the
	// state, "blockstore" or "cometstate"; "" for none.
	Failing string
}

// trouble changes what is wrong with a node.
func (r *Runner) trouble(name string, change func(*Trouble)) error {
	saboteur, ok := r.Launcher.(Saboteur)
	if !ok {
		return errNoSaboteur
	}
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	t := r.troubles[name]
	change(&t)
	r.troubles[name] = t
	return saboteur.Trouble(*n, t)
}

// minSkew is what a clock must be wrong by to tell it from a node that is slow.
const minSkew = Duration(10 * time.Second)

// skew has the clock of a validator go wrong, or right again, and waits until its
// votes show it.
func (r *Runner) skew(ctx context.Context, s *Step, name string) error {
	skew := time.Duration(s.Ahead - s.Behind)
	if err := r.trouble(name, func(t *Trouble) { t.Skew = skew }); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(s.Within))
	defer cancel()
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	for {
		off, err := r.voteSkew(ctx, n.Consensus)
		if err == nil && (off-skew).Abs() < time.Duration(minSkew)/2 {
			r.say(fmt.Sprintf("the votes of %s are %s off", name, off.Round(time.Millisecond)))
			return nil
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("no vote of %s is %s off (%v): do its nodes run a binary built with -tags weft_chaos?", name, skew, err)
		}
	}
}

// voteSkew is how far a validator's latest vote is from the nearest one of another
// validator for the same block.
func (r *Runner) voteSkew(ctx context.Context, validator string) (time.Duration, error) {
	c, _, err := r.anyClient(0)
	if err != nil {
		return 0, err
	}
	st, err := c.Status(ctx)
	if err != nil {
		return 0, err
	}
	mine, all, err := voteOf(ctx, c, st.SyncInfo.LatestBlockHeight-1, validator)
	if err != nil {
		return 0, err
	}
	if mine == nil {
		return 0, errors.New("the last block has no vote of it")
	}
	best, found := time.Duration(0), false
	for _, other := range all {
		if other.BlockIDFlag != cmttypes.BlockIDFlagCommit || other.ValidatorAddress.String() == validator {
			continue
		}
		if off := mine.Timestamp.Sub(other.Timestamp); !found || off.Abs() < best.Abs() {
			best, found = off, true
		}
	}
	if !found {
		return 0, errors.New("nobody else votes")
	}
	return best, nil
}

// logTail is how much of a node's log is searched for why it ended.
const logTail = 256 << 10

// breaks waits until a node ended by itself with an error, and with words.
func (r *Runner) breaks(ctx context.Context, name, says string, within time.Duration) error {
	st, err := r.ended(ctx, name, within)
	if err != nil {
		return err
	}
	if st.Exit == "" {
		return fmt.Errorf("%s ended as if all were well", name)
	}
	r.broken[name] = true
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	log, err := tail(n.LogFile(), logTail)
	if err != nil {
		return err
	}
	if !strings.Contains(log, says) {
		return fmt.Errorf("%s ended (%s) and its log does not say %q: see %s", name, st.Exit, says, n.LogFile())
	}
	lines := strings.Split(strings.TrimSpace(log), "\n")
	r.say(fmt.Sprintf("%s ended by itself (%s): %.300s", name, st.Exit, lines[len(lines)-1]))
	return nil
}

// ended waits until a node ended by itself.
func (r *Runner) ended(ctx context.Context, name string, within time.Duration) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		for _, st := range r.s.states() {
			if st.Name == name && st.Mode == Failed {
				return st, nil
			}
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return State{}, fmt.Errorf("%s goes on", name)
		}
	}
}

// tail reads the end of a file.
func tail(path string, bytes int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-bytes), bytes))
	return string(raw), err
}

// repair ends all that is wrong with a node itself.
func (r *Runner) repair(name string) error {
	if disk := r.disks[name]; disk != nil {
		if err := disk.free(); err != nil {
			return err
		}
	}
	if r.troubles[name] == (Trouble{}) {
		return nil
	}
	return r.trouble(name, func(t *Trouble) { *t = Trouble{} })
}

// lose kills a node for good.
func (r *Runner) lose(name string) error {
	if _, err := r.s.Do(Deed{Do: "kill", Node: name}); err != nil {
		return err
	}
	r.lost[name] = true
	return nil
}
