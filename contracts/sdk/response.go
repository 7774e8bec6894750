package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Response is what a contract wants to happen after a call that succeeded. The
// methods that add to it return it, so that they can be chained:
//
//	return sdk.Respond("withdraw").Attr("to", to.String()).Send(to, coins...), nil
type Response struct {
	Messages   []SubMsg
	Attributes []Attribute // of the event "wasm"
	Events     []Event
	Data       []byte // nil leaves the data alone

	room [6]Attribute // for the first attributes
}

// Attribute is a pair of an event. Keys must not be empty nor begin with "_".
type Attribute struct{ Key, Value string }

// Event is an event of its own; on the chain its type begins with "wasm-".
type Event struct {
	Type       string // two characters at least
	Attributes []Attribute
}

// Respond begins a response with the attribute "action".
func Respond(action string) *Response {
	r := &Response{}
	r.room[0] = Attribute{"action", action}
	r.Attributes = r.room[:1]
	return r
}

// Attr adds an attribute to the event "wasm".
func (r *Response) Attr(key, value string) *Response {
	r.Attributes = append(r.Attributes, Attribute{key, value})
	return r
}

// Event adds an event.
func (r *Response) Event(e Event) *Response {
	r.Events = append(r.Events, e)
	return r
}

// Add sends a message. If it fails, so does the whole call.
func (r *Response) Add(m Msg) *Response { return r.AddSub(SubMsg{Msg: m}) }

// AddSub sends a message whose end the contract may want to hear of.
func (r *Response) AddSub(m SubMsg) *Response {
	r.Messages = append(r.Messages, m)
	return r
}

// Send sends coins of the contract.
func (r *Response) Send(to Addr, coins ...Coin) *Response { return r.Add(Send{to, coins}) }

// Call executes another contract with the message {"NAME":msg}.
func (r *Response) Call(contract Addr, name string, msg json.Encoder, funds ...Coin) *Response {
	return r.Add(Execute{Contract: contract, Msg: Named(name, msg), Funds: funds})
}

// EncodeJSON writes the response as the chain reads it.
func (r *Response) EncodeJSON(w *json.Writer) {
	if r == nil {
		r = &Response{}
	}
	w.Append(`{"messages":[`)
	for i := range r.Messages {
		r.Messages[i].EncodeJSON(w)
	}
	w.Append(`],"attributes":`)
	encodeAttributes(w, r.Attributes)
	w.Append(`,"events":[`)
	for i := range r.Events {
		w.Object()
		w.Append(`"type":`)
		w.Text(r.Events[i].Type)
		w.Append(`,"attributes":`)
		encodeAttributes(w, r.Events[i].Attributes)
		w.EndObject()
	}
	if r.Data == nil {
		w.Append(`],"data":null}`)
		return
	}
	w.Append(`],"data":`)
	w.Binary(r.Data)
	w.EndObject()
}

func encodeAttributes(w *json.Writer, list []Attribute) {
	w.Append("[")
	for i := range list {
		w.Object()
		w.Append(`"key":`)
		w.Text(list[i].Key)
		w.Append(`,"value":`)
		w.Text(list[i].Value)
		w.Append("}")
	}
	w.Append("]")
}
