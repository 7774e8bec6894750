// Package native runs a contract without a chain: a [Host] has a store, accounts
// and a block in a few Go maps. A test calls the contract with messages in JSON
// and looks at what comes of it, with the debugger and coverage of any Go test.
//
// A Host is one contract on its own. Messages that it sends are in the result
// and go nowhere; queries to others are answered by a function of the test. For
// whole chains with several contracts there is package testkit.
package native

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/weftchain/weft/contracts/sdk"
)

// Host is a contract and the small world that it lives in. Its fields may be
// changed between calls.
type Host struct {
	Block    sdk.Block
	Self     string               // the contract's address
	Store    map[string]string    // the contract's
	Balances map[string]sdk.Coins // of accounts; Execute and Instantiate move funds
	// Answer answers the queries that are not about balances: request is the
	// JSON of a QueryRequest. nil refuses.
	Answer func(request string) (string, error)
	// Verify answers the crypto imports, by their names; testkit.Crypto does it as
	// the chain does. nil ends a call that asks.
	Verify func(name string, args ...[]byte) (answer []byte, code uint32)
	// Lines are what the contract wrote with Debug.
	Lines []string
	// Transcript has a line for each call and what it gave: two runs that agree
	// have the same.
	Transcript []string

	run       Runner
	iterators [][]entry // what is left
	readOnly  bool
}

// Runner answers a call of the chain: the arguments are those of the entry point,
// the result its JSON. An error is a trap.
type Runner func(h sdk.Host, entry string, args ...[]byte) ([]byte, error)

// New returns a host for a contract in Go.
func New(contract sdk.Contract) *Host {
	return NewRunner(func(h sdk.Host, entry string, args ...[]byte) (raw []byte, err error) {
		defer func() {
			switch r := recover().(type) {
			case nil:
			case Refused:
				raw, err = nil, r
			default:
				panic(r)

			}
		}()
		return contract.Run(h, entry, args...), nil
	})
}

// NewRunner returns a host for a contract of any kind.
func NewRunner(run Runner) *Host {
	return &Host{
		Block:    sdk.Block{Height: 12_345, Time: 1_571_797_419_879_305_533, ChainID: "native"},
		Self:     "contract",
		Store:    map[string]string{},
		Balances: map[string]sdk.Coins{},
		run:      run,
	}
}

// Result is what a contract wants to happen.
type Result struct {
	Messages   []SubMsg        `json:"messages"`
	Attributes []sdk.Attribute `json:"attributes"`
	Events     []sdk.Event     `json:"events"`
	Data       []byte          `json:"data"`
}

// SubMsg is a message that the contract sends.
type SubMsg struct {
	ID      uint64          `json:"id"`
	Msg     json.RawMessage `json:"msg"`
	ReplyOn string          `json:"reply_on"`
	Payload []byte          `json:"payload"`
}

