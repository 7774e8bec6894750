//go:build e2e

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/tmhash"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	rpc "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/loopback"
)

// patience bounds every wait for the chain, far above what a busy machine needs.
const patience = 3 * time.Minute

// validator is a node in a process of its own, and the key of its operator.
type validator struct {
	t              *testing.T
	home, rpc, p2p string
	name, operator string
	cmd            *exec.Cmd
	client         *rpc.HTTP
}

// runWeft runs a command as a process and returns what it printed.
func runWeft(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, errs, err := tryWeft(stdin, args...)
	require.NoError(t, err, "weft %s\n%s%s", strings.Join(args, " "), out, errs)
	return out
}

func tryWeft(stdin string, args ...string) (out, errs string, err error) {
	cmd := exec.Command("weft", args...)
	var o, e bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &o, &e
	err = cmd.Run()
	return strings.TrimSpace(o.String()), e.String(), err
}

// tx sends a transaction of the validator's operator by its own node.
func (v *validator) tx(args ...string) string {
	v.t.Helper()
	return runWeft(v.t, "", v.flags(append([]string{"tx"}, args...), "--from", v.name, "-y", "-o", "json", "--gas-prices", "0.01uweft")...)
}

func (v *validator) flags(args []string, more ...string) []string {
	return append(append(args, more...), "--home", v.home, "--keyring-backend", "test", "--node", "tcp://"+v.rpc)
}

// ask returns the answer of a query as JSON.
func (v *validator) ask(args ...string) map[string]any {
	v.t.Helper()
	text := runWeft(v.t, "", append(append([]string{"query"}, args...), "--node", "tcp://"+v.rpc, "-o", "json")...)
	var answer map[string]any
	require.NoError(v.t, json.Unmarshal([]byte(text), &answer), text)
	return answer
}

// at walks into an answer.
func at(answer any, path ...string) any {
	for _, name := range path {
		object, ok := answer.(map[string]any)
		if !ok {
			return nil
		}
		answer = object[name]
	}
	return answer
}

func (v *validator) start(peers string) {
	v.t.Helper()
	log, err := os.OpenFile(filepath.Join(v.home, "node.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(v.t, err)
	v.cmd = exec.Command("weft", "start", "--home", v.home, "--rpc.laddr", "tcp://"+v.rpc, "--p2p.laddr", "tcp://"+v.p2p,
		"--p2p.persistent_peers", peers, "--grpc.address", "off", "--api.address", "off")
	v.cmd.Stdout, v.cmd.Stderr = log, log
	require.NoError(v.t, v.cmd.Start())
	require.NoError(v.t, log.Close())
}

func (v *validator) stop() {
	if v.cmd == nil {
		return
	}
	_ = v.cmd.Process.Signal(os.Interrupt)
	_ = v.cmd.Wait()
	v.cmd = nil
}

// powers are those who sign the next blocks, by consensus address.
func (v *validator) powers() map[string]int64 {
	list, err := v.client.Validators(context.Background(), nil, nil, nil)
	out := map[string]int64{}
	if err != nil {
		return out
	}
	for _, x := range list.Validators {
		out[x.Address.String()] = x.VotingPower
	}
	return out
}

// height is that of the node's last block, 0 if it does not answer.
func (v *validator) height() int64 {
	s, err := v.client.Status(context.Background())
	if err != nil {
		return 0
	}
	return s.SyncInfo.LatestBlockHeight
}

// key is the key with which the validator signs blocks.
func (v *validator) key() *privval.FilePV {
	return privval.LoadFilePVEmptyState(filepath.Join(v.home, "config", "priv_validator_key.json"), "")
}

func (v *validator) address() string { return v.key().GetAddress().String() }

func (v *validator) power() int64 { return v.powers()[v.address()] }

// await waits until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		require.True(t, time.Now().Before(deadline), "no %s within %s", what, patience)
		time.Sleep(100 * time.Millisecond)
	}
}

// edit replaces texts in a file.
func edit(t *testing.T, file string, pairs ...string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, string(text), pairs[i], file)
	}
	require.NoError(t, os.WriteFile(file, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o600))
}

