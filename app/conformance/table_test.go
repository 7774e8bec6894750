package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
	"github.com/weftchain/weft/vm"
)

// dump is where TestGasTable writes its transactions, byte for byte, so that
// they can be replayed on the reference: accounts, coins and numbers are those
// of its genesis.
var dump = flag.String("dump", "", "file to write the transactions of TestGasTable to")

const (
	tableChain  = "weft-gas"
	tablePrefix = chain.Bech32("weft")
	tableFee    = "5000uweft"
	tableFunds  = "1000000000uweft"
)

var tableStart = time.Date(2026, time.January, 2, 3, 4, 5, 6, time.UTC)

// table is a chain on which one transaction after the other runs, each in a
// block of its own.
type table struct {
	t      *testing.T
	app    *app.App
	height int64
	number map[string]uint64
	next   map[string]uint64 // sequences
	rows   []row
	script struct {
		ChainID  string
		Start    time.Time
		Accounts []map[string]string
		Blocks   [][]map[string]any
	}
}

// row is what a transaction used here, and what simulations told: with its fee
// and gas limit stated, and bare as clients simulate that ask for the gas to
// reckon the fee.
type row struct {
	name               string
	used, stated, bare uint64
	paid               bool
}

// within checks that a simulation told enough, and not more than 5 % too much.
func (r row) within(t *testing.T) {
	t.Helper()
	require.GreaterOrEqual(t, r.stated, r.used, r.name)
	require.LessOrEqual(t, r.stated, r.used+r.used/20, r.name)
	if !r.paid {
		return // a bare simulation reckons with a fee
	}
	require.GreaterOrEqual(t, r.bare, r.used, r.name)
	if r.name != usedUp { // what no simulation knows without the fee
		require.LessOrEqual(t, r.bare, r.used+r.used/20, r.name)
	}
}

const usedUp = "send, the allowance used up"

func secret(t *testing.T, name string) tx.PrivKey {
	sum := sha256.Sum256([]byte("key of " + name))
	key, err := tx.NewPrivKey(sum[:])
	require.NoError(t, err)
	return key
}

func address(t *testing.T, name string) string {
	return tablePrefix.Account(secret(t, name).PubKey().Address())
}

func parse(t *testing.T, text string) chain.Coins {
	c, err := chain.ParseCoins(text)
	require.NoError(t, err)
	return c
}

