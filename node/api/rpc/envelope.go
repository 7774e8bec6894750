package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Codes of JSON-RPC errors, and of a limit of this door.
const (
	codeParse      = -32700
	codeInvalid    = -32600
	codeNoMethod   = -32601
	codeParams     = -32602
	codeInternal   = -32603
	codeLimit      = -32005 // "limit exceeded", as other chains' nodes use it
	codeServer     = -32000
	maxIDBytes     = 256
	maxMethodBytes = 64
)

// rpcError is the error of one call.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data,omitempty"`
}

// Error implements error.
func (e *rpcError) Error() string { return e.Message + ": " + e.Data }

func fail(code int, format string, args ...any) *rpcError {
	message := map[int]string{
		codeParse: "Parse error. Invalid JSON", codeInvalid: "Invalid Request", codeNoMethod: "Method not found",
		codeParams: "Invalid params", codeInternal: "Internal error", codeLimit: "Limit exceeded", codeServer: "Server error",
	}[code]
	return &rpcError{Code: code, Message: message, Data: fmt.Sprintf(format, args...)}
}

// request is one call. The id is its JSON as it came, and comes back so.
type request struct {
	id     json.RawMessage
	method string
	params json.RawMessage
}

// notification reports a request that asks for no answer. CometBFT does not
// run it, neither does the door.
func (r request) notification() bool { return r.id == nil }

// parse reads one call. The error is for the caller, with the id if there was
// a usable one.
func parse(raw []byte) (request, *rpcError) {
	var in struct {
		Version json.RawMessage `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Method  *string         `json:"method"`
		Params  json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return request{}, fail(codeParse, "error unmarshaling request: %v", err)
		}
		return request{}, fail(codeInvalid, "a request is an object with jsonrpc, id, method and params: %v", err)
	}
	if len(in.ID) == 0 || string(in.ID) == "null" {
		if in.Method == nil {
			return request{}, fail(codeInvalid, "a request needs a method and an id")
		}
		return request{}, nil
	}
	if err := checkID(in.ID); err != nil {
		return request{}, err
	}
	r := request{id: in.ID, params: in.Params}
	switch {
	case in.Method == nil:
		return r, fail(codeInvalid, "a request needs a method")
	case len(*in.Method) > maxMethodBytes:
		return r, &rpcError{Code: codeNoMethod, Message: "Method not found"}
	case len(in.Params) > 0 && in.Params[0] != '{' && in.Params[0] != '[' && string(in.Params) != "null":
		return r, fail(codeParams, "params must be an object or an array")
	}
	if string(r.params) == "null" {
		r.params = nil
	}
	r.method = *in.Method
	return r, nil
}

// checkID takes strings and whole numbers: what has a fraction or an exponent
// comes back changed from many readers, and answers get mixed up.
func checkID(id json.RawMessage) *rpcError {
	if len(id) > maxIDBytes {
		return fail(codeInvalid, "the id has %d bytes, at most %d are allowed", len(id), maxIDBytes)
	}
	if id[0] == '"' {
		return nil
	}
	digits := strings.TrimPrefix(string(id), "-")
	if strings.Trim(digits, "0123456789") == "" && len(digits) <= 19 {
		return nil
	}
	return fail(codeInvalid, "the id must be a string or a whole number of at most 19 digits")
}

// answer is the JSON of one response: either a result or an error, each as it
// stands behind the id.
type answer struct {
	id     json.RawMessage
	rest   []byte // `"result":…}` or `"error":…}`
	err    *rpcError
	header cacheHeader
}

type cacheHeader struct{ control string }

func refuse(id json.RawMessage, err *rpcError) answer {
	text, encodeErr := json.Marshal(err)
	if encodeErr != nil { // an int and two strings
		text = []byte(`{"code":-32603,"message":"Internal error"}`)
	}
	return answer{id: id, err: err, rest: append(append([]byte(`"error":`), text...), '}')}
}

func result(id json.RawMessage, value []byte) answer {
	return answer{id: id, rest: append(append([]byte(`"result":`), value...), '}')}
}

func (a answer) size() int { return len(a.rest) + len(a.id) + len(responseStart) + 1 }

const responseStart = `{"jsonrpc":"2.0","id":`

// appendTo appends the whole response. Without a usable id it is null, as
// JSON-RPC wants it.
func (a answer) appendTo(b *bytes.Buffer) {
	b.WriteString(responseStart)
	if a.id == nil {
		b.WriteString("null")
	} else {
		b.Write(a.id)
	}
	b.WriteByte(',')
	b.Write(a.rest)
}
