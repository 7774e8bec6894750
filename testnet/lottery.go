package testnet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Steps of networks that are mined (lottery = true):
//
//	register    a node's key becomes that of an operator, for seats (node)
//	mine        a miner begins, as a process of its own, with a payout of its own
//	            (miner; operator is a node that was registered; threads, duty)
//	stop-mining it is killed (miner, "all" for each)
//	settled     until more epochs with tickets are settled (count, within)
//	seats       until a node's operator has seats that give power (node, count, within)
//	no-seats    until it has no power (node, within)
//	proposes    until a block was proposed by the node (node, within)
//	leader      until an epoch has a leader, and its event (within)
//	incomes     each miner was paid what its tickets won, to the unit, and has tickets
//	            in proportion to its hashes
//	hostile     stolen, replayed, stale, forged, oversized and flooding tickets are
//	            refused, each for its own reason (node)
//	flood       so many false tickets a second are sent to a node; how long blocks take
//	            before and meanwhile is reported (node, for, count)
//	tombstoned  until a node's operator lost all for signing twice (node, within)
var lotteryVerbs = map[string]verb{
	"register":    {node: nameOnly},
	"mine":        {node: "name none", takes: "miner operator threads duty", needs: "miner"},
	"stop-mining": {takes: "miner", needs: "miner"},
	"settled":     {takes: "count", needs: "count"},
	"seats":       {node: nameOnly, takes: "count", needs: "count"},
	"no-seats":    {node: nameOnly},
	"proposes":    {node: nameOnly},
	"leader":      {},
	"incomes":     {},
	"hostile":     {node: nameOnly},
	"tombstoned":  {node: nameOnly},
	"flood":       {node: nameOnly, takes: "for count", needs: "for count"},
}

func init() { maps.Copy(verbs, lotteryVerbs) }

// checkLottery refuses steps of the lottery on a network without one.
func (m *Manifest) checkLottery() error {
	for i := range m.Steps {
		s := &m.Steps[i]
		if _, mined := lotteryVerbs[s.Do]; mined && !m.Lottery {
			return fmt.Errorf("step %d, %s: the network is not mined: set lottery = true", i+1, s)
		}
		if s.Duty < 0 || s.Duty > 100 || s.Threads < 0 || s.Threads > 64 || len(s.Miner) > maxName || strings.ContainsAny(s.Miner, "/\\") {
			return fmt.Errorf("step %d, %s: duty is 1 to 100 percent, threads are 1 to 64, and a miner's name is no path", i+1, s)
		}
	}
	return nil
}

// Tool is a Launcher that also runs other commands of weft than start.
type Tool interface {
	// Run starts a command, such as lottery register …, in a process of its own.
	Run(args []string, out io.Writer) (Process, error)
}

// digger is a miner of a run.
type digger struct {
	name, payout, operator string
	process                Process // nil once it was killed
	log                    string
}

// lotteryDeed does a step of the lottery. It reports false for others.
func (r *Runner) lotteryDeed(ctx context.Context, s *Step) (bool, error) {
	if _, ok := lotteryVerbs[s.Do]; !ok {
		return false, nil
	}
	within, cancel := context.WithTimeout(ctx, time.Duration(s.Within))
	defer cancel()
	switch s.Do {
	case "register":
		return true, r.register(within, s.Node)
	case "mine":
		return true, r.mine(s)
	case "stop-mining":
		return true, r.stopMining(s.Miner)
	case "settled":
		return true, r.settled(within, uint64(s.Count))
	case "seats":
		return true, r.seated(within, s.Node, uint64(s.Count))
	case "no-seats":
		return true, r.unseated(within, s.Node)
	case "proposes":
		return true, r.proposed(within, s.Node)
	case "leader":
		return true, r.led(within)
	case "incomes":
		return true, r.incomes(within)
	case "hostile":
		return true, r.hostile(within, s.Node)
	case "flood":
		return true, r.flooded(ctx, s)
	}
	return true, r.tombstoned(within, s.Node)
}

// lotteryAccount is the account that operates the key of a node.
func (r *Runner) lotteryAccount(node string) (*Account, error) {
	l := r.s.Layout()
	if _, err := l.Find(node); err != nil {
		return nil, err
	}
	i, err := strconv.Atoi(strings.TrimPrefix(node, "node"))
	if err != nil {
		return nil, err
	}
	return l.account(fmt.Sprintf("account%d", i%loadAccounts))
}

func (r *Runner) tool() (Tool, error) {
	t, ok := r.Launcher.(Tool)
	if !ok {
		return nil, errors.New("this launcher runs no other commands")
	}
	return t, nil
}

