package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Reply is how a submessage ended.
type Reply struct {
	ID        uint64
	Payload   []byte
	Err       string // "" if it succeeded; the chain leaves out what nodes may not agree on
	Events    []Event
	Responses []MsgResponse
}

// MsgResponse is the answer of a message's handler, in protobuf.
type MsgResponse struct {
	TypeURL string
	Value   []byte
}

type onReply func(*Context, *Reply) (*Response, error)

// OnReply makes the handler of Contract.Reply.
func OnReply(f func(c *Context, r *Reply) (*Response, error)) Handler { return onReply(f) }

func (f onReply) handle(c *Context, r *json.Reader) (*Response, error) {
	var reply Reply
	r.Lenient = true
	reply.DecodeJSON(r)
	if err := r.End(); err != nil {
		return nil, err
	}
	return f(c, &reply)
}

// OK reports whether the submessage succeeded.
func (r *Reply) OK() bool { return r.Err == "" }

// Instantiated returns the address and the data of the contract that the
// submessage made.
func (r *Reply) Instantiated() (contract Addr, data []byte, ok bool) {
	if len(r.Responses) == 0 {
		return "", nil, false
	}
	address, ok := protoField(r.Responses[0].Value, 1)
	data, _ = protoField(r.Responses[0].Value, 2)
	return Addr(address), data, ok
}

// Executed returns the data that the contract which the submessage executed
// responded with.
func (r *Reply) Executed() []byte {
	if len(r.Responses) == 0 {
		return nil
	}
	data, _ := protoField(r.Responses[0].Value, 1)
	return data
}

// protoField returns the last field of a number, among fields that all are
// texts or bytes.
func protoField(msg []byte, number byte) (value []byte, ok bool) {
	for len(msg) > 0 {
		tag := msg[0]
		n, size := uvarint(msg[1:])
		if tag&7 != 2 || size == 0 || n > uint64(len(msg)-1-size) {
			return nil, false
		}
		msg = msg[1+size:]
		if tag>>3 == number {
			value, ok = msg[:n], true
		}
		msg = msg[n:]
	}
	return value, ok
}

func uvarint(b []byte) (v uint64, size int) {
	for i, c := range b[:min(len(b), 9)] {
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// DecodeJSON reads the document that the chain passes to reply.
func (r *Reply) DecodeJSON(j *json.Reader) {
	for j.Object(); j.Field(); {
		switch j.Name {
		case "id":
			r.ID = j.Uint()
		case "payload":
			r.Payload = j.Binary()
		case "result":
			for j.Object(); j.Field(); {
				switch j.Name {
				case "ok":
					r.decodeOK(j)
				case "error":
					if r.Err = j.Text(); r.Err == "" {
						r.Err = "error without a text"
					}
				default:
					j.Unknown()
				}
			}
		default:
			j.Unknown()
		}
	}
}

func (r *Reply) decodeOK(j *json.Reader) {
	for j.Object(); j.Field(); {
		switch j.Name {
		case "events":
			for j.Array(); j.Element(); {
				r.Events = append(r.Events, decodeEvent(j))
			}
		case "msg_responses":
			for j.Array(); j.Element(); {
				r.Responses = append(r.Responses, decodeResponse(j))
			}
		default:
			j.Unknown()
		}
	}
}

func decodeEvent(j *json.Reader) (e Event) {
	for j.Object(); j.Field(); {
		switch j.Name {
		case "type":
			e.Type = j.Text()
		case "attributes":
			for j.Array(); j.Element(); {
				var a Attribute
				for j.Object(); j.Field(); {
					switch j.Name {
					case "key":
						a.Key = j.Text()
					case "value":
						a.Value = j.Text()
					default:
						j.Unknown()
					}
				}
				e.Attributes = append(e.Attributes, a)
			}
		default:
			j.Unknown()
		}
	}
	return e
}

func decodeResponse(j *json.Reader) (m MsgResponse) {
	for j.Object(); j.Field(); {
		switch j.Name {
		case "type_url":
			m.TypeURL = j.Text()
		case "value":
			m.Value = j.Binary()
		default:
			j.Unknown()
		}
	}
	return m
}
