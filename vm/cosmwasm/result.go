package cosmwasm

import (
	"errors"
	"fmt"
)

// MaxPayloadBytes bounds the payload of a submessage.
const MaxPayloadBytes = 128 * 1024

// ContractResult is what instantiate, execute, migrate, sudo and reply return:
// exactly one of Ok and Err (which is not empty).
type ContractResult struct {
	Ok  *Response `json:"ok,omitempty"`
	Err string    `json:"error,omitempty"`
}

// Response is what a contract wants to happen.
type Response struct {
	Messages   []SubMsg         `json:"messages"`
	Data       []byte           `json:"data"` // nil leaves the data alone, empty sets it to nothing
	Attributes []EventAttribute `json:"attributes"`
	Events     []Event          `json:"events"`
}

// Event is an event of a contract beside the one that carries its attributes.
type Event struct {
	Type       string                `json:"type"`
	Attributes Array[EventAttribute] `json:"attributes"`
}

// EventAttribute is a pair of an event.
type EventAttribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ReplyOn says when a contract wants to hear of a submessage.
type ReplyOn string

// The values of ReplyOn; UnsetReplyOn is that of a SubMsg without the field.
const (
	UnsetReplyOn ReplyOn = ""
	ReplyAlways  ReplyOn = "always"
	ReplySuccess ReplyOn = "success"
	ReplyError   ReplyOn = "error"
	ReplyNever   ReplyOn = "never"
)

func (r *ReplyOn) check() error {
	switch *r {
	case ReplyAlways, ReplySuccess, ReplyError, ReplyNever:
		return nil
	case UnsetReplyOn: // an empty text is no value either
	}
	return fmt.Errorf("invalid reply_on value '%s'", string(*r))
}

// SubMsg is a message to dispatch and what to do afterwards.
type SubMsg struct {
	ID       uint64    `json:"id"`
	Msg      CosmosMsg `json:"msg"`
	Payload  []byte    `json:"payload,omitempty"`
	GasLimit *uint64   `json:"gas_limit,omitempty"` // SDK gas; nil is no limit of its own
	ReplyOn  ReplyOn   `json:"reply_on"`
}

// Reply is the argument of the reply entry point.
type Reply struct {
	GasUsed uint64       `json:"gas_used"` // wasmd leaves it 0
	ID      uint64       `json:"id"`
	Result  SubMsgResult `json:"result"`
	Payload []byte       `json:"payload,omitempty"`
}

// SubMsgResult is how a submessage ended: exactly one of Ok and Err.
type SubMsgResult struct {
	Ok  *SubMsgResponse `json:"ok,omitempty"`
	Err string          `json:"error,omitempty"`
}

// SubMsgResponse is what a successful submessage left.
type SubMsgResponse struct {
	Events       Array[Event]       `json:"events"`
	Data         []byte             `json:"data,omitempty"` // of the first response, for contracts of 1.x
	MsgResponses Array[MsgResponse] `json:"msg_responses"`
}

// MsgResponse is the answer of a message handler, in protobuf.
type MsgResponse struct {
	TypeURL string `json:"type_url"`
	Value   []byte `json:"value"`
}

// QueryResult is what the query entry point returns, and the inner part of an
// answer to a contract's own query. With neither field set it is an empty Ok.
type QueryResult struct {
	Ok  []byte `json:"ok,omitempty"`
	Err string `json:"error,omitempty"`
}

var errNoResult = errors.New(`JSON: expected "ok" or a text in "error"`)

// DecodeContractResult reads the result of an entry point that responds, and
// checks the sizes of payloads. Texts of it may be parts of doc, which nobody may
// change afterwards.
func DecodeContractResult(doc []byte) (*ContractResult, error) {
	var r ContractResult
	if err := unmarshalOwn(doc, &r); err != nil {
		return nil, err
	}
	if r.Ok == nil {
		if r.Err == "" {
			return nil, errNoResult
		}
		return &r, nil
	}
	return &r, checkPayloads(r.Ok.Messages)
}

func checkPayloads(msgs []SubMsg) error {
	for i := range msgs {
		if n := len(msgs[i].Payload); n > MaxPayloadBytes {
			return fmt.Errorf("reply contains submessage at index %d with payload larger than %d bytes: %d bytes", i, MaxPayloadBytes, n)
		}
	}
	return nil
}

// DecodeQueryResult reads the result of the query entry point. Ok is not nil if
// there was no error.
func DecodeQueryResult(doc []byte) (*QueryResult, error) {
	var r QueryResult
	if err := Unmarshal(doc, &r); err != nil {
		return nil, err
	}
	if r.Ok == nil && r.Err == "" {
		return nil, errNoResult
	}
	return &r, nil
}

func (*ContractResult) oneOf() {}
func (*SubMsgResult) oneOf()   {}
func (*QueryResult) oneOf()    {}
