package testnet

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// verb says what a step that does something takes.
type verb struct {
	takes string // keys besides do, node and within
	needs string // of these, the ones that must be there
	// node says what may stand for the node: nothing if it takes none, else "name"
	// and those of "all", "random" and "last" that make sense.
	node string
	from pool // of which nodes "all" and "random" are
}

// pool is a set of nodes by what they do at that moment.
type pool int

const (
	ofRunning pool = iota
	ofDown
	ofPaused
	ofAll
	ofValidators // that run
)

// What may stand for a node.
const (
	anyNode  = "name all random last"
	oneNode  = "name random last"
	nameOnly = "name last"
)

// verbs are all steps that there are.
var verbs = map[string]verb{
	"kill":    {node: anyNode},
	"stop":    {node: anyNode},
	"start":   {node: anyNode, from: ofDown, takes: "next"},
	"restart": {node: anyNode, takes: "next"},
	"pause":   {node: anyNode},
	"resume":  {node: anyNode, from: ofPaused},
	"lose":    {node: oneNode},

	"partition": {takes: "groups", needs: "groups"},
	"delay":     {node: anyNode, from: ofAll, takes: "delay rate"},
	"heal":      {},

	"add":           {takes: "sync"},
	"add-validator": {node: "name last none", takes: "sync stake"},
	"leave":         {node: oneNode, from: ofValidators},
	"validators":    {takes: "nodes", needs: "nodes"},

	"sleep":     {takes: "for", needs: "for"},
	"stall":     {takes: "for", needs: "for"},
	"blocks":    {takes: "count", needs: "count"},
	"caught-up": {node: anyNode},

	"plan":    {takes: "upgrade count", needs: "upgrade count"},
	"applied": {node: anyNode, takes: "upgrade", needs: "upgrade"},
	"halted":  {node: nameOnly + " all", from: ofAll},

	"skew":       {node: oneNode, takes: "ahead behind"},
	"io-errors":  {node: oneNode, takes: "on", needs: "on"},
	"small-disk": {node: oneNode, takes: "size"},
	"fill":       {node: nameOnly},
	"repair":     {node: nameOnly + " all", from: ofAll},
	"breaks":     {node: nameOnly, takes: "says"},

	"tamper":   {node: oneNode, from: ofDown},
	"fails":    {node: nameOnly},
	"twin":     {node: oneNode, from: ofValidators},
	"punished": {node: nameOnly},
}

// given lists the keys of a step that are there, but for do, node and within.
func (s *Step) given() map[string]bool {
	return map[string]bool{
		"groups": len(s.Groups) > 0, "delay": s.Delay > 0, "rate": s.Rate != 0, "for": s.For > 0, "count": s.Count != 0,
		"sync": s.Sync, "next": s.Next, "upgrade": s.Upgrade != "", "stake": s.Stake != 0, "nodes": len(s.Nodes) > 0,
		"ahead": s.Ahead > 0, "behind": s.Behind > 0, "on": s.On != "", "size": s.Size != 0, "says": s.Says != "",
		"miner": s.Miner != "", "operator": s.Operator != "", "threads": s.Threads != 0, "duty": s.Duty != 0,
	}
}

// check refuses a step that cannot be meant.
func (s *Step) check() error {
	v, ok := verbs[s.Do]
	if !ok {
		return fmt.Errorf("nothing is called %.40q: choose of %s", s.Do, strings.Join(slices.Sorted(maps.Keys(verbs)), ", "))
	}
	given := s.given()
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if given[key] && !slices.Contains(strings.Fields(v.takes), key) {
			return fmt.Errorf("%s takes no %s", s.Do, key)
		}
	}
	for _, key := range strings.Fields(v.needs) {
		if !given[key] {
			return fmt.Errorf("%s needs %s", s.Do, examples[key])
		}
	}
	if err := v.checkNode(s); err != nil {
		return err
	}
	if s.Within == 0 {
		s.Within = defaultWithin
	}
	return s.checkValues()
}

// examples say how the keys look that a step can lack.
var examples = map[string]string{
	"groups": `groups such as groups = [["node0", "node1"]]`, "for": `a time: for = "5s"`, "count": "a count from 1: count = 3",
	"upgrade": `the name of an upgrade: upgrade = "next"`, "on": `what fails: on = "app", "blockstore" or "cometstate"`,
	"miner": `a name: miner = "big"`,
	"nodes": `the names of all validators: nodes = ["node0", "node1"]`,
}