// newNetwork makes four homes of one chain: three validators of its genesis,
// and one that is none yet. Each operator has 1000 WEFT.
func newNetwork(t *testing.T) ([]*validator, string) {
	all, peers := make([]*validator, 4), []string{}
	for i := range all {
		v := &validator{t: t, home: filepath.Join(t.TempDir(), "home"), rpc: loopback.Must(t), p2p: loopback.Must(t), name: fmt.Sprint("op", i)}
		runWeft(t, "", "init", fmt.Sprint("node", i), "--home", v.home, "--chain-id", "weft-local")
		runWeft(t, "", "keys", "add", v.name, "--no-backup", "--home", v.home, "--keyring-backend", "test")
		v.operator = runWeft(t, "", "keys", "show", v.name, "-a", "--bech", "val", "--home", v.home, "--keyring-backend", "test")
		edit(t, filepath.Join(v.home, "config", "config.toml"), `timeout_commit = "1s"`, `timeout_commit = "200ms"`,
			`timeout_propose = "3s"`, `timeout_propose = "600ms"`, "addr_book_strict = true", "addr_book_strict = false",
			"allow_duplicate_ip = false", "allow_duplicate_ip = true")
		client, err := rpc.New("http://"+v.rpc, "/websocket")
		require.NoError(t, err)
		v.client = client
		peers = append(peers, runWeft(t, "", "comet", "show-node-id", "--home", v.home)+"@"+v.p2p)
		all[i] = v
	}
	first := filepath.Join(all[0].home, "config", "genesis.json")
	edit(t, first, `"unbonding_time": "1814400s"`, `"unbonding_time": "40s"`, `"signed_blocks_window": "100"`, `"signed_blocks_window": "10"`,
		`"downtime_jail_duration": "600s"`, `"downtime_jail_duration": "2s"`)
	for i, v := range all {
		account := runWeft(t, "", "keys", "show", v.name, "-a", "--home", v.home, "--keyring-backend", "test")
		runWeft(t, "", "genesis", "add-account", account, "1000000000uweft", "--home", all[0].home, "--keyring-backend", "test")
		if i == 3 {
			continue
		}
		genesis, err := os.ReadFile(first)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(v.home, "config", "genesis.json"), genesis, 0o600))
		file := filepath.Join(all[0].home, "config", "gentx", v.name+".json")
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		runWeft(t, "", "genesis", "gentx", v.name, "100000000uweft", "--output-document", file, "--home", v.home, "--keyring-backend", "test")
	}
	runWeft(t, "", "genesis", "collect-gentxs", "--home", all[0].home)
	genesis, err := os.ReadFile(first)
	require.NoError(t, err)
	for _, v := range all[1:] {
		require.NoError(t, os.WriteFile(filepath.Join(v.home, "config", "genesis.json"), genesis, 0o600))
	}
	return all, strings.Join(peers, ",")
}