// Attr returns the value of the first attribute with a key, "" without one.
func (r *Result) Attr(key string) string {
	for _, a := range r.Attributes {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

// Instantiate begins the contract's life.
func (h *Host) Instantiate(sender, msg string, funds ...sdk.Coin) (*Result, error) {
	return h.pay("instantiate", sender, msg, funds)
}

// Execute sends the contract a message.
func (h *Host) Execute(sender, msg string, funds ...sdk.Coin) (*Result, error) {
	return h.pay("execute", sender, msg, funds)
}

// Migrate calls the contract as new code of an old one; oldVersion 0 is none.
func (h *Host) Migrate(sender, msg string, oldVersion uint64) (*Result, error) {
	version := "null"
	if oldVersion > 0 {
		version = fmt.Sprint(oldVersion)
	}
	return h.respond("migrate", h.env(), []byte(msg), fmt.Appendf(nil, `{"sender":%q,"old_migrate_version":%s}`, sender, version))
}

// Sudo calls the contract as the chain does.
func (h *Host) Sudo(msg string) (*Result, error) { return h.respond("sudo", h.env(), []byte(msg)) }

// Reply tells the contract how a submessage ended: the JSON of a Reply.
func (h *Host) Reply(reply string) (*Result, error) {
	return h.respond("reply", h.env(), []byte(reply))
}

// Query asks the contract and returns the JSON of its answer.
func (h *Host) Query(msg string) (string, error) {
	h.readOnly = true
	defer func() { h.readOnly = false }()
	var answer []byte
	err := h.call(&answer, "query", h.env(), []byte(msg))
	return string(answer), err
}

// pay moves the funds first, as a chain does.
func (h *Host) pay(entry, sender, msg string, funds sdk.Coins) (*Result, error) {
	before := maps.Clone(h.Balances)
	for _, c := range funds {
		left, ok := h.Balances[sender].Of(c.Denom).TrySub(c.Amount)
		if !ok {
			h.Balances = before
			return nil, fmt.Errorf("%s has not %s", sender, c)
		}
		h.set(sender, sdk.Coin{Denom: c.Denom, Amount: left})
		h.set(h.Self, sdk.Coin{Denom: c.Denom, Amount: h.Balances[h.Self].Of(c.Denom).Add(c.Amount)})
	}
	res, err := h.respond(entry, h.env(), info(sender, funds), []byte(msg))
	if err != nil {
		h.Balances = before
	}
	return res, err
}

func (h *Host) set(account string, c sdk.Coin) {
	rest := slices.DeleteFunc(slices.Clone(h.Balances[account]), func(old sdk.Coin) bool { return old.Denom == c.Denom })
	h.Balances[account] = append(rest, c)
}

func (h *Host) respond(entry string, args ...[]byte) (*Result, error) {
	var res Result
	if err := h.call(&res, entry, args...); err != nil {
		return nil, err
	}
	return &res, nil
}

// call runs an entry point and undoes what it wrote if it failed.
func (h *Host) call(into any, entry string, args ...[]byte) error {
	before := maps.Clone(h.Store)
	h.iterators = nil
	raw, err := h.run(h, entry, args...)
	var result struct {
		Ok    json.RawMessage `json:"ok"`
		Error string          `json:"error"`
	}
	if err == nil {
		err = json.Unmarshal(raw, &result)
	}
	if err == nil && result.Error != "" {
		err = sdk.Error(result.Error)
	}
	if err == nil {
		err = json.Unmarshal(result.Ok, into)
	}
	if err != nil {
		h.Store = before
	}
	h.Transcript = append(h.Transcript, fmt.Sprintf("%s %s -> %s", entry, args[len(args)-1], raw))
	return err
}

func (h *Host) env() []byte {
	return fmt.Appendf(nil, `{"block":{"height":%d,"time":"%d","chain_id":%q},"transaction":{"index":0},"contract":{"address":%q}}`,
		h.Block.Height, h.Block.Time, h.Block.ChainID, h.Self)
}

func info(sender string, funds sdk.Coins) []byte {
	var coins []string
	for _, c := range funds {
		coins = append(coins, fmt.Sprintf(`{"denom":%q,"amount":"%s"}`, c.Denom, c.Amount))
	}
	return fmt.Appendf(nil, `{"sender":%q,"funds":[%s]}`, sender, strings.Join(coins, ","))
}

// Refused is why a contract may not do something at all; it ends the call as a
// trap does.
type Refused string

// Unwind tells the SDK that this is not a panic of the contract.
func (Refused) Unwind() {}

// Error returns the text.
func (r Refused) Error() string { return string(r) }

func (h *Host) write() {
	if h.readOnly {
		panic(Refused("a query must not write to the store"))
	}
}

// ok wraps the answer to a query.
func ok(doc string) []byte {
	return []byte(`{"ok":{"ok":"` + base64.StdEncoding.EncodeToString([]byte(doc)) + `"}}`)
}
