//go:build cgo

package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	funds   string // as JSON
}

// documents puts env and info before a message where an entry point wants them.
func (p *probe) documents(msg string) []string {
	if p.entry == "instantiate" || p.entry == "execute" {
		return []string{env, fmt.Sprintf(`{"sender":%q,"funds":%s}`, p.sender, p.funds), msg}
	}
	return []string{env, msg}
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
	out := p.l.call(sweepLimit/10, p.address, p.entry, p.documents(string(msg))...)
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

// run sends every variant of an entry point's message, as far as it can be found.
func (p *probe) run() {
	p.l.tb.Helper()
	complaint, _ := p.call(map[string]any{"no such variant": map[string]any{}})
	names := []string{}
	if m := sylvia.FindStringSubmatch(complaint); m != nil {
		names = strings.Split(m[1], ", ")
	} else if m := listed.FindStringSubmatch(complaint); m != nil && !strings.Contains(complaint, "unknown field") {
		for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
			names = append(names, q[1])
		}
	}
	if strings.Contains(complaint, "missing field") || len(names) == 0 {
		body := p.fill(func(body map[string]any) any { return body })
		p.sweep(body)
		p.variations(body)
		return
	}
	for _, name := range names {
		body := p.fill(func(body map[string]any) any { return map[string]any{name: body} })
		p.sweep(map[string]any{name: body})
		p.variations(map[string]any{name: body})
	}
}

// sweep repeats the last form of a message under many gas limits.
func (p *probe) sweep(doc any) {
	msg, err := json.Marshal(doc)
	if err != nil {
		p.l.tb.Fatal(err)
	}
	before := p.l.save()
	if out := p.l.sweep(p.address, p.entry, p.documents(string(msg))...); out.Err != "" || strings.HasPrefix(string(out.Data), `{"error"`) {
		p.l.restore(before)
	} else if p.entry != "query" && p.entry != "reply" {
		p.reply(out.Data)
	}
}

// reply tells a contract that its submessages have gone well, or not.
func (p *probe) reply(data []byte) {
	var r struct {
		Ok struct{ Messages []struct{ ID json.Number } }
	}
	if json.Unmarshal(data, &r) != nil {
		return
	}
	for _, m := range r.Ok.Messages[:min(5, len(r.Ok.Messages))] {
		// The data is {1: "coin"}: the address of a new contract, or a new denom.
		const ok = `{"ok":{"events":[{"type":"instantiate","attributes":[{"key":"_contract_address","value":"coin"}]}],` +
			`"data":"CgRjb2lu","msg_responses":[{"type_url":"/osmosis.tokenfactory.v1beta1.MsgCreateDenomResponse","value":"CgRjb2lu"}]}}`
		head := `{"id":` + m.ID.String() + `,"gas_used":7,"payload":"","result":`
		before := p.l.save()
		p.l.sweep(p.address, "reply", env, head+`{"error":"codespace: sdk, code: 5"}}`)
		p.l.restore(before)
		p.l.sweep(p.address, "reply", env, head+ok+`}`)
	}
}

// explore makes an instance of a contract and probes all its entry points. There
// is a token beside it, "coin".
func (l *lab) explore(name string, c, coin *code) {
	l.tb.Helper()
	l.add("contract", c)
	l.add("coin", coin)
	l.call(gasLimit, "coin", "instantiate", documents3("instantiate", "contract", instantiations["cw20_base"])...)
	both, _ := engines()
	a, err := both.weft.engine.Analyze(vm.Code{Checksum: c.checksum, Load: func() ([]byte, error) { return c.wasm, nil }})
	if err != nil {
		l.tb.Fatal(err)
	}
	p := &probe{l, "contract", "instantiate", "contract", payments[0]}
	if !p.start(name) {
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

// start instantiates a contract that is known by its name. Some want no funds.
func (p *probe) start(name string) (started bool) {
	for _, known := range slices.Sorted(maps.Keys(instantiations)) {
		if !strings.Contains(name, known) {
			continue
		}
		for _, p.funds = range payments[:2] {
			out := p.l.sweep(p.address, p.entry, p.documents(instantiations[known])...)
			if ok, _ := resultOf(out.Data); ok != nil {
				p.reply(out.Data)
				started = true
				break
			}
		}
	}
	return started
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
