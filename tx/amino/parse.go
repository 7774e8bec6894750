package amino

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxNesting is how deep a contract's JSON may nest: the reference's decoder,
// which is Go's, gives up there.
const maxNesting = 10_000

var errNotJSON = errors.New("a contract's message is not JSON")

// parser reads JSON into what Go's encoding/json makes of it: nil, bool, float64,
// string, []any and map[string]any. It decides as that decoder does today (of a
// key given twice the last counts, broken UTF-8 and lone surrogates become
// U+FFFD, a number beyond 64-bit floats is an error), but it is ours, for the
// decoder may change with Go and then two nodes would disagree.
type parser struct {
	text  []byte
	at    int
	depth int
}

func parseJSON(text []byte) (any, error) {
	p := &parser{text: text}
	v, ok := p.value()
	if !ok || p.skip() {
		return nil, errNotJSON
	}
	return v, nil
}

// skip goes past white space and reports whether anything is left.
func (p *parser) skip() bool {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return true
		}
	}
	return false
}

// take goes past a byte if it is the next one.
func (p *parser) take(b byte) bool {
	if p.skip() && p.text[p.at] == b {
		p.at++
		return true
	}
	return false
}

func (p *parser) value() (any, bool) {
	if !p.skip() {
		return nil, false
	}
	switch p.text[p.at] {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return p.string()
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	}
	return p.number()
}

func (p *parser) word(text string) bool {
	if !bytes.HasPrefix(p.text[p.at:], []byte(text)) {
		return false
	}
	p.at += len(text)
	return true
}

// enter goes one deeper, behind a bracket.
func (p *parser) enter() bool {
	p.at++
	p.depth++
	return p.depth <= maxNesting
}

func (p *parser) object() (any, bool) {
	object := map[string]any{}
	if !p.enter() {
		return nil, false
	}
	for first := true; !p.take('}'); first = false {
		if !first && !p.take(',') || !p.skip() || p.text[p.at] != '"' {
			return nil, false
		}
		key, ok := p.string()
		if !ok || !p.take(':') {
			return nil, false
		}
		if object[key], ok = p.value(); !ok {
			return nil, false
		}
	}
	p.depth--
	return object, true
}

func (p *parser) array() (any, bool) {
	list := []any{}
	if !p.enter() {
		return nil, false
	}
	for first := true; !p.take(']'); first = false {
		if !first && !p.take(',') {
			return nil, false
		}
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
	p.depth--
	return list, true
}

// digits goes past digits and reports whether there was one.
func (p *parser) digits() bool {
	from := p.at
	for p.at < len(p.text) && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at > from
}

// oneOf goes past the next byte if it is one of these.
func (p *parser) oneOf(set string) bool {
	if p.at < len(p.text) && bytes.IndexByte([]byte(set), p.text[p.at]) >= 0 {
		p.at++
		return true
	}
	return false
}

func (p *parser) number() (any, bool) {
	from := p.at
	p.oneOf("-")
	if !p.oneOf("0") && !p.digits() {
		return nil, false
	}
	if p.oneOf(".") && !p.digits() {
		return nil, false
	}
	if p.oneOf("eE") {
		p.oneOf("+-")
		if !p.digits() {
			return nil, false
		}
	}
	f, err := strconv.ParseFloat(string(p.text[from:p.at]), 64)
	return f, err == nil
}

// escapes are the characters that a backslash and a letter stand for.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *parser) string() (string, bool) {
	var out []byte
	for p.at++; p.at < len(p.text); {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return string(out), true
		case c < ' ':
			return "", false
		case c == '\\':
			var ok bool
			if out, ok = p.escape(out); !ok {
				return "", false
			}
		default:
			r, size := utf8.DecodeRune(p.text[p.at:])
			out = utf8.AppendRune(out, r) // U+FFFD for broken UTF-8
			p.at += size
		}
	}
	return "", false
}

// escape reads what stands behind a backslash.
func (p *parser) escape(out []byte) ([]byte, bool) {
	if r, ok := p.unit(p.at); ok {
		p.at += 6
		if utf16.IsSurrogate(r) {
			low, _ := p.unit(p.at)
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				p.at += 6
			}
		}
		return utf8.AppendRune(out, r), true
	}
	if p.at+1 >= len(p.text) {
		return out, false
	}
	c, ok := escapes[p.text[p.at+1]]
	p.at += 2
	return append(out, c), ok
}

// unit reads \uXXXX at a place.
func (p *parser) unit(at int) (rune, bool) {
	if at+6 > len(p.text) || p.text[at] != '\\' || p.text[at+1] != 'u' {
		return 0, false
	}
	n := rune(0)
	for _, c := range p.text[at+2 : at+6] {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			n = n<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			n = n<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