// checkNode refuses a word for the node that the verb cannot do anything with.
func (v verb) checkNode(s *Step) error {
	words := strings.Fields(v.node)
	switch {
	case len(words) == 0 && s.Node != "":
		return fmt.Errorf("%s takes no node", s.Do)
	case len(words) > 0 && s.Node == "" && !slices.Contains(words, "none"):
		return fmt.Errorf(`%s needs a node: node = "node0"`, s.Do)
	case slices.Contains([]string{"all", "random", "last"}, s.Node) && !slices.Contains(words, s.Node):
		return fmt.Errorf("%s is done to a node by its name, not to %q", s.Do, s.Node)
	}
	return nil
}

// MaxStake is the most that a validator stakes, in units; an account of a network
// has ten times as much.
const MaxStake = 100_000_000_000_000

// Bounds of what a step may ask for.
const (
	maxCount  = 100_000
	minDisk   = 16 << 20
	maxDisk   = 1 << 30
	maxSays   = 200
	maxName   = 200
	maxPlan   = 64
	maxGroups = MaxNodes
)

// failable are the databases whose writes io-errors can make fail.
var failable = []string{"app", "blockstore", "cometstate"}

// checkValues refuses values beyond what can be done.
func (s *Step) checkValues() error {
	switch {
	case s.Count < 0 || s.Count > maxCount:
		return fmt.Errorf("count is %d, must be 1 to %d", s.Count, maxCount)
	case s.Stake < 0 || s.Stake > MaxStake:
		return fmt.Errorf("stake is %d, must be 1 to %d", s.Stake, int64(MaxStake))
	case s.Size != 0 && (s.Size < minDisk || s.Size > maxDisk):
		return fmt.Errorf("size is %d bytes, must be %d to %d", s.Size, minDisk, maxDisk)
	case s.On != "" && !slices.Contains(failable, s.On):
		return fmt.Errorf("on is %.40q, must be one of %s", s.On, strings.Join(failable, ", "))
	case s.Ahead > 0 && s.Behind > 0:
		return errors.New("a clock is either ahead or behind")
	case s.Do == "skew" && s.Ahead+s.Behind > 0 && s.Ahead+s.Behind < minSkew:
		return fmt.Errorf("a clock that is wrong by less than %s is not told from a slow node", minSkew)
	case len(s.Says) > maxSays:
		return fmt.Errorf("says has more than %d bytes", maxSays)
	case len(s.Upgrade) > maxPlan:
		return fmt.Errorf("the name of an upgrade has at most %d bytes", maxPlan)
	case len(s.Groups) > maxGroups:
		return fmt.Errorf("%d groups, at most %d", len(s.Groups), maxGroups)
	}
	return Shape{Delay: time.Duration(s.Delay), Rate: s.Rate}.check()
}

// cast follows the names of nodes through the steps of a manifest.
type cast struct {
	names []string
	lost  map[string]int // by name, the step since which nothing is expected of it
	last  bool           // a node was chosen at random
}

// checkNodes refuses steps on nodes that are not there at that step.
func (m *Manifest) checkNodes() error {
	c := cast{lost: map[string]int{}}
	for i := range m.Validators + m.Nodes {
		c.names = append(c.names, fmt.Sprintf("node%d", i))
	}
	for i := range m.Steps {
		s := &m.Steps[i]
		if err := c.follow(i+1, s); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, s, err)
		}
	}
	return nil
}

func (c *cast) follow(number int, s *Step) error {
	var named []string
	switch s.Node {
	case "", "all":
	case "random":
		c.last = true
	case "last":
		if !c.last {
			return errors.New(`no step before has node = "random"`)
		}
	default:
		named = append(named, s.Node)
	}
	for _, group := range append([][]string{s.Nodes}, s.Groups...) {
		named = append(named, group...)
	}
	for _, name := range named {
		if !slices.Contains(c.names, name) {
			return fmt.Errorf("there is no node %.40q at that step: there are %s", name, strings.Join(c.names, ", "))
		}
		if since := c.lost[name]; since > 0 && s.Do != "partition" {
			return fmt.Errorf("%s is lost since step %d", name, since)
		}
	}
	if s.Do == "partition" {
		l := Layout{}
		for _, name := range c.names {
			l.Nodes = append(l.Nodes, Node{Name: name})
		}
		if _, err := l.groups(s.Groups); err != nil {
			return err
		}
	}
	switch s.Do {
	case "lose", "fails":
		if len(named) > 0 {
			c.lost[s.Node] = number
		}
	case "add", "twin", "add-validator":
		if s.Do != "add-validator" || s.Node == "" {
			c.names = append(c.names, fmt.Sprintf("node%d", len(c.names)))
		}
	}
	if len(c.names) > MaxNodes {
		return fmt.Errorf("a network has at most %d nodes", MaxNodes)
	}
	return nil
}
