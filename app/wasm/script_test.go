package wasm_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// A scripted contract does what its message says: the message of every entry
// point is a script, and the script of a reply travels in the payload.
type script struct {
	Set    map[string]string `json:"set"`
	Remove []string          `json:"remove"`
	Gas    uint64            `json:"gas"` // SDK gas of the contract's own
	Attrs  [][2]string       `json:"attrs"`
	Events []struct {
		Type  string      `json:"type"`
		Attrs [][2]string `json:"attrs"`
	} `json:"events"`
	Data *string `json:"data"`
	Msgs []struct {
		ID    uint64          `json:"id"`
		On    string          `json:"on"`
		Gas   *uint64         `json:"gas"`
		Do    json.RawMessage `json:"do"` // a CosmosMsg, known to this chain or not
		Reply json.RawMessage `json:"reply"`
	} `json:"msgs"`
	// Ask sends a query; the answer is kept under Keep, or is the answer of a
	// query.
	Ask json.RawMessage `json:"ask"`
	// Keep stores the result that a reply got, or the answer to Ask.
	Keep string `json:"keep"`
	Fail string `json:"fail"`
	// Pass fails with what Keep would store.
	Pass  bool   `json:"pass"`
	Trap  string `json:"trap"`
	Fault string `json:"fault"`
	Raw   string `json:"raw"` // the JSON to return
	// Answer is what a query answers.
	Answer string `json:"answer"`
}

func runScript(c *enginetest.Call, s *script, keep []byte) (*cosmwasm.Response, error) {
	c.UseGas(s.Gas * 140_000)
	if s.Ask != nil {
		keep = c.Query(expand(s.Ask))
	}
	if s.Keep != "" {
		c.Set(s.Keep, keep)
	}
	keys := make([]string, 0, len(s.Set))
	for k := range s.Set {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		c.Set(k, []byte(s.Set[k]))
	}
	for _, k := range s.Remove {
		c.Remove(k)
	}
	switch {
	case s.Fault != "":
		enginetest.Fault(errors.New(s.Fault))
	case s.Trap != "":
		enginetest.Trap(s.Trap)
	case s.Fail != "":
		return nil, errors.New(s.Fail)
	case s.Pass:
		return nil, errors.New(string(keep))
	case s.Raw != "":
		c.Raw = []byte(s.Raw)
	default:
		c.Raw = s.response()
	}
	return nil, nil
}

// response is the JSON of the response, by hand: the messages in it need not be
// ones that package cosmwasm knows.
func (s *script) response() []byte {
	type event struct {
		Type       string                    `json:"type"`
		Attributes []cosmwasm.EventAttribute `json:"attributes"`
	}
	type message struct {
		ID       uint64          `json:"id"`
		Msg      json.RawMessage `json:"msg"`
		Payload  []byte          `json:"payload,omitempty"`
		GasLimit *uint64         `json:"gas_limit"`
		ReplyOn  string          `json:"reply_on"`
	}
	var res struct {
		Messages   []message                 `json:"messages"`
		Attributes []cosmwasm.EventAttribute `json:"attributes"`
		Events     []event                   `json:"events"`
		Data       []byte                    `json:"data"`
	}
	res.Attributes = attrs(s.Attrs)
	for _, e := range s.Events {
		res.Events = append(res.Events, event{e.Type, attrs(e.Attrs)})
	}
	if s.Data != nil {
		res.Data = []byte(*s.Data)
	}
	for _, m := range s.Msgs {
		if m.On == "" {
			m.On = "never"
		}
		res.Messages = append(res.Messages, message{m.ID, m.Do, m.Reply, m.Gas, m.On})
	}
	raw, err := json.Marshal(map[string]any{"ok": res})
	if err != nil {
		panic(err)
	}
	return raw
}

func attrs(pairs [][2]string) []cosmwasm.EventAttribute {
	var out []cosmwasm.EventAttribute
	for _, p := range pairs {
		out = append(out, cosmwasm.EventAttribute{Key: p[0], Value: p[1]})
	}
	return out
}

// parseScript reads a script strictly, so that a typing error in a scenario
// does not pass for a contract that does nothing.
func parseScript(doc []byte) *script {
	var s script
	if len(doc) == 0 {
		return &s
	}
	if err := json.Unmarshal(expand(doc), &s); err != nil {
		panic(fmt.Sprintf("script %s: %v", doc, err))
	}
	return &s
}

// scripted is the contract.
func scripted() *enginetest.Contract {
	run := func(c *enginetest.Call) (*cosmwasm.Response, error) {
		return runScript(c, parseScript(c.Msg), nil)
	}
	return &enginetest.Contract{
		Instantiate: run, Execute: run, Migrate: run, Sudo: run,
		Reply: func(c *enginetest.Call) (*cosmwasm.Response, error) {
			var reply cosmwasm.Reply
			if err := cosmwasm.Unmarshal(c.Msg, &reply); err != nil {
				return nil, err
			}
			result, err := json.Marshal(reply.Result)
			if err != nil {
				return nil, err
			}
			return runScript(c, parseScript(reply.Payload), fmt.Appendf(nil, "#%d %s", reply.ID, result))
		},
		Query: func(c *enginetest.Call) ([]byte, error) {
			s := parseScript(c.Msg)
			if s.Ask != nil {
				c.UseGas(s.Gas * 140_000)
				return c.Query(expand(s.Ask)), nil
			}
			if _, err := runScript(c, s, nil); err != nil {
				return nil, err
			}
			return []byte(s.Answer), nil
		},
		Capabilities: []string{"staking", "iterator"},
	}
}

// expand writes {"msg":{…}} as contracts do, {"msg":"<base64>"}, at any depth,
// and {"utf8":"x"} as the base64 of x.
func expand(doc []byte) []byte {
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		return doc // malformed on purpose
	}
	out, err := json.Marshal(expandValue("", v))
	if err != nil {
		panic(err)
	}
	return out
}

func expandValue(key string, v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = expandValue("", v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = expandValue(k, v[k])
		}
		if text, ok := v["utf8"].(string); ok && len(v) == 1 {
			return base64.StdEncoding.EncodeToString([]byte(text))
		}
		if key == "msg" {
			raw, err := json.Marshal(v)
			if err != nil {
				panic(err)
			}
			return base64.StdEncoding.EncodeToString(raw)
		}
	}
	return v
}
