package testnet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Manifest is a network and what happens to it: setup, load and faults. What must
// hold in the end is the same for all: see Invariants.
type Manifest struct {
	// Name says in a sentence what the manifest is about.
	Name       string   `toml:"name"`
	Validators int      `toml:"validators"`
	Nodes      int      `toml:"nodes"` // that do not validate
	BlockTime  Duration `toml:"block_time"`
	// Limit bounds the whole run.
	Limit Duration `toml:"limit"`
	// Recovery is how soon, after the last step, all nodes run, agree and make
	// blocks again.
	Recovery Duration `toml:"recovery"`
	Load     Load     `toml:"load"`
	// Supervise starts the nodes with weft start --supervise.
	Supervise bool `toml:"supervise"`
	// Lottery makes the network one that is mined.
	Lottery bool   `toml:"lottery"`
	Steps   []Step `toml:"step"`
}

// Load is what is sent while the steps are done.
type Load struct {
	// Rate is how many transactions a second are sent, over all running nodes by
	// turns; 0 sends none.
	Rate int `toml:"rate"`
}

// Step is one thing that is done, or waited for.
type Step struct {
	// Do is a deed (kill, stop, start, restart, pause, resume, partition, heal,
	// delay, add), or one of
	//
	//	sleep      for a time (for)
	//	blocks     until the running nodes have made more blocks (count, within)
	//	stall      expect that no block is made (for)
	//	caught-up  until the node has the height of the others (node, within)
	//	lose       kill a node for good: nothing is expected of it any more
	//	add-validator  a new node (or node) becomes a validator and signs (stake, sync)
	//	leave      a validator takes back all of its stake, until it validates no more
	//	validators until exactly these nodes validate (nodes)
	//	skew       a validator's clock goes wrong for what it signs (ahead, behind)
	//	io-errors  writes to a database of a node fail (on)
	//	small-disk the data of a node move to a disk of few bytes (size)
	//	fill       leave no byte on that disk
	//	breaks     until the node ends by itself, for its own fault (says)
	//	repair     the clock is right, nothing fails, the disk has room
	//	tamper     change the state on the disk of a stopped node
	//	fails      until the node ends by itself; where its state differs is looked up
	//	twin       start a second node with the consensus key of a node
	//	punished   until the validator of a node is jailed and slashed
	//	plan       have the authority plan an upgrade (upgrade, count blocks from now)
	//	halted     until the node ended by itself at an upgrade
	//	applied    until the node has done an upgrade (upgrade, within)
	Do string `toml:"do"`
	// Node is the node of a deed: its name, "all" for each one that can do it,
	// "random" for one of these that the seed chooses, or "last" for the one that was
	// chosen last. Nodes that are down can start, paused ones resume, all others need
	// one that runs.
	Node   string     `toml:"node"`
	Nodes  []string   `toml:"nodes"`
	Groups [][]string `toml:"groups"`
	Delay  Duration   `toml:"delay"`
	Rate   int64      `toml:"rate"`
	For    Duration   `toml:"for"`
	Count  int64      `toml:"count"`
	Within Duration   `toml:"within"`
	Sync   bool       `toml:"sync"` // of add and add-validator: from a snapshot
	// Next, of start and restart: with the second binary, from now on.
	Next    bool     `toml:"next"`
	Upgrade string   `toml:"upgrade"` // the name of one
	Stake   int64    `toml:"stake"`   // of a new validator, in units
	Ahead   Duration `toml:"ahead"`   // of the true time
	Behind  Duration `toml:"behind"`
	On      string   `toml:"on"`   // what fails: app, blockstore or cometstate
	Size    int64    `toml:"size"` // of a disk, in bytes
	Says    string   `toml:"says"` // that must stand in the node's log
	// Of networks that are mined (lottery.go): a miner's name, the node whose operator
	// takes its seats, and how much it hashes.
	Miner    string `toml:"miner"`
	Operator string `toml:"operator"`
	Threads  int64  `toml:"threads"`
	Duty     int64  `toml:"duty"` // percent of the time
}

// Duration is a time such as "200ms" in a manifest.
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < 0 || v > maxStep {
		return fmt.Errorf("%.40q is no time from 0 to %s such as 200ms", text, maxStep)
	}
	*d = Duration(v)
	return nil
}

// String is such as 1m0s.
func (d Duration) String() string { return time.Duration(d).String() }