// TestValidators lives through what a validator lives through, with four nodes
// as processes: it joins, its power follows its stake, it is absent and jailed,
// returns, signs twice and is tombstoned; stake comes back when its time is
// over; and all nodes have one state.
func TestValidators(t *testing.T) {
	all, peers := newNetwork(t)
	for _, v := range all {
		v.start(peers)
		t.Cleanup(v.stop)
	}
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(all[0].home, "node.log"))
			t.Logf("end of node0's log:\n%s", log[max(0, len(log)-4000):])
		}
	})
	a, b, c, d := all[0], all[1], all[2], all[3]
	await(t, "block on the fourth node", func() bool { return d.height() > 1 })
	require.Len(t, d.powers(), 3)

	t.Log("the fourth joins by a transaction, and signs")
	d.tx("staking", "create-validator", "--amount", "100000000uweft", "--moniker", "late")
	await(t, "fourth validator", func() bool { return a.power() == 100 && d.power() == 100 })
	await(t, "signature of the fourth", func() bool { return signs(t, a, d) })

	t.Log("power follows stake")
	a.tx("staking", "delegate", b.operator, "50000000uweft")
	await(t, "more power", func() bool { return a.powers()[b.address()] == 150 })
	a.tx("staking", "unbond", b.operator, "20000000uweft")
	await(t, "less power", func() bool { return a.powers()[b.address()] == 130 })
	unbonding := at(a.ask("staking", "unbonding-delegations-from", b.operator), "unbonding_responses")
	require.Len(t, unbonding, 1)

	t.Log("who is absent is jailed, and returns")
	d.stop()
	await(t, "jail", func() bool {
		return at(a.ask("staking", "validator", d.operator), "validator", "jailed") == true
	})
	await(t, "set without it", func() bool { return len(a.powers()) == 3 })
	jailed := at(a.ask("staking", "validator", d.operator), "validator")
	require.Equal(t, "BOND_STATUS_UNBONDING", at(jailed, "status"))
	require.Equal(t, "99000000", at(jailed, "tokens"), "1 % is slashed")
	d.start(peers)
	await(t, "caught up node", func() bool {
		s, err := d.client.Status(context.Background())
		return err == nil && !s.SyncInfo.CatchingUp && s.SyncInfo.LatestBlockHeight+1 >= a.height()
	})
	await(t, "end of the time in jail", func() bool {
		_, _, err := tryWeft("", d.flags([]string{"tx", "slashing", "unjail"}, "--from", d.name, "-y", "--gas-prices", "0.01uweft")...)
		return err == nil
	})
	await(t, "return", func() bool { return a.powers()[d.address()] == 99 })
	await(t, "its signature", func() bool { return signs(t, a, d) })

	t.Log("who signs twice is tombstoned")
	evidence := doubleVote(t, a, c)
	_, err := a.client.BroadcastEvidence(context.Background(), evidence)
	require.NoError(t, err)
	await(t, "tombstone", func() bool {
		info := a.ask("slashing", "signing-info", runWeft(t, "", "comet", "show-validator", "--home", c.home))
		return at(info, "val_signing_info", "tombstoned") == true
	})
	require.Equal(t, "95000000", at(a.ask("staking", "validator", c.operator), "validator", "tokens"), "5 % is slashed")
	await(t, "set without it", func() bool { return len(a.powers()) == 3 && a.powers()[c.address()] == 0 })
	_, said, err := tryWeft("", c.flags([]string{"tx", "slashing", "unjail"}, "--from", c.name, "-y")...)
	require.Error(t, err, "a tombstone is for ever")
	require.Contains(t, said, "still jailed")
	require.Len(t, at(a.ask("distribution", "slashes", c.operator), "slashes"), 1)

	t.Log("stake comes back")
	await(t, "end of unbonding", func() bool {
		list, _ := at(a.ask("staking", "unbonding-delegations-from", b.operator), "unbonding_responses").([]any)
		return len(list) == 0
	})
	a.tx("distribution", "withdraw-all-rewards")

	t.Log("all have one state")
	status, err := a.client.Status(context.Background())
	require.NoError(t, err)
	height := status.SyncInfo.LatestBlockHeight
	want, err := a.client.Block(context.Background(), &height)
	require.NoError(t, err)
	for _, v := range all[1:] {
		await(t, "block of "+v.name, func() bool {
			got, err := v.client.Block(context.Background(), &height)
			if err != nil || got.Block == nil {
				return false
			}
			require.Equal(t, want.Block.AppHash, got.Block.AppHash)
			require.Equal(t, want.Block.Hash(), got.Block.Hash())
			return true
		})
	}
}

// signs reports whether a validator's signature stands under the latest block.
func signs(t *testing.T, node, v *validator) bool {
	commit, err := node.client.Commit(context.Background(), nil)
	require.NoError(t, err)
	for _, s := range commit.Commit.Signatures {
		if s.ValidatorAddress.String() == v.address() && s.BlockIDFlag == types.BlockIDFlagCommit {
			return true
		}
	}
	return false
}

// doubleVote makes two votes of one validator for two blocks of one height, as
// whoever saw both of them would prove it.
func doubleVote(t *testing.T, node, v *validator) types.Evidence {
	ctx := context.Background()
	status, err := node.client.Status(ctx)
	require.NoError(t, err)
	height := status.SyncInfo.LatestBlockHeight - 1
	block, err := node.client.Block(ctx, &height)
	require.NoError(t, err)
	list, err := node.client.Validators(ctx, &height, nil, nil)
	require.NoError(t, err)
	set, err := types.ValidatorSetFromExistingValidators(list.Validators)
	require.NoError(t, err)
	key := v.key().Key.PrivKey
	index, _ := set.GetByAddress(key.PubKey().Address())
	require.GreaterOrEqual(t, index, int32(0), "it does not validate at %d", height)
	vote := func(seed string) *types.Vote {
		hash := tmhash.Sum([]byte(seed))
		x := &types.Vote{
			Type: cmtproto.PrecommitType, Height: height, BlockID: types.BlockID{Hash: hash, PartSetHeader: types.PartSetHeader{Total: 1, Hash: hash}},
			Timestamp: block.Block.Time, ValidatorAddress: key.PubKey().Address(), ValidatorIndex: index,
		}
		x.Signature, err = key.Sign(types.VoteSignBytes("weft-local", x.ToProto()))
		require.NoError(t, err)
		return x
	}
	evidence, err := types.NewDuplicateVoteEvidence(vote("one"), vote("another"), block.Block.Time, set)
	require.NoError(t, err)
	return evidence
}
