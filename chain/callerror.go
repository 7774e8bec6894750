package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxPathSteps is how many steps of a path are told.
const maxPathSteps = 16

// CallError is an error with the way that led to it. It is made when a
// transaction or query is over, never before: rules look at the errors
// themselves.
type CallError struct {
	// Path is the way from the message to the failure, outermost first.
	Path []Step
	// Detail are further words about the place, "" if there are none.
	Detail string
	// Caught are failures that contracts were told of before, oldest first.
	Caught []Caught

	err    error
	bech32 Bech32
}

// WithPath puts what env's trace knows around err. An error that no contract
// had to do with comes back as it is, and so does a fault.
func WithPath(env *Env, err error) error {
	at := env.Calls.Trace.failed
	if _, verdict := Verdict(err); !verdict || at == nil || len(at.path) == 0 {
		return err
	}
	return &CallError{Path: at.path, Detail: at.detail, Caught: env.Calls.Trace.caught, err: err, bech32: env.Bech32()}
}

// ErrorText returns the text of an error, bounded (contracts write part of it),
// and apart from it the call path that stands behind it, "" if there is none.
func ErrorText(err error) (text, path string) {
	text = err.Error()
	var call *CallError
	if errors.As(err, &call) {
		path = call.Suffix()
		text = strings.TrimSuffix(text, path)
	}
	return CutText(text, MaxFailureText), path
}

// Error returns the error's own text with the path behind it.
func (e *CallError) Error() string { return e.err.Error() + e.Suffix() }

// Unwrap returns the error itself.
func (e *CallError) Unwrap() error { return e.err }

// Lines returns the path, one line a step.
func (e *CallError) Lines() []string { return pathLines(e.bech32, e.Path) }

// CaughtLines returns the path of a caught failure, one line a step.
func (e *CallError) CaughtLines(c Caught) []string { return pathLines(e.bech32, c.Path) }

// Suffix returns the path in the form that stands behind the text:
//
//	" [call path: weft1abc execute > submessage 0 (id 7) bank.send]"
//
// and, where the text holds a code that a contract was told instead of words,
// the words.
func (e *CallError) Suffix() string {
	var b strings.Builder
	b.WriteString(" [call path: " + strings.Join(e.Lines(), " > "))
	if e.Detail != "" {
		b.WriteString("; " + e.Detail)
	}
	b.WriteString("]")
	text := e.err.Error()
	for i := len(e.Caught) - 1; i >= 0; i-- {
		c := e.Caught[i]
		if !strings.Contains(text, c.Told) {
			continue
		}
		b.WriteString(" [")
		if c.Told != c.Text {
			fmt.Fprintf(&b, "%s stands for: %s; ", c.Told, c.Text)
		}
		fmt.Fprintf(&b, "failed at: %s]", strings.Join(e.CaughtLines(c), " > "))
		break
	}
	return b.String()
}

// FailureInfo is what the info field of a transaction's result holds, in JSON:
// what stands in the text, for programs. All of it may be missing. A transaction
// that succeeded has Caught at most.
type FailureInfo struct {
	CallPath []StepInfo    `json:"call_path,omitempty"`
	Detail   string        `json:"detail,omitempty"`
	Caught   []CaughtInfo  `json:"caught,omitempty"`
	Sequence *SequenceInfo `json:"sequence,omitempty"`
	OutOfGas *OutOfGasInfo `json:"out_of_gas,omitempty"`
}

// SequenceInfo is the sequence that a signer should have signed with.
type SequenceInfo struct {
	Expected uint64 `json:"expected,string"`
	Got      uint64 `json:"got,string"`
}

// OutOfGasInfo says where the gas ran out.
type OutOfGasInfo struct {
	Location string `json:"location"`
	Wanted   uint64 `json:"wanted,string"` // the limit
	Used     uint64 `json:"used,string"`
}

// StepInfo is a Step of a FailureInfo.
type StepInfo struct {
	Contract   string  `json:"contract,omitempty"`
	Entry      string  `json:"entry,omitempty"`
	CodeID     uint64  `json:"code_id,string,omitempty"`
	Submessage *int    `json:"submessage,omitempty"` // its position in the response, from 0
	ID         *uint64 `json:"id,string,omitempty"`
	Message    string  `json:"message,omitempty"`
	Text       string  `json:"text"` // all of this in words
}

// CaughtInfo is a Caught of a FailureInfo.
type CaughtInfo struct {
	Told     string     `json:"told"`
	Text     string     `json:"text"`
	CallPath []StepInfo `json:"call_path"`
}

