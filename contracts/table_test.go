package contracts_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/contracts/airdrop/tree"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/internal/golden"
)

// page has the table, between two lines of comment.
const (
	page       = "../docs/contracts.md"
	tableBegin = "<!-- table: go test ./contracts -run TestTable -update -->\n"
	tableEnd   = "<!-- end of table -->\n"
)

// world is a chain with an example on it.
type world struct {
	*testkit.Chain
	alice, bob, contract sdk.Addr
}

// examples are what stands in the table: how each begins, and what it is mostly
// called with.
var examples = []struct {
	name  string
	begin func(w world) string // the first message
	call  string               // its name
	do    func(w world) *testkit.Result
}{
	{
		"counter", func(world) string { return `{"count":41}` },
		"increment", func(w world) *testkit.Result { return w.by(w.bob, `{"increment":{}}`) },
	},
	{
		"token", func(w world) string {
			return fmt.Sprintf(`{"name":"Test","symbol":"TST","decimals":6,"initial_balances":[{"address":%q,"amount":"1000000"},{"address":%q,"amount":"1"}]}`, w.alice, w.bob)
		},
		"transfer", func(w world) *testkit.Result {
			return w.by(w.alice, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"5000"}}`, w.bob))
		},
	},
	{
		"nft", func(w world) string { return fmt.Sprintf(`{"name":"Test","symbol":"TST","minter":%q}`, w.alice) },
		"transfer_nft", func(w world) *testkit.Result {
			w.by(w.alice, fmt.Sprintf(`{"mint":{"token_id":"1","owner":%q,"token_uri":"ipfs://one"}}`, w.alice))
			return w.by(w.alice, fmt.Sprintf(`{"transfer_nft":{"recipient":%q,"token_id":"1"}}`, w.bob))
		},
	},
	{
		"escrow", func(world) string { return `{}` },
		"approve", func(w world) *testkit.Result {
			w.by(w.alice, fmt.Sprintf(`{"create":{"id":"order-7","arbiter":%q,"recipient":%q,"title":"A book","description":"","end_height":99999}}`, w.bob, w.alice), "100uweft")
			return w.by(w.bob, `{"approve":{"id":"order-7"}}`)
		},
	},
	{
		"amm", func(world) string { return `{"assets":[{"native":"uweft"},{"native":"uusd"}],"fee_bps":30}` },
		"swap", func(w world) *testkit.Result {
			w.by(w.alice, `{"provide":{"amounts":["1000000","4000000"],"min_shares":"0"}}`, "1000000uweft,4000000uusd")
			return w.by(w.bob, `{"swap":{"min_out":"39000"}}`, "10000uweft")
		},
	},
	{
		"multisig", func(w world) string {
			return fmt.Sprintf(`{"voters":[{"addr":%q,"weight":1},{"addr":%q,"weight":1}],"threshold":{"absolute_count":{"weight":2}},"max_voting_period":{"height":30}}`, w.alice, w.bob)
		},
		"vote", func(w world) *testkit.Result {
			w.by(w.alice, `{"propose":{"title":"T","description":"D","msgs":[]}}`)
			return w.by(w.bob, `{"vote":{"proposal_id":1,"vote":"yes"}}`)
		},
	},
	{
		"names", func(world) string { return `{"denom":"uweft","prices":[{"length":3,"per_year":"36500"}]}` },
		"register", func(w world) *testkit.Result {
			return w.by(w.bob, `{"register":{"name":"robert","days":90}}`, "9000uweft")
		},
	},
	{
		"airdrop", func(world) string { return `{"asset":{"native":"uweft"}}` },
		"claim", func(w world) *testkit.Result {
			entries := []tree.Entry{{Address: string(w.alice), Amount: sdk.U128(10)}, {Address: string(w.bob), Amount: sdk.U128(20)}}
			for i := range 998 { // a tree of ten levels
				entries = append(entries, tree.Entry{Address: "weft1" + strconv.Itoa(i), Amount: sdk.U128(1)})
			}
			list, err := tree.New(entries)
			if err != nil {
				panic(err)
			}
			w.by(w.alice, fmt.Sprintf(`{"register":{"merkle_root":%q,"expiration":{"at_height":20000}}}`, list.Root()), "5000uweft")
			proof, _ := list.Proof(string(w.bob))
			return w.by(w.bob, fmt.Sprintf(`{"claim":{"stage":1,"amount":"20","proof":["%s"]}}`, strings.Join(proof, `","`)))
		},
	},
	{
		"miningpool", func(world) string { return `{"window":4}` },
		"distribute", func(w world) *testkit.Result {
			for _, who := range []sdk.Addr{w.alice, w.bob} {
				var tag struct{ Tag string }
				w.MustQuery(w.contract, fmt.Sprintf(`{"tag":{"address":%q}}`, who), &tag)
				w.Mine(w.contract, tag.Tag, 3)
			}
			w.Settle()
			return w.by(w.alice, `{"distribute":{}}`)
		},
	},
	{
		"arcade", func(world) string { return `{"price":"10","most":"1000","leader_bps":2500}` },
		"settle", func(w world) *testkit.Result {
			w.by(w.alice, `{"play":{}}`, "30uweft")
			w.NextEpoch()
			w.Mine(w.bob, "", 3)
			w.Settle()
			return w.by(w.alice, `{"settle":{"epoch":0}}`)
		},
	},
}

// by is a call that must succeed.
func (w world) by(who sdk.Addr, msg string, funds ...string) *testkit.Result {
	return w.MustExecute(who, w.contract, msg, funds...)
}

// TestTable compares the table of the page with what the examples are and use.
// Numbers may be off by a fiftieth, so that not every change of a contract
// changes the page.
func TestTable(t *testing.T) {
	mains, err := filepath.Glob("*/wasm/main.go")
	require.NoError(t, err)
	var b strings.Builder
	b.WriteString("| Example | Bytes | gzip | instantiate | Call | Gas | VM gas |\n| --- | ---: | ---: | ---: | --- | ---: | ---: |\n")
	for _, e := range examples {
		dir := filepath.Join(e.name, "wasm")
		mains = slices.DeleteFunc(mains, func(name string) bool { return name == filepath.Join(dir, "main.go") })
		var options []testkit.Option
		if e.name == "miningpool" || e.name == "arcade" { // they ask about a lottery
			options = append(options, testkit.WithLottery())
		}
		w := world{Chain: testkit.New(t, testkit.Contracts{e.name: {Dir: dir}}, options...)}
		w.alice, w.bob = w.Account("alice", "5000000uweft", "5000000uusd"), w.Account("bob", "5000000uweft")
		contract, made, err := w.TryInstantiate(testkit.Instantiation{Code: e.name, Sender: w.alice, Msg: e.begin(w)})
		require.NoError(t, err, e.name)
		w.contract = contract
		res := e.do(w)
		code := testkit.Build(t, dir)
		fmt.Fprintf(&b, "| [%s](../contracts/%s) | %s | %s | %s | %s | %s | %s |\n", e.name, e.name, commas(uint64(len(code))), commas(packed(t, code)),
			commas(made.GasUsed), e.call, commas(res.GasUsed), commas(res.VMGas))
	}
	require.Empty(t, mains, "these examples are not in the table: add them to this test")

	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), tableBegin)
	require.True(t, ok, "%s has no line %s", page, tableBegin)
	table, after, ok := strings.Cut(rest, tableEnd)
	require.True(t, ok, "%s has no line %s", page, tableEnd)
	if golden.Updating() {
		require.NoError(t, os.WriteFile(page, []byte(before+tableBegin+b.String()+tableEnd+after), 0o600))
		return
	}
	near(t, table, b.String())
}

// near compares two tables cell by cell.
func near(t *testing.T, page, now string) {
	t.Helper()
	const advice = "if this is meant: go test ./contracts -run TestTable -update"
	old, cells := strings.Split(page, "|"), strings.Split(now, "|")
	require.Len(t, old, len(cells), advice)
	for i, cell := range cells {
		is, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(cell), ",", ""), 64)
		if err != nil {
			require.Equal(t, old[i], cell, advice)
			continue
		}
		was, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(old[i]), ",", ""), 64)
		require.NoError(t, err, advice)
		require.InEpsilon(t, is, was, 0.02, "%s: %s", cells[i-i%8+1], advice)
	}
}

func packed(t *testing.T, code []byte) uint64 {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	require.NoError(t, err)
	_, err = w.Write(code)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return uint64(b.Len())
}

// commas writes a number in groups of three digits.
func commas(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