// Bounds of a manifest.
const (
	maxManifestBytes = 64 << 10
	maxSteps         = 1000
	maxStep          = time.Hour
	maxLoad          = 5000
	minLimit         = Duration(time.Second)
	minBlock         = Duration(10 * time.Millisecond)
	maxBlock         = Duration(time.Minute)
	defaultLimit     = Duration(5 * time.Minute)
	defaultRecovery  = Duration(60 * time.Second)
	defaultBlock     = Duration(200 * time.Millisecond)
	defaultWithin    = Duration(60 * time.Second)
)

// ReadManifest reads a manifest. Unknown keys are errors.
func ReadManifest(path string) (*Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(f, maxManifestBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxManifestBytes {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxManifestBytes)
	}
	m, err := ParseManifest(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// ParseManifest reads the text of a manifest.
func ParseManifest(text []byte) (*Manifest, error) {
	m := &Manifest{Validators: 4, BlockTime: defaultBlock, Limit: defaultLimit, Recovery: defaultRecovery}
	dec := toml.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(m); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return nil, fmt.Errorf("unknown keys:\n%s", strict.String())
		}
		if bad := new(toml.DecodeError); errors.As(err, &bad) {
			line, _ := bad.Position()
			return nil, fmt.Errorf("line %d: %s", line, strings.TrimPrefix(bad.Error(), "toml: "))
		}
		return nil, err
	}
	return m, m.check()
}

func (m *Manifest) check() error {
	switch {
	case m.Name == "":
		return errors.New("it has no name")
	case len(m.Name) > maxName:
		return fmt.Errorf("its name has more than %d bytes", maxName)
	case m.Validators < 1 || m.Nodes < 0 || m.Validators > MaxNodes || m.Nodes > MaxNodes || m.Validators+m.Nodes > MaxNodes:
		return fmt.Errorf("%d validators and %d nodes: at least one validator, at most %d in all", m.Validators, m.Nodes, MaxNodes)
	case m.BlockTime < minBlock || m.BlockTime > maxBlock:
		return fmt.Errorf("block_time is %s, must be at least %s and at most %s", m.BlockTime, minBlock, maxBlock)
	case m.Limit < minLimit:
		return fmt.Errorf("limit is %s, must be %s to %s", m.Limit, minLimit, maxStep)
	case m.Recovery < minLimit:
		return fmt.Errorf("recovery is %s, must be %s to %s", m.Recovery, minLimit, maxStep)
	case m.Load.Rate < 0 || m.Load.Rate > maxLoad:
		return fmt.Errorf("load.rate is %d, must be 0 to %d", m.Load.Rate, maxLoad)
	case len(m.Steps) == 0 || len(m.Steps) > maxSteps:
		return fmt.Errorf("%d steps, must be 1 to %d", len(m.Steps), maxSteps)
	}
	waits := Duration(0)
	for i := range m.Steps {
		if err := m.Steps[i].check(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		waits += m.Steps[i].For
	}
	if waits > m.Limit {
		return fmt.Errorf("its steps wait for %s, the limit of the run is %s: raise limit", waits, m.Limit)
	}
	if err := m.checkLottery(); err != nil {
		return err
	}
	return m.checkNodes()
}

// String tells what a step does.
func (s *Step) String() string {
	words := []string{s.Do}
	for _, word := range append([]string{s.Node}, s.Nodes...) {
		if word != "" {
			words = append(words, word)
		}
	}
	for _, g := range s.Groups {
		words = append(words, strings.Join(g, ","))
	}
	for _, word := range []string{s.Upgrade, s.On, s.Miner} {
		if word != "" {
			words = append(words, word)
		}
	}
	if s.Next {
		words = append(words, "(next binary)")
	}
	if s.Sync {
		words = append(words, "(from a snapshot)")
	}
	for _, n := range []int64{s.Count, s.Stake, s.Size} {
		if n > 0 {
			words = append(words, fmt.Sprint(n))
		}
	}
	for _, d := range []Duration{s.For, s.Delay} {
		if d > 0 {
			words = append(words, d.String())
		}
	}
	if s.Rate > 0 {
		words = append(words, fmt.Sprintf("%d bytes/s", s.Rate))
	}
	if s.Ahead > 0 {
		words = append(words, s.Ahead.String()+" ahead")
	}
	if s.Behind > 0 {
		words = append(words, s.Behind.String()+" behind")
	}
	return strings.Join(words, " ")
}
