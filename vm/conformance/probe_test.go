//go:build cgo

package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/weftchain/weft/vm"
)

// A probe finds out what messages a contract takes from what it says about
// those that it does not take: "expected one of", "missing field", "invalid
// type". So it gets past the parser of contracts that nobody wrote a script for.
type probe struct {
	l       *lab
	address string
	entry   string
	sender  string
}

var (
	listed   = regexp.MustCompile("expected (?:one of )?((?:`[^`]+`(?:, | or )?)+)")
	quoted   = regexp.MustCompile("`([^`]+)`")
	missing  = regexp.MustCompile("missing field `([^`]+)`")
	mistaken = regexp.MustCompile(`invalid type|Invalid type|invalid value|Expected this character|Expected to parse|Invalid number|expected value|Expected (?:a|an|to)|data did not match|Error parsing|Error decoding|invalid digit|cannot parse|expected`)
)

// guesses are tried in order for a field that has to be there.
var guesses = []any{
	"contract", json.Number("1"),
	[]any{},
	map[string]any{},
	true, nil, "1000", "e30=",
	[]any{"contract"},
	"0.5", "2000000000000000000",
	[]any{map[string]any{"address": "contract", "amount": "1000"}},
	[]any{map[string]any{"denom": "token", "amount": "1"}},
	[]any{map[string]any{"addr": "contract", "weight": json.Number("1")}},
	map[string]any{"denom": "token", "amount": "1"},
	map[string]any{"native": "token"},
	map[string]any{"height": json.Number("100")},
	map[string]any{"absolute_count": map[string]any{"weight": json.Number("1")}},
	[]any{[]any{"contract", "contract"}},
}

// call sends a document and returns the contract's complaint ("" if it has none)
// and whether the machine failed.
func (p *probe) call(doc any) (complaint string, failed bool) {
	p.l.tb.Helper()
	msg, err := json.Marshal(doc)
	if err != nil {
		p.l.tb.Fatal(err)
	}
	before := p.l.save()
	out := p.l.call(sweepLimit/10, p.address, p.entry, documents3(p.entry, p.sender, string(msg))...)
	if out.Err != "" {
		p.l.restore(before)
		return "", true
	}
	_, complaint = resultOf(out.Data)
	if complaint != "" {
		p.l.restore(before)
	}
	return complaint, false
}

// fill completes a message that starts as an empty object, guided by complaints,
// and returns the last form of it.
func (p *probe) fill(wrap func(body map[string]any) any) (body map[string]any, complaint string) {
	body = map[string]any{}
	last, guess := "", 0
	for range 60 {
		var failed bool
		complaint, failed = p.call(wrap(body))
		if failed || complaint == "" {
			return body, complaint
		}
		if m := missing.FindStringSubmatch(complaint); m != nil {
			if _, there := body[m[1]]; !there {
				last, guess = m[1], 0
				body[last] = guesses[0]
				continue
			}
		}
		if last == "" || !mistaken.MatchString(complaint) {
			return body, complaint
		}
		if guess++; guess == len(guesses) {
			return body, complaint
		}
		body[last] = guesses[guess]
	}
	return body, complaint
}

// run sends every variant of an entry point's message, as far as it can be found.
func (p *probe) run() {
	p.l.tb.Helper()
	complaint, _ := p.call(map[string]any{"no such variant": map[string]any{}})
	names := []string{}
	if m := listed.FindStringSubmatch(complaint); m != nil {
		for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
			names = append(names, q[1])
		}
	}
	if strings.Contains(complaint, "missing field") || len(names) == 0 {
		body, _ := p.fill(func(body map[string]any) any { return body })
		p.sweep(body)
		return
	}
	for _, name := range names {
		body, _ := p.fill(func(body map[string]any) any { return map[string]any{name: body} })
		p.sweep(map[string]any{name: body})
	}
}

// sweep repeats the last form of a message under many gas limits.
func (p *probe) sweep(doc any) {
	msg, err := json.Marshal(doc)
	if err != nil {
		p.l.tb.Fatal(err)
	}
	before := p.l.save()
	if out := p.l.sweep(p.address, p.entry, documents3(p.entry, p.sender, string(msg))...); out.Err != "" || strings.HasPrefix(string(out.Data), `{"error"`) {
		p.l.restore(before)
	}
}

