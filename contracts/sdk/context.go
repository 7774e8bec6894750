package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Context is a call of a contract: who calls, and everything that the contract
// can ask of the chain. It is valid until the handler returns.
type Context struct {
	// Sender calls instantiate, execute or migrate; "" at other entry points.
	Sender Addr
	// Funds came along with instantiate or execute: the contract has them already.
	Funds Coins
	// OldVersion is the version that the code before a migration gave itself
	// (custom section cw_migrate_version); nil without.
	OldVersion *uint64

	host host
	env  string // JSON; read when somebody asks
	read bool
	data environment

	// Room for what a call needs again and again, so that it is not allocated.
	keyRoom   [128]byte
	valueRoom [256]byte
	reader    json.Reader
	writer    json.Writer
}

type environment struct {
	block Block
	tx    *Transaction
	self  Addr
}

// Block is the block that a call belongs to.
type Block struct {
	Height  uint64
	Time    Timestamp
	ChainID string
}

// Timestamp is a time in nanoseconds since 1970, UTC. In JSON it is a text of
// digits.
type Timestamp uint64

// Second is a second in the unit of Timestamp.
const Second Timestamp = 1_000_000_000

// Seconds returns the whole seconds since 1970.
func (t Timestamp) Seconds() uint64 { return uint64(t / Second) }

// EncodeJSON writes the digits in quotes.
func (t Timestamp) EncodeJSON(w *json.Writer) { w.UintText(uint64(t)) }

// DecodeJSON reads digits in quotes.
func (t *Timestamp) DecodeJSON(r *json.Reader) { *t = Timestamp(r.UintText()) }

// Transaction is the transaction that a call belongs to.
type Transaction struct {
	Index uint32 // position in the block, from 0
	Hash  []byte // SHA-256 of the transaction's bytes; nil if the chain does not tell
}

// Block returns the block that the call belongs to.
func (c *Context) Block() Block { return c.environment().block }

// Transaction returns the transaction that the call belongs to; nil in a query
// from outside.
func (c *Context) Transaction() *Transaction { return c.environment().tx }

// Self returns the contract's own address.
func (c *Context) Self() Addr { return c.environment().self }

// Debug writes a line to the node's contract log, if the node keeps one.
func (c *Context) Debug(text string) { c.host.debug(text) }

func (c *Context) environment() *environment {
	if !c.read {
		c.read = true
		if err := json.DecodeLenient(c.env, &c.data); err != nil {
			panic(Error("env: " + err.Error()))
		}
	}
	return &c.data
}

// DecodeJSON reads the document that the chain passes as env.
func (e *environment) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "block":
			e.block.decode(r)
		case "transaction":
			if !r.Null() {
				e.tx = &Transaction{}
				e.tx.decode(r)
			}
		case "contract":
			for r.Object(); r.Field(); {
				if r.Name == "address" {
					e.self = Addr(r.Text())
				} else {
					r.Unknown()
				}
			}
		default:
			r.Unknown()
		}
	}
}

func (b *Block) decode(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "height":
			b.Height = r.Uint()
		case "time":
			b.Time.DecodeJSON(r)
		case "chain_id":
			b.ChainID = r.Text()
		default:
			r.Unknown()
		}
	}
}

func (t *Transaction) decode(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "index":
			t.Index = uint32(r.UintOf(32))
		case "hash":
			t.Hash = r.Binary()
		default:
			r.Unknown()
		}
	}
}

// readInfo reads MessageInfo or MigrateInfo.
func (c *Context) readInfo(info string) error {
	r := json.NewReader(info)
	r.Lenient = true
	for r.Object(); r.Field(); {
		switch r.Name {
		case "sender":
			c.Sender = Addr(r.Text())
		case "funds":
			c.Funds.DecodeJSON(&r)
		case "old_migrate_version":
			if !r.Null() {
				v := r.Uint()
				c.OldVersion = &v
			}
		default:
			r.Unknown()
		}
	}
	return r.End()
}
