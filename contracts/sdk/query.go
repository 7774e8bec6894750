package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Query asks the chain: request is the JSON of a query, like
// {"staking":{"bonded_denom":{}}} or {"custom":…}, the result is that of the
// answer. A contract or module that refuses gives an error.
func (c *Context) Query(request []byte) ([]byte, error) {
	var a answer
	if err := json.DecodeLenient(c.host.query(request), &a); err != nil {
		return nil, err
	}
	return a.data, a.err
}

// answer is the chain's answer to a query.
type answer struct {
	data []byte
	err  error
}

// DecodeJSON reads {"ok":{"ok":data}}, {"ok":{"error":text}} or {"error":{…}}.
func (a *answer) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "ok":
			for r.Object(); r.Field(); {
				switch r.Name {
				case "ok":
					a.data = r.Binary()
				case "error":
					a.err = Error(r.Text())
				default:
					r.Unknown()
				}
			}
		case "error":
			a.err = Error("query: " + r.Raw())
		default:
			r.Unknown()
		}
	}
}

// ask is Query with an answer of a type.
func (c *Context) ask(w *json.Writer, into json.Decoder) error {
	data, err := c.Query(w.Bytes())
	if err != nil {
		return err
	}
	return json.DecodeLenient(string(data), into)
}

// request begins the request {"KIND":{"NAME":{ for up to two texts.
func request(kind, name string, fields ...string) json.Writer {
	w := json.NewWriter(make([]byte, 0, 192))
	begin(&w, kind, name)
	for i := 0; i+1 < len(fields); i += 2 {
		field(&w, fields[i], fields[i+1])
	}
	return w
}

// QueryCustom asks a query of a kind that only this chain knows: {"custom":msg}.
func (c *Context) QueryCustom(msg json.Encoder, into json.Decoder) error {
	w := json.NewWriter(make([]byte, 0, 192))
	w.Object()
	w.Name("custom")
	msg.EncodeJSON(&w)
	w.EndObject()
	return c.ask(&w, into)
}

// QueryGRPC asks a module by the path of a gRPC method, like
// /cosmos.bank.v1beta1.Query/Supply; request and answer are protobuf. A chain
// answers those methods only that it allows contracts to ask.
func (c *Context) QueryGRPC(path string, request []byte) ([]byte, error) {
	w := json.NewWriter(make([]byte, 0, 192))
	w.Object()
	w.Name("grpc")
	w.Object()
	field(&w, "path", path)
	w.Name("data")
	w.Binary(request)
	w.EndObject()
	w.EndObject()
	return c.Query(w.Bytes())
}