// register runs weft lottery register, as its operator would.
func (r *Runner) register(ctx context.Context, node string) error {
	l := r.s.Layout()
	n, err := l.Find(node)
	if err != nil {
		return err
	}
	account, err := r.lotteryAccount(node)
	if err != nil {
		return err
	}
	tool, err := r.tool()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	p, err := tool.Run([]string{
		"lottery", "register", "--from", account.Name, "--validator-home", n.Home, "--home", r.Dir, "--keyring-backend", "test",
		"--chain-id", l.ChainID, "--node", n.URL(), "--moniker", node, "--yes", "-o", "json",
	}, &out)
	if err != nil {
		return err
	}
	if err := p.Wait(); err != nil {
		return fmt.Errorf("weft lottery register: %w: %s", err, out.String())
	}
	for {
		if o, err := r.operator(ctx, node); err == nil && o.Moniker == node {
			return nil
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("%s does not become an operator: %s", node, out.String())
		}
	}
}

// mine starts a miner.
func (r *Runner) mine(s *Step) error {
	l := r.s.Layout()
	node := s.Node
	if node == "" {
		node = l.Nodes[0].Name
	}
	n, err := l.Find(node)
	if err != nil {
		return err
	}
	for _, d := range r.diggers {
		if d.name == s.Miner && d.process != nil {
			return fmt.Errorf("%s mines already", s.Miner)
		}
	}
	sum := sha256.Sum256([]byte("payout of " + s.Miner))
	d := &digger{
		name: s.Miner, payout: loadPrefix.Account(chain.Address(sum[:20])),
		log: filepath.Join(r.Dir, fmt.Sprintf("miner-%s-%d.log", s.Miner, len(r.diggers))),
	}
	args := []string{
		"mine", "--home", r.Dir, "--payout", d.payout, "--node", n.URL(), "--threads", strconv.FormatInt(max(s.Threads, 1), 10),
		"--max-duty", strconv.FormatInt(max(s.Duty, 1), 10), "-o", "json",
	}
	if s.Duty == 0 {
		args[len(args)-3] = "100"
	}
	if s.Operator != "" {
		account, err := r.lotteryAccount(s.Operator)
		if err != nil {
			return err
		}
		d.operator = account.Address
		args = append(args, "--operator", d.operator)
	}
	tool, err := r.tool()
	if err != nil {
		return err
	}
	log, err := os.Create(d.log)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the process has its own
	if d.process, err = tool.Run(args, log); err != nil {
		return err
	}
	r.diggers = append(r.diggers, d)
	return nil
}

// stopMining kills miners. They have no time to bring what they found.
func (r *Runner) stopMining(name string) error {
	found := false
	for _, d := range r.diggers {
		if d.process == nil || name != "all" && d.name != name {
			continue
		}
		found = true
		if err := d.process.Signal(os.Kill); err != nil {
			return fmt.Errorf("%s ended by itself, see %s: %w", d.name, d.log, err)
		}
		_ = d.process.Wait() // killed: that is an error of its own
		d.process = nil
	}
	if !found && name != "all" {
		return fmt.Errorf("%s does not mine", name)
	}
	return nil
}

// endMining kills what still mines when a run is over.
func (r *Runner) endMining() {
	if err := r.stopMining("all"); err != nil {
		r.say(err.Error())
	}
}

// hashes is how much a miner hashed, by the last line that it wrote.
func (d *digger) hashes() (float64, error) {
	raw, err := os.ReadFile(d.log)
	if err != nil {
		return 0, err
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	for _, line := range slices.Backward(lines) {
		var report struct {
			Hashes  *float64 `json:"hashes"`
			Refused uint64   `json:"refused"`
		}
		if json.Unmarshal([]byte(line), &report) == nil && report.Hashes != nil {
			if report.Refused > 0 {
				return 0, fmt.Errorf("%d tickets of %s were refused, see %s", report.Refused, d.name, d.log)
			}
			return *report.Hashes, nil
		}
	}
	return 0, fmt.Errorf("%s says nothing in %s", d.name, d.log)
}

// ask asks a running node about the lottery.
func (r *Runner) ask(ctx context.Context, method string, req, res chain.Message) error {
	c, _, err := r.anyClient(0)
	if err != nil {
		return err
	}
	return c.Query(ctx, "/weft.lottery.v1.Query/"+method, 0, req, res)
}

// operator is the operator of a node.
func (r *Runner) operator(ctx context.Context, node string) (*lottery.OperatorInfo, error) {
	account, err := r.lotteryAccount(node)
	if err != nil {
		return nil, err
	}
	var res lottery.QueryOperatorResponse
	err = r.ask(ctx, "Operator", &lottery.QueryOperatorRequest{Address: account.Address}, &res)
	return &res.Operator, err
}

// until asks again and again until the test holds. Its last error stands in this one.
func until(ctx context.Context, what string, test func() (bool, error)) error {
	for {
		ok, err := test()
		if ok {
			return nil
		}
		if wait(ctx, 150*time.Millisecond) != nil {
			return errors.Join(errors.New(what), err)
		}
	}
}

// validators are the powers that CometBFT has, by consensus address.
func validators(ctx context.Context, c *client.Client) (map[string]int64, error) {
	out := map[string]int64{}
	per := 100
	res, err := c.RPC().Validators(ctx, nil, nil, &per)
	if err != nil {
		return nil, err
	}
	for _, v := range res.Validators {
		out[v.Address.String()] = v.VotingPower
	}
	return out, nil
}
