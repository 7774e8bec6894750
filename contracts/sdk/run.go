package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// The entry points, by the names of the chain's interface.
const (
	entryInstantiate = "instantiate"
	entryExecute     = "execute"
	entryQuery       = "query"
	entryMigrate     = "migrate"
	entrySudo        = "sudo"
	entryReply       = "reply"
)

// run answers a call: it appends the JSON of the result to out. info is that of
// the sender; sudo, reply and query have none.
func (k *Contract) run(h host, entry, env, info, msg string, out []byte) (result []byte) {
	defer func() {
		if v := recover(); v != nil {
			if passes(v) {
				panic(v)
			}
			result = failure(out, recovered(v))
		}
	}()
	c := newContext()
	c.host, c.env = h, env
	if info != "" {
		if err := c.readInfo(info); err != nil {
			return failure(out, err.Error())
		}
	}
	if entry == entryQuery {
		return k.query(c, msg, out)
	}
	res, err := k.respond(c, entry, msg)
	if err != nil {
		return failure(out, err.Error())
	}
	w := &c.writer
	*w = json.NewWriter(append(out, `{"ok":`...))
	res.EncodeJSON(w)
	return append(w.Bytes(), '}')
}

func (k *Contract) respond(c *Context, entry, msg string) (*Response, error) {
	c.reader = json.NewReader(msg)
	var h Handler
	switch entry {
	case entryInstantiate:
		h = k.Instantiate
	case entryExecute:
		h = k.Execute
	case entryMigrate:
		h = k.Migrate
	case entrySudo:
		h = k.Sudo
	case entryReply:
		h = k.Reply
	}
	if h == nil {
		return nil, Error("the contract has no entry point " + entry)
	}
	return h.handle(c, &c.reader)
}

func (k *Contract) query(c *Context, msg string, out []byte) []byte {
	r := json.NewReader(msg)
	w := json.NewWriter(make([]byte, 0, 512))
	if err := k.Query.answer(c, &r, &w); err != nil {
		return failure(out, err.Error())
	}
	result := json.NewWriter(append(out, `{"ok":`...))
	result.Binary(w.Bytes())
	return append(result.Bytes(), '}')
}

func failure(out []byte, text string) []byte {
	if text == "" {
		text = "error without a text" // the chain takes no empty one
	}
	w := json.NewWriter(append(out, `{"error":`...))
	w.Text(text)
	return append(w.Bytes(), '}')
}
