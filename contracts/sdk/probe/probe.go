// Package probe is a contract that does on demand what the SDK offers: the
// subject of the SDK's tests, natively and as wasm.
package probe

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the probe.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("put", put),
		sdk.On("drop", drop),
		sdk.On("sweep", sweep),
		sdk.On("panic", fail),
		sdk.On("messages", messages),
		sdk.On("shapes", shapes),
		sdk.On("large", large),
		sdk.On("receive", receive),
		sdk.On("child", child),
		sdk.On("stake", stake),
		sdk.On("unstake", unstake),
	},
	Query: sdk.Answers{
		sdk.Answer("range", list),
		sdk.Answer("page", page),
		sdk.Answer("pairs", pairs),
		sdk.Answer("env", env),
		sdk.Answer("address", address),
		sdk.Answer("chain", chain),
		sdk.Answer("crypto", crypto),
		sdk.Answer("batch", batch),
		sdk.Answer("predict", predict),
		sdk.Answer("staked", staked),
		sdk.Answer("bank", bank),
		sdk.Answer("rows", rows),
	},
	Reply:   sdk.OnReply(reply),
	Sudo:    sdk.Do(sudo),
	Migrate: sdk.Do(migrate),
}

var (
	numbers = sdk.NewMap[sdk.U64, Text]("numbers")
	grid    = sdk.NewMap[sdk.Pair[sdk.Text, sdk.U64], Text]("grid")
)

// Text is a text with the methods of a stored type.
type Text string

// EncodeJSON writes the text.
func (t Text) EncodeJSON(w *json.Writer) { w.Text(string(t)) }

// DecodeJSON reads the text.
func (t *Text) DecodeJSON(r *json.Reader) { *t = Text(r.Text()) }

// Texts is a list as an answer.
type Texts []string

// EncodeJSON writes the list.
func (l Texts) EncodeJSON(w *json.Writer) {
	w.Array()
	for _, s := range l {
		w.Text(s)
	}
	w.EndArray()
}

// Empty is a message without fields.
//
//sdk:json
type Empty struct{}

// Put stores a text.
//
//sdk:json
type Put struct {
	Row   string `json:"row"`
	Key   uint64 `json:"key,string"`
	Value string `json:"value"`
}

// Fail says how to fail.
//
//sdk:json
type Fail struct {
	How string `json:"how"`
}

// List asks for a range.
//
//sdk:json
type List struct {
	Row        string  `json:"row,omitempty"`
	From       *uint64 `json:"from"`
	After      *uint64 `json:"after"`
	To         *uint64 `json:"to"`
	Before     *uint64 `json:"before"`
	Descending bool    `json:"descending,omitempty"`
	Limit      int     `json:"limit,omitempty"`
	What       string  `json:"what,omitempty"` // keys, values or both
}

// Page asks for a page of numbers.
//
//sdk:json
type Page struct {
	StartAfter *sdk.U64 `json:"start_after"`
	Limit      *uint32  `json:"limit"`
	Reverse    bool     `json:"reverse,omitempty"`
}

// Shapes has a field of every kind.
//
//sdk:json
type Shapes struct {
	Text    string        `json:"text"`
	Yes     bool          `json:"yes"`
	I8      int8          `json:"i8"`
	I64     int64         `json:"i64"`
	U16     uint16        `json:"u16"`
	U64     uint64        `json:"u64,string"`
	Bytes   []byte        `json:"bytes"`
	Amount  sdk.Uint128   `json:"amount"`
	Coins   sdk.Coins     `json:"coins"`
	List    []int32       `json:"list"`
	Pointer *sdk.Uint256  `json:"pointer"`
	Texts   []string      `json:"texts,omitempty"`
	Inner   *Put          `json:"inner,omitempty"`
	Inners  []Put         `json:"inners,omitempty"`
	Small   *uint8        `json:"small,omitempty"`
	Zero    sdk.Uint128   `json:"zero,omitempty"`
	Time    sdk.Timestamp `json:"time"`
}

// Receive is what a CW20 token tells; the message is a text.
//
//sdk:json
type Receive struct {
	Sender sdk.Addr    `json:"sender"`
	Amount sdk.Uint128 `json:"amount"`
	Msg    []byte      `json:"msg"`
}

func instantiate(c *sdk.Context, _ *Empty) (*sdk.Response, error) {
	return &sdk.Response{Data: []byte(c.Sender)}, nil
}