// instantiations are messages for well-known contracts, which guessing would not
// find.
var instantiations = map[string]string{
	"cw20_base": `{"name":"Coin","symbol":"COIN","decimals":6,"initial_balances":[{"address":"contract","amount":"1000000"},{"address":"friend","amount":"5"}],"mint":{"minter":"contract"},` +
		`"marketing":{"project":"p","description":"d","marketing":"contract","logo":{"url":"http://x"}}}`,
	"cw1_whitelist":        `{"admins":["contract","friend"],"mutable":true}`,
	"cw4_group":            `{"admin":"contract","members":[{"addr":"friend","weight":3},{"addr":"contract","weight":5}]}`,
	"staking":              `{"name":"Deriv","symbol":"DRV","decimals":6,"validator":"validator","exit_tax":"0.1","min_withdrawal":"10"}`,
	"cw3_fixed_multisig":   `{"voters":[{"addr":"contract","weight":1}],"threshold":{"absolute_count":{"weight":1}},"max_voting_period":{"height":100}}`,
	"cw721_base":           `{"name":"N","symbol":"NFT","minter":"contract"}`,
	"neutron_distribution": `{"main_dao_address":"contract","security_dao_address":"friend","denom":"untrn"}`,
	"neutron_treasury":     `{"main_dao_address":"contract","security_dao_address":"friend","denom":"untrn","distribution_rate":"0.5","min_period":1000,"distribution_contract":"d","reserve_contract":"r","vesting_denominator":"100"}`,
}

// explore makes an instance of a contract and probes all its entry points.
func (l *lab) explore(name string, c *code) {
	l.tb.Helper()
	l.add("contract", c)
	both, _ := engines()
	a, err := both.weft.engine.Analyze(vm.Code{Checksum: c.checksum, Load: func() ([]byte, error) { return c.wasm, nil }})
	if err != nil {
		l.tb.Fatal(err)
	}
	p := &probe{l, "contract", "instantiate", "contract"}
	started := false
	for _, known := range slices.Sorted(maps.Keys(instantiations)) {
		if strings.Contains(name, known) {
			out := l.sweep("contract", "instantiate", documents3("instantiate", "contract", instantiations[known])...)
			started = started || strings.HasPrefix(string(out.Data), `{"ok"`)
		}
	}
	if !started {
		p.run()
	}
	for _, entry := range entries {
		if entry != "instantiate" && slices.Contains(a.EntryPoints, entry) {
			p.entry = entry
			p.run()
		}
	}
	if slices.Contains(a.EntryPoints, "query") { // and again, on what the calls have left
		p.entry = "query"
		p.run()
	}
	shorter := garbage[:8]
	for _, entry := range entries {
		for _, msg := range shorter {
			l.call(gasLimit, "contract", entry, documents3(entry, "creator", msg)...)
		}
	}
	l.call(gasLimit, "contract", "migrate", env, `{}`, migrateInfo)
}

// corpus are the contracts of each source that no script above runs.
func corpus(tb testing.TB, source string) []string {
	tb.Helper()
	var files []string
	seen := map[string]bool{}
	err := filepath.WalkDir(sourceDir(tb, source), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(d.Name(), ".wasm") {
			return err
		}
		code, err := readContract(path)
		if err != nil { // some are broken on purpose
			return nil
		}
		if sum := string(digest(code)); !seen[sum] {
			seen[sum] = true
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

func exploreFiles(t *testing.T, files []string) {
	t.Helper()
	for _, path := range files {
		code, err := readContract(path)
		if err != nil {
			t.Fatal(err)
		}
		l := newLab(t)
		before := callsCompared.Load()
		if _, known := contractsSeen.Load(newCode("", code).checksum); known {
			continue // a script runs it
		}
		if c := l.store(filepath.Base(path), code); c != nil {
			l.explore(filepath.Base(path), c)
		}
		t.Logf("%s: %d calls", filepath.Base(path), callsCompared.Load()-before)
	}
}

func TestCorpusOfWasmvm(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "wasmvm1"))
	exploreFiles(t, corpus(t, "wasmvm2"))
}

func TestCorpusOfWasmd(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "wasmd"))
	exploreFiles(t, corpus(t, "wasmd30"))
}

func TestCorpusOfNeutron(t *testing.T) {
	t.Parallel()
	exploreFiles(t, corpus(t, "neutron"))
}

// WEFT_CONTRACTS names a directory with more contracts to probe.
func TestCorpusOfYours(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(os.Getenv("WEFT_CONTRACTS"), "*.wasm*"))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("WEFT_CONTRACTS") != "" && len(files) == 0 {
		t.Fatal(fmt.Errorf("no contracts in %s", os.Getenv("WEFT_CONTRACTS")))
	}
	exploreFiles(t, files)
}

// resultOf takes what an entry point returned apart; what is no result at all is
// a complaint of its own.
func resultOf(data []byte) (ok json.RawMessage, complaint string) {
	var r struct {
		Ok    json.RawMessage `json:"ok"`
		Error string          `json:"error"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err.Error()
	}
	return r.Ok, r.Error
}