func newTable(t *testing.T, people ...string) *table {
	store, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	engine, err := vm.New(vm.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	x := &table{t: t, number: map[string]uint64{}, next: map[string]uint64{}}
	x.script.ChainID, x.script.Start = tableChain, tableStart
	x.app, err = app.New(app.Options{Store: store, Engine: engine, ChainID: tableChain})
	require.NoError(t, err)
	t.Cleanup(x.app.Close)
	g := app.DefaultGenesis()
	add := func(name, address string) {
		require.NoError(t, g.AddAccount(tablePrefix, address, parse(t, tableFunds)))
		x.number[name] = uint64(len(x.number))
		x.script.Accounts = append(x.script.Accounts, map[string]string{"Address": address, "Coins": tableFunds})
	}
	for _, name := range people {
		add(name, address(t, name))
	}
	joint := tablePrefix.Account(jointKey(t).Address())
	add(joint, joint)
	raw, err := g.JSON()
	require.NoError(t, err)
	_, _, err = x.app.InitGenesis(raw, tableStart, 1, 0)
	require.NoError(t, err)
	x.block(nil)
	return x
}

// block executes and commits a block.
func (x *table) block(raw []byte) chain.Result {
	x.t.Helper()
	x.height++
	in := app.BlockInput{Height: x.height, Time: tableStart.Add(time.Duration(x.height) * time.Second)}
	if raw != nil {
		in.Txs = [][]byte{raw}
	}
	res, err := x.app.Execute(in)
	require.NoError(x.t, err)
	require.NoError(x.t, x.app.Commit())
	if raw == nil {
		return chain.Result{}
	}
	return res.Txs[0]
}

// tableGas is the gas limit of every transaction.
const tableGas = 9_000_000

// run simulates and delivers a transaction and makes a row of it.
func (x *table) run(name, from string, b tx.Builder) {
	x.t.Helper()
	b.GasLimit = tableGas
	bare := b
	bare.Fee, bare.GasLimit = nil, 0
	key := secret(x.t, from)
	r := row{name: name, stated: x.simulate(name, key.PubKey(), x.next[from], b), bare: x.simulate(name, key.PubKey(), x.next[from], bare), paid: len(b.Fee) > 0}
	raw, err := b.Sign(key, tableChain, x.number[from], x.next[from])
	require.NoError(x.t, err)
	x.next[from]++
	x.deliver(r, raw)
}

// deliver makes a row of a transaction that was simulated.
func (x *table) deliver(r row, raw []byte) {
	x.t.Helper()
	res := x.block(raw)
	require.True(x.t, res.OK(), "%s: %s/%d %s", r.name, res.Codespace, res.Code, res.Log)
	r.used = res.GasUsed
	x.rows = append(x.rows, r)
	x.script.Blocks = append(x.script.Blocks, []map[string]any{{
		"Name": r.name, "Raw": hex.EncodeToString(raw), "Gas": res.GasUsed, "Events": res.Events,
	}})
}

// simulate is what a simulation tells of a transaction that nobody signed yet.
func (x *table) simulate(name string, key tx.PubKey, sequence uint64, b tx.Builder) uint64 {
	x.t.Helper()
	unsigned, err := b.ForSimulation(key, sequence)
	require.NoError(x.t, err)
	res, err := x.app.Simulate(unsigned)
	require.NoError(x.t, err)
	require.True(x.t, res.OK(), "%s, simulated: %s", name, res.Log)
	return res.GasUsed
}

// free runs messages without a fee, paid with one.
func (x *table) free(name, from string, msgs ...chain.Message) {
	x.t.Helper()
	x.run(name, from, tx.Builder{Msgs: msgs})
}

func (x *table) paid(name, from string, msgs ...chain.Message) {
	x.t.Helper()
	x.run(name, from, tx.Builder{Msgs: msgs, Fee: parse(x.t, tableFee)})
}

func (x *table) granted(name, from, granter string, msgs ...chain.Message) {
	x.t.Helper()
	x.run(name, from, tx.Builder{Msgs: msgs, Fee: parse(x.t, tableFee), FeeGranter: address(x.t, granter)})
}

// TestGasTable runs what gas.md lists: nothing may use more than it does on the
// reference, and what simulations tell is enough and at most 5 % too much.
func TestGasTable(t *testing.T) {
	x := newTable(t, "alice", "bob", "carol", "dave")
	x.sends()
	x.grants()
	x.cw20()
	x.others()
	x.joint()
	if *dump != "" {
		out, err := json.Marshal(x.script)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(*dump, out, 0o644))
	}
	listed := gasTable(t)
	for _, r := range x.rows {
		t.Logf("%-40s %9d simulated %9d, bare %9d", r.name, r.used, r.stated, r.bare)
		r.within(t)
		want, found := listed[r.name]
		if !found {
			t.Errorf("docs/spec/gas.md has no row %q", r.name)
			continue
		}
		require.Equal(t, want.weft, r.used, r.name)
		require.LessOrEqual(t, r.used, want.reference, r.name)
		delete(listed, r.name)
	}
	require.Empty(t, listed, "rows of gas.md that nothing runs")
}

type listedGas struct{ reference, weft uint64 }

// gasTable reads the rows "name | wasmd | weft" of the section "Whole
// transactions" of gas.md.
func gasTable(t *testing.T) map[string]listedGas {
	raw, err := os.ReadFile("../../docs/spec/gas.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(raw), "## Whole transactions (SDK gas)")
	require.True(t, found, "gas.md has no section")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string]listedGas{}
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 {
			continue
		}
		number := func(s string) uint64 {
			n, err := strconv.ParseUint(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), 10, 64)
			if err != nil {
				return 0
			}
			return n
		}
		if reference := number(cells[1]); reference > 0 {
			rows[strings.TrimSpace(cells[0])] = listedGas{reference, number(cells[2])}
		}
	}
	return rows
}
