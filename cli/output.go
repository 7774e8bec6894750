package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cosmos/gogoproto/proto"

	"github.com/weftchain/weft/proto/protojson"
)

// printProto prints a message as the Cosmos tools print it.
func (r *run) printProto(o options, m proto.Message) error {
	data, err := protojson.Marshal(m)
	if err != nil {
		return err
	}
	return r.printJSON(o, data)
}

// printValue prints a value of our own.
func (r *run) printValue(o options, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	return r.printJSON(o, b.Bytes())
}

// printJSON prints JSON, or the same as lines that read like YAML.
func (r *run) printJSON(o options, data []byte) error {
	if o.json() {
		_, err := fmt.Fprintf(r.out, "%s\n", safeJSON(bytes.TrimSpace(data)))
		return err
	}
	text, err := readable(data)
	if err != nil {
		return err
	}
	_, err = io.WriteString(r.out, text)
	return err
}

// safeJSON escapes what JSON lets pass and a terminal may obey: DEL, the C1
// controls, and marks that turn the direction of text. Outside of strings JSON
// is ASCII, so every such rune stands in a string.
func safeJSON(data []byte) []byte {
	if !slices.ContainsFunc(data, func(b byte) bool { return b >= 0x7f }) {
		return data
	}
	var b bytes.Buffer
	for _, c := range string(data) {
		switch {
		case c < 0x7f || unicode.IsPrint(c):
			b.WriteRune(c)
		case c <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			c -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
		}
	}
	return b.Bytes()
}

// printable escapes everything in a text that could steer a terminal; line
// ends stay.
func printable(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case c == '\n' || c == '\t' || unicode.IsPrint(c):
			b.WriteRune(c)
		default:
			quoted := strconv.QuoteRuneToASCII(c)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

// readable turns JSON into indented lines, in the order of the JSON.
func readable(data []byte) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := ordered(dec)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	write(&b, v, 0, false)
	return b.String(), nil
}

// member is one name and value of a JSON object. encoding/json would forget
// their order.
type member struct {
	name  string
	value any
}

// ordered reads one JSON value: []member, []any, string, json.Number, bool or
// nil.
func ordered(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := []member{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			value, err := ordered(dec)
			if err != nil {
				return nil, err
			}
			object = append(object, member{name.(string), value})
		}
		_, err = dec.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			value, err := ordered(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = dec.Token()
		return list, err
	}
	return token, nil
}

// write writes a value at a depth. inline means that the cursor stands behind
// "- " of a list, where the first line needs no indent.
func write(b *strings.Builder, v any, depth int, inline bool) {
	indent := strings.Repeat("  ", depth)
	switch v := v.(type) {
	case []member:
		for i, m := range v {
			if i > 0 || !inline {
				b.WriteString(indent)
			}
			b.WriteString(scalar(m.name) + ":")
			below(b, m.value, depth)
		}
	case []any:
		for i, e := range v {
			if i > 0 || !inline {
				b.WriteString(indent)
			}
			b.WriteString("- ")
			if empty, text := leaf(e); empty {
				b.WriteString(text + "\n")
			} else {
				write(b, e, depth+1, true)
			}
		}
	default:
		_, text := leaf(v)
		b.WriteString(indent + text + "\n")
	}
	if !inline && depth == 0 {
		if empty, text := leaf(v); empty && (text == "{}" || text == "[]") {
			b.WriteString(text + "\n")
		}
	}
}

// below writes the value of a member: behind the colon or indented under it.
func below(b *strings.Builder, v any, depth int) {
	if isLeaf, text := leaf(v); isLeaf {
		b.WriteString(" " + text + "\n")
		return
	}
	b.WriteString("\n")
	if _, list := v.([]any); list {
		write(b, v, depth, false)
	} else {
		write(b, v, depth+1, false)
	}
}

// leaf returns the text of a value that fits behind a colon.
func leaf(v any) (bool, string) {
	switch v := v.(type) {
	case []member:
		return len(v) == 0, "{}"
	case []any:
		return len(v) == 0, "[]"
	case string:
		return true, scalar(v)
	case nil:
		return true, "null"
	default:
		return true, fmt.Sprint(v)
	}
}

// plainRule are strings that need no quotes; reservedWords look like something
// else.
var (
	plainRule     = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+-]+)*$`)
	reservedWords = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
)

// scalar writes a string so that it stays on one line and steers no terminal.
func scalar(s string) string {
	if plainRule.MatchString(s) && !slices.Contains(reservedWords, strings.ToLower(s)) {
		return s
	}
	return strconv.Quote(s)
}