func put(c *sdk.Context, m *Put) (*sdk.Response, error) {
	numbers.Save(c, sdk.U64(m.Key), Text(m.Value))
	grid.Save(c, sdk.Pair[sdk.Text, sdk.U64]{First: sdk.Text(m.Row), Second: sdk.U64(m.Key)}, Text(m.Value))
	return nil, nil
}

func drop(c *sdk.Context, m *Put) (*sdk.Response, error) {
	numbers.Remove(c, sdk.U64(m.Key))
	return &sdk.Response{}, nil
}

func fail(c *sdk.Context, m *Fail) (*sdk.Response, error) {
	numbers.Save(c, 99, "must not stay")
	var list []int
	var nothing *Fail
	switch m.How {
	case "text":
		panic("a text")
	case "error":
		panic(sdk.Error("an error"))
	case "index":
		list[len(m.How)] = 1
	case "nil":
		return nil, sdk.Error(nothing.How)
	case "overflow":
		sdk.Max128.Add(sdk.U128(1))
	case "zero":
		sdk.U128(1).Div(sdk.U128(0))
	case "value":
		panic(list)
	case "empty":
		return nil, sdk.Error("")
	}
	return nil, sdk.Error("a plain " + m.How + " with \"quotes\"")
}

func messages(c *sdk.Context, _ *Empty) (*sdk.Response, error) {
	r := sdk.Respond("messages").Send("bobby", sdk.NewCoin("uweft", 5)).Add(sdk.Burn{Coins: c.Funds})
	r.Call("other", "put", &Put{Row: "r", Key: 1, Value: "v"}, sdk.NewCoin("x", 1), sdk.NewCoin("y", 2))
	r.AddSub(sdk.SubMsg{
		ID: 7, ReplyOn: sdk.ReplyAlways, Payload: []byte("payload"), GasLimit: 100_000,
		Msg: sdk.Instantiate{CodeID: 3, Msg: []byte("{}"), Label: "child", Admin: c.Self()},
	})
	r.Add(sdk.Instantiate{CodeID: 3, Msg: []byte("{}"), Label: "child", Salt: []byte("salt")})
	r.Add(sdk.Migrate{Contract: "other", CodeID: 4, Msg: []byte("{}")}).Add(sdk.UpdateAdmin{Contract: "other", Admin: "bobby"})
	r.Add(sdk.UpdateAdmin{Contract: "other"}).Add(sdk.Any{TypeURL: "/a.B", Value: []byte{1}}).Add(sdk.RawMsg(`{"custom":{"x":[1]}}`))
	r.Event(sdk.Event{Type: "first", Attributes: []sdk.Attribute{{Key: "k", Value: "ü\n"}}}).Event(sdk.Event{Type: "second"})
	r.Data = []byte{0, 1}
	return r, nil
}

func shapes(_ *sdk.Context, m *Shapes) (*sdk.Response, error) {
	return &sdk.Response{Data: json.Encode(m)}, nil
}

// receive keeps what came, unless the message says no; it asks the token what
// it has now, and hears of a message that fails.
func receive(c *sdk.Context, m *Receive) (*sdk.Response, error) {
	if string(m.Msg) == "no" {
		return nil, sdk.Error("the message says no")
	}
	numbers.Save(c, 1, Text(m.Amount.String()))
	r := sdk.Respond("receive").Attr("from", m.Sender.String()).Attr("token", c.Sender.String())
	return r.AddSub(sdk.SubMsg{
		ID: 1, ReplyOn: sdk.ReplyError, Payload: []byte("kept"),
		Msg: sdk.Execute{Contract: c.Self(), Msg: sdk.Named("panic", &Fail{How: "text"})},
	}), nil
}

// large answers with as many bytes as it got, times eight.
func large(c *sdk.Context, m *Fail) (*sdk.Response, error) {
	text := m.How
	for range 3 {
		text += text
	}
	c.Set([]byte("large"), []byte(text))
	back, _ := c.Get([]byte("large"))
	return sdk.Respond("large").Attr("text", string(back)), nil
}

func list(c *sdk.Context, m *List) (Texts, error) {
	if m.Row != "" {
		return collect(c, sdk.Sub(grid, sdk.Text(m.Row)), m), nil
	}
	return collect(c, numbers, m), nil
}