// Info returns the error's path for programs.
func (e *CallError) Info() FailureInfo {
	return FailureInfo{CallPath: stepInfos(e.bech32, e.Path), Detail: e.Detail, Caught: caughtInfos(e.bech32, e.Caught)}
}

// CaughtIn returns the failures that contracts were told of and that they dealt
// with: a transaction that succeeds may have some.
func CaughtIn(env *Env) FailureInfo {
	return FailureInfo{Caught: caughtInfos(env.Bech32(), env.Calls.Trace.caught)}
}

func caughtInfos(prefix Bech32, list []Caught) []CaughtInfo {
	var out []CaughtInfo
	for _, c := range list {
		out = append(out, CaughtInfo{Told: c.Told, Text: c.Text, CallPath: stepInfos(prefix, c.Path)})
	}
	return out
}

// JSON returns what ParseFailureInfo reads, "" if there is nothing to tell.
func (f FailureInfo) JSON() string {
	raw, err := json.Marshal(f)
	if err != nil || string(raw) == "{}" {
		return ""
	}
	return string(raw)
}

// ParseFailureInfo reads the info field of a transaction's result. It reports
// false for one that holds something else.
func ParseFailureInfo(info string) (FailureInfo, bool) {
	var f FailureInfo
	if err := json.Unmarshal([]byte(info), &f); err != nil || f.JSON() == "" { //weft:json for people: no rule reads it
		return FailureInfo{}, false
	}
	return f, true
}

func stepInfos(prefix Bech32, path []Step) []StepInfo {
	short, left := shorten(path)
	out := make([]StepInfo, 0, len(short)+1)
	for i, s := range short {
		if left > 0 && i == maxPathSteps/2 {
			out = append(out, StepInfo{Text: leftOut(left)})
		}
		info := StepInfo{Entry: s.Entry, CodeID: s.CodeID, Text: s.text(prefix)}
		if s.Contract != "" {
			info.Contract = prefix.Account(s.Contract)
		}
		if s.Sub != nil {
			info.Submessage, info.ID, info.Message = &s.Sub.Index, &s.Sub.ID, CutText(s.Sub.Message, maxMessageText)
		}
		out = append(out, info)
	}
	return out
}

// shorten leaves out the middle of a long path and tells how much of it.
func shorten(path []Step) (short []Step, left int) {
	if len(path) <= maxPathSteps {
		return path, 0
	}
	half := maxPathSteps / 2
	return append(append([]Step(nil), path[:half]...), path[len(path)-half:]...), len(path) - maxPathSteps
}

func leftOut(steps int) string { return fmt.Sprintf("... %d steps ...", steps) }

// maxMessageText bounds the kind of a message, which a contract may choose.
const maxMessageText = 100

func pathLines(prefix Bech32, path []Step) []string {
	infos := stepInfos(prefix, path)
	out := make([]string, len(infos))
	for i, s := range infos {
		out[i] = s.Text
	}
	return out
}

func (s Step) text(prefix Bech32) string {
	var words []string
	if s.Contract != "" {
		words = append(words, prefix.Account(s.Contract))
	}
	if s.Entry != "" {
		words = append(words, s.Entry)
	}
	if s.Sub != nil {
		if s.Entry != "" {
			words = append(words, "to")
		}
		words = append(words, fmt.Sprintf("submessage %d (id %d)", s.Sub.Index, s.Sub.ID))
		if s.Sub.Message != "" && s.Entry == "" {
			words = append(words, CutText(s.Sub.Message, maxMessageText))
		}
	}
	if s.CodeID != 0 {
		words = append(words, fmt.Sprintf("code %d", s.CodeID))
	}
	return strings.Join(words, " ")
}

// CutText bounds a text to about maxBytes, at a border of UTF-8, and says what
// it leaves out. Beginning and end stay: the end of an error names its kind.
func CutText(text string, maxBytes int) string {
	if len(text) <= maxBytes {
		return text
	}
	tail := maxBytes / 4
	head, from := maxBytes-tail, len(text)-tail
	for i := 1; i < utf8.UTFMax && !utf8.RuneStart(text[head]); i++ {
		head--
	}
	for i := 1; i < utf8.UTFMax && !utf8.RuneStart(text[from]); i++ {
		from++
	}
	return fmt.Sprintf("%s ... (%d bytes left out) ... %s", text[:head], from-head, text[from:])
}
