package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Msg is a message that a contract sends: one of the types of this package.
type Msg interface {
	json.Encoder
	message()
}

// ReplyOn says when a contract hears of a submessage.
type ReplyOn string

// The values of ReplyOn; the empty one is ReplyNever.
const (
	ReplyNever   ReplyOn = "never"
	ReplyAlways  ReplyOn = "always"
	ReplySuccess ReplyOn = "success"
	ReplyError   ReplyOn = "error" // the contract's call goes on although the message failed
)

// SubMsg is a message and what happens afterwards.
type SubMsg struct {
	ID       uint64 // comes back in the reply
	Msg      Msg
	ReplyOn  ReplyOn
	Payload  []byte // comes back in the reply; 128 KiB at most
	GasLimit uint64 // of the chain's gas; 0 sets no limit
}

// EncodeJSON writes the submessage as the chain reads it.
func (m *SubMsg) EncodeJSON(w *json.Writer) {
	w.Object()
	w.Name("id")
	w.Uint(m.ID)
	w.Name("msg")
	m.Msg.EncodeJSON(w)
	if len(m.Payload) > 0 {
		w.Name("payload")
		w.Binary(m.Payload)
	}
	w.Name("gas_limit")
	if m.GasLimit == 0 {
		w.Null()
	} else {
		w.Uint(m.GasLimit)
	}
	w.Name("reply_on")
	if m.ReplyOn == "" {
		w.Text(string(ReplyNever))
	} else {
		w.Text(string(m.ReplyOn))
	}
	w.EndObject()
}

// Named returns the message {"NAME":msg}.
func Named(name string, msg json.Encoder) []byte {
	w := json.NewWriter(make([]byte, 0, 128))
	w.Object()
	w.Name(name)
	msg.EncodeJSON(&w)
	w.EndObject()
	return w.Bytes()
}

// begin opens {"KIND":{"NAME":{.
func begin(w *json.Writer, kind, name string) {
	w.Object()
	w.Name(kind)
	w.Object()
	w.Name(name)
	w.Object()
}

func end(w *json.Writer) {
	w.EndObject()
	w.EndObject()
	w.EndObject()
}

func field(w *json.Writer, name, value string) {
	w.Name(name)
	w.Text(value)
}

func fieldMsg(w *json.Writer, msg []byte, funds Coins) {
	w.Name("msg")
	w.Binary(msg)
	w.Name("funds")
	funds.EncodeJSON(w)
}

// Send sends coins of the contract.
type Send struct {
	To    Addr
	Coins Coins
}

// Burn destroys coins of the contract.
type Burn struct{ Coins Coins }

// Execute calls another contract.
type Execute struct {
	Contract Addr
	Msg      []byte // JSON; see Named
	Funds    Coins
}

// Instantiate makes a contract.
type Instantiate struct {
	CodeID uint64
	Msg    []byte // JSON
	Funds  Coins
	Label  string
	Admin  Addr   // "" for none
	Salt   []byte // if not nil, the address can be computed before
}

// Migrate gives a contract another code.
type Migrate struct {
	Contract Addr
	CodeID   uint64
	Msg      []byte // JSON
}

// UpdateAdmin gives a contract another admin; "" takes it away for ever.
type UpdateAdmin struct{ Contract, Admin Addr }

// Any is a message of the chain in protobuf.
type Any struct {
	TypeURL string
	Value   []byte
}

// RawMsg is the JSON of a message of a kind that this package has no type for,
// like {"staking":{…}}.
type RawMsg string

func (Send) message()        {}
func (Burn) message()        {}
func (Execute) message()     {}
func (Instantiate) message() {}
func (Migrate) message()     {}
func (UpdateAdmin) message() {}
func (Any) message()         {}
func (RawMsg) message()      {}

// EncodeJSON writes the message as the chain reads it.
func (m Send) EncodeJSON(w *json.Writer) {
	begin(w, "bank", "send")
	field(w, "to_address", string(m.To))
	w.Name("amount")
	m.Coins.EncodeJSON(w)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Burn) EncodeJSON(w *json.Writer) {
	begin(w, "bank", "burn")
	w.Name("amount")
	m.Coins.EncodeJSON(w)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Execute) EncodeJSON(w *json.Writer) {
	begin(w, "wasm", "execute")
	field(w, "contract_addr", string(m.Contract))
	fieldMsg(w, m.Msg, m.Funds)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Instantiate) EncodeJSON(w *json.Writer) {
	name := "instantiate"
	if m.Salt != nil {
		name = "instantiate2"
	}
	begin(w, "wasm", name)
	w.Name("code_id")
	w.Uint(m.CodeID)
	fieldMsg(w, m.Msg, m.Funds)
	field(w, "label", m.Label)
	w.Name("admin")
	if m.Admin == "" {
		w.Null()
	} else {
		w.Text(string(m.Admin))
	}
	if m.Salt != nil {
		w.Name("salt")
		w.Binary(m.Salt)
	}
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Migrate) EncodeJSON(w *json.Writer) {
	begin(w, "wasm", "migrate")
	field(w, "contract_addr", string(m.Contract))
	w.Name("new_code_id")
	w.Uint(m.CodeID)
	w.Name("msg")
	w.Binary(m.Msg)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m UpdateAdmin) EncodeJSON(w *json.Writer) {
	if m.Admin == "" {
		begin(w, "wasm", "clear_admin")
		field(w, "contract_addr", string(m.Contract))
	} else {
		begin(w, "wasm", "update_admin")
		field(w, "contract_addr", string(m.Contract))
		field(w, "admin", string(m.Admin))
	}
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Any) EncodeJSON(w *json.Writer) {
	w.Object()
	w.Name("any")
	w.Object()
	field(w, "type_url", m.TypeURL)
	w.Name("value")
	w.Binary(m.Value)
	w.EndObject()
	w.EndObject()
}

// EncodeJSON writes the text.
func (m RawMsg) EncodeJSON(w *json.Writer) { w.Raw(string(m)) }
