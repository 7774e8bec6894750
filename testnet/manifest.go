package testnet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
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
	Supervise bool   `toml:"supervise"`
	Steps     []Step `toml:"step"`
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
	//	sleep     for a time (for)
	//	blocks    until the running nodes have made more blocks (count, within)
	//	stall     expect that no block is made (for)
	//	caught-up until the node has the height of the others (node, within)
	//	tamper    change the state on the disk of a stopped node
	//	fails     until the node ends by itself; where its state differs is looked up
	//	twin      start a second node with the consensus key of a node
	//	plan      have the authority plan an upgrade (upgrade, count blocks from now)
	//	halted    until the node ended by itself at an upgrade
	//	applied   until the node has done an upgrade (upgrade, within)
	//	punished  until the validator of a node is jailed and slashed
	Do string `toml:"do"`
	// Node is the node of a deed: its name, "all" for each one that can do it, or
	// "random" for one of these that the seed chooses. Nodes that are down can start,
	// paused ones resume, all others need one that runs.
	Node   string     `toml:"node"`
	Groups [][]string `toml:"groups"`
	Delay  Duration   `toml:"delay"`
	Rate   int64      `toml:"rate"`
	For    Duration   `toml:"for"`
	Count  int64      `toml:"count"`
	Within Duration   `toml:"within"`
	Sync   bool       `toml:"sync"` // of add: from a snapshot
	// Next, of start and restart: with the second binary, from now on.
	Next    bool   `toml:"next"`
	Upgrade string `toml:"upgrade"` // the name of one
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

// Bounds of a manifest.
const (
	maxManifestBytes = 64 << 10
	maxSteps         = 1000
	maxStep          = time.Hour
	maxLoad          = 5000
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
		return nil, err
	}
	return m, m.check()
}

func (m *Manifest) check() error {
	switch {
	case m.Name == "":
		return errors.New("it has no name")
	case m.Validators < 1 || m.Nodes < 0 || m.Validators+m.Nodes > MaxNodes:
		return fmt.Errorf("%d validators and %d nodes: at least one validator, at most %d in all", m.Validators, m.Nodes, MaxNodes)
	case m.BlockTime < Duration(10*time.Millisecond):
		return errors.New("block_time must be at least 10ms")
	case m.Load.Rate < 0 || m.Load.Rate > maxLoad:
		return fmt.Errorf("load.rate is %d, must be 0 to %d", m.Load.Rate, maxLoad)
	case len(m.Steps) == 0 || len(m.Steps) > maxSteps:
		return fmt.Errorf("%d steps, must be 1 to %d", len(m.Steps), maxSteps)
	}
	for i := range m.Steps {
		if err := m.Steps[i].check(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

// What steps need a node, and what steps there are besides.
var (
	nodeDeeds  = []string{"kill", "stop", "start", "restart", "pause", "resume", "delay", "caught-up", "tamper", "twin", "fails", "punished", "halted", "applied"}
	otherDeeds = []string{"partition", "heal", "add", "sleep", "blocks", "stall", "plan"}
)

func (s *Step) check() error {
	switch {
	case slices.Contains(nodeDeeds, s.Do):
		if s.Node == "" {
			return fmt.Errorf("%s needs a node", s.Do)
		}
	case !slices.Contains(otherDeeds, s.Do):
		return fmt.Errorf("nothing is called %.40q: choose of %s", s.Do, strings.Join(append(slices.Clone(nodeDeeds), otherDeeds...), ", "))
	case s.Node != "":
		return fmt.Errorf("%s takes no node", s.Do)
	}
	switch s.Do {
	case "sleep", "stall":
		if s.For <= 0 {
			return fmt.Errorf("%s needs a time: for = \"5s\"", s.Do)
		}
	case "blocks":
		if s.Count < 1 {
			return errors.New("blocks needs a count from 1")
		}
	case "plan", "applied":
		if s.Upgrade == "" || s.Do == "plan" && s.Count < 1 {
			return fmt.Errorf("%s needs the name of an upgrade, and plan a count of blocks", s.Do)
		}
	case "partition":
		if len(s.Groups) == 0 {
			return errors.New(`partition needs groups such as [["node0", "node1"]]`)
		}
	}
	if s.Within == 0 {
		s.Within = defaultWithin
	}
	return nil
}

// String tells what a step does.
func (s *Step) String() string {
	words := []string{s.Do}
	if s.Node != "" {
		words = append(words, s.Node)
	}
	for _, g := range s.Groups {
		words = append(words, strings.Join(g, ","))
	}
	if s.Upgrade != "" {
		words = append(words, s.Upgrade)
	}
	if s.Next {
		words = append(words, "(next binary)")
	}
	if s.Count > 0 {
		words = append(words, fmt.Sprint(s.Count))
	}
	for _, d := range []Duration{s.For, s.Delay} {
		if d > 0 {
			words = append(words, time.Duration(d).String())
		}
	}
	if s.Rate > 0 {
		words = append(words, fmt.Sprintf("%d bytes/s", s.Rate))
	}
	return strings.Join(words, " ")
}