func collect(c *sdk.Context, from sdk.Map[sdk.U64, Text], m *List) Texts {
	out := Texts{}
	switch r := m.span(); m.What {
	case "keys":
		for k := range from.Keys(c, r) {
			out = append(out, sdk.U128(uint64(k)).String())
		}
	case "values":
		for v := range from.Values(c, r) {
			out = append(out, string(v))
		}
	default:
		for k, v := range from.All(c, r) {
			out = append(out, sdk.U128(uint64(k)).String()+string(v))
		}
	}
	return out
}

func (m *List) span() sdk.Range[sdk.U64] {
	key := func(v *uint64) *sdk.U64 { return (*sdk.U64)(v) }
	return sdk.Range[sdk.U64]{From: key(m.From), After: key(m.After), To: key(m.To), Before: key(m.Before), Descending: m.Descending, Limit: m.Limit}
}

func page(c *sdk.Context, m *Page) (Texts, error) {
	r := sdk.Page(m.StartAfter, m.Limit)
	if m.Reverse {
		r = r.Reverse()
	}
	out := Texts{}
	for k := range numbers.Keys(c, r) {
		out = append(out, sdk.U128(uint64(k)).String())
	}
	return out, nil
}

// sweep removes numbers while it walks through them, and adds one that the walk
// must not meet; then it clears a range.
func sweep(c *sdk.Context, m *List) (*sdk.Response, error) {
	r := sdk.Respond("sweep")
	for k := range numbers.Keys(c, sdk.Range[sdk.U64]{}) {
		numbers.Remove(c, k+100)
		numbers.Save(c, k+1, "new")
		r.Attr("met", sdk.U128(uint64(k)).String())
	}
	n := numbers.Clear(c, m.span())
	return r.Attr("cleared", sdk.U128(uint64(n)).String()), nil
}

func pairs(c *sdk.Context, _ *Empty) (Texts, error) {
	out := Texts{}
	for k, v := range grid.All(c, sdk.Range[sdk.Pair[sdk.Text, sdk.U64]]{}) {
		out = append(out, string(k.First)+"/"+sdk.U128(uint64(k.Second)).String()+"="+string(v))
	}
	return out, nil
}

func env(c *sdk.Context, _ *Empty) (Texts, error) {
	c.Debug("asked for env")
	b := c.Block()
	return Texts{
		sdk.U128(b.Height).String(), sdk.U128(uint64(b.Time)).String(), b.ChainID, c.Self().String(),
		sdk.U128(uint64(c.Transaction().Index)).String(), sdk.U128(b.Time.Seconds()).String(),
	}, nil
}

func address(c *sdk.Context, m *Fail) (Texts, error) {
	a, err := c.Address(m.How)
	if err != nil {
		return nil, err
	}
	raw, err := c.Canonical(a)
	if err != nil {
		return nil, err
	}
	b, err := c.Human(raw)
	if _, bad := c.Human([]byte{0xff}); bad == nil {
		return nil, sdk.Error("0xff is an address")
	}
	return Texts{a.String(), string(raw), b.String()}, err
}

func chain(c *sdk.Context, m *Fail) (Texts, error) {
	balance, err := c.Balance(c.Self(), "uweft")
	if err != nil {
		return nil, err
	}
	var answer Put
	if err := c.Ask("other", "get", &Fail{m.How}, &answer); err != nil {
		return nil, err
	}
	raw, err := c.AskRaw("other", []byte("key"))
	if err != nil {
		return nil, err
	}
	i, err := c.ContractInfo("other")
	_, refused := c.Supply("uweft")
	return Texts{balance.String(), answer.Value, string(raw), i.Creator.String(), i.Admin.String(), refused.Error()}, err
}

func reply(_ *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
	res := sdk.Respond("reply").Attr("id", sdk.U128(r.ID).String()).Attr("payload", string(r.Payload)).Attr("error", r.Err)
	if a, data, ok := r.Instantiated(); ok && r.OK() {
		res.Attr("address", a.String()).Attr("data", string(data))
	}
	for _, e := range r.Events {
		if len(e.Attributes) == 0 || e.Attributes[0].Key[0] != '_' { // those are the chain's to write
			res.Event(e)
		}
	}
	return res, nil
}

func sudo(*sdk.Context, *Empty) (*sdk.Response, error) { return sdk.Respond("sudo"), nil }

func migrate(c *sdk.Context, _ *Empty) (*sdk.Response, error) {
	version := "none"
	if c.OldVersion != nil {
		version = sdk.U128(*c.OldVersion).String()
	}
	return sdk.Respond("migrate").Attr("by", c.Sender.String()).Attr("from", version), nil
}
