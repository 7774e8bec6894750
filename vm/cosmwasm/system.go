package cosmwasm

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SystemError says why a query did not reach anybody. Exactly one field is set.
type SystemError struct {
	InvalidRequest     *InvalidRequest     `json:"invalid_request,omitempty"`
	InvalidResponse    *InvalidResponse    `json:"invalid_response,omitempty"`
	NoSuchContract     *NoSuchContract     `json:"no_such_contract,omitempty"`
	NoSuchCode         *NoSuchCode         `json:"no_such_code,omitempty"`
	Unknown            *Unknown            `json:"unknown,omitempty"`
	UnsupportedRequest *UnsupportedRequest `json:"unsupported_request,omitempty"`
}

// InvalidRequest is a query that could not be read.
type InvalidRequest struct {
	Err     string `json:"error"`
	Request []byte `json:"request"`
}

// InvalidResponse is an answer that could not be read.
type InvalidResponse struct {
	Err      string `json:"error"`
	Response []byte `json:"response"`
}

// NoSuchContract is a query to nobody.
type NoSuchContract struct {
	Addr string `json:"addr"`
}

// NoSuchCode is a query for a code that does not exist.
type NoSuchCode struct {
	CodeID uint64 `json:"code_id"`
}

// Unknown is an error without a reason.
type Unknown struct{}

// UnsupportedRequest is a query that this chain does not answer.
type UnsupportedRequest struct {
	Kind string `json:"kind"`
}

// QuerierResult is the answer to a contract's query: Err if nobody could be
// asked, else what the one who was asked says.
type QuerierResult struct {
	Ok  *QueryResult `json:"ok,omitempty"`
	Err *SystemError `json:"error,omitempty"`
}

func (*SystemError) oneOf()   {}
func (*QuerierResult) oneOf() {}

// JSON writes the answer in the bytes that a contract gets to see. These are not
// those of encoding/json: in the reference this one document is written by Rust,
// which does not escape HTML characters, and contracts pay for each byte. A
// result with nothing set is an unknown system error.
func (r QuerierResult) JSON() []byte {
	switch {
	case r.Err != nil:
		return append(append([]byte(`{"error":`), r.Err.json()...), '}')
	case r.Ok == nil:
		return []byte(`{"error":{"unknown":{}}}`)
	case r.Ok.Err != "":
		return append(appendText([]byte(`{"ok":{"error":`), r.Ok.Err), "}}"...)
	}
	b := make([]byte, 0, len(`{"ok":{"ok":""}}`)+base64.StdEncoding.EncodedLen(len(r.Ok.Ok)))
	return append(appendBinary(append(b, `{"ok":{"ok":`...), r.Ok.Ok), "}}"...)
}

func (e *SystemError) json() []byte {
	var b []byte
	switch {
	case e.InvalidRequest != nil:
		b = appendText([]byte(`{"invalid_request":{"error":`), e.InvalidRequest.Err)
		b = appendBinary(append(b, `,"request":`...), e.InvalidRequest.Request)
	case e.InvalidResponse != nil:
		b = appendText([]byte(`{"invalid_response":{"error":`), e.InvalidResponse.Err)
		b = appendBinary(append(b, `,"response":`...), e.InvalidResponse.Response)
	case e.NoSuchContract != nil:
		b = appendText([]byte(`{"no_such_contract":{"addr":`), e.NoSuchContract.Addr)
	case e.NoSuchCode != nil:
		b = strconv.AppendUint([]byte(`{"no_such_code":{"code_id":`), e.NoSuchCode.CodeID, 10)
	case e.UnsupportedRequest != nil:
		b = appendText([]byte(`{"unsupported_request":{"kind":`), e.UnsupportedRequest.Kind)
	default:
		b = []byte(`{"unknown":{`)
	}
	return append(b, "}}"...)
}

func appendBinary(b, data []byte) []byte {
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, data)
	return append(b, '"')
}

// appendText writes a string as serde_json does: only quotes, backslashes and
// control characters are escaped. Invalid UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			if c < ' ' {
				b = append(b, `\u00`...)
				b = append(b, hex[c>>4], hex[c&15])
			} else {
				b = append(b, c)
			}
		}
	}
	return append(b, '"')
}
