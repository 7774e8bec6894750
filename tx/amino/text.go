package amino

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// integer writes a cosmos.Int, which is text already.
func (w *writer) integer(text string) error {
	if text == "" {
		text = "0"
	}
	return w.json(text)
}

// decimalRule is a decimal on the wire: digits of the number times 10^18. The
// reference also reads octal and hexadecimal digits, which no client writes.
var decimalRule = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,94})$`)

// decimalPlaces is how many digits follow the point.
const decimalPlaces = 18

func (w *writer) decimal(desc protoreflect.FieldDescriptor, v protoreflect.Value) error {
	text := v.String()
	if desc.Kind() == protoreflect.BytesKind {
		text = string(v.Bytes())
	}
	if text == "" {
		return w.json("0")
	}
	if !decimalRule.MatchString(text) {
		return fmt.Errorf("%s: %.100q is no decimal number", desc.FullName(), text)
	}
	digits, negative := strings.CutPrefix(text, "-")
	if short := decimalPlaces + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	at := len(digits) - decimalPlaces
	text = digits[:at] + "." + digits[at:]
	if negative {
		text = "-" + text
	}
	return w.json(text)
}

// json writes a value as Go's encoder does: keys sorted, HTML characters and the
// line separators U+2028 and U+2029 escaped. CosmJS leaves the latter as they
// are.
func (w *writer) json(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if w.form == CosmJS {
		text = Separators(text)
	}
	w.out.Write(text)
	return nil
}

// Separators puts the characters U+2028 and U+2029 in the place of their
// escapes in JSON, as JavaScript writes them. A backslash in front of an escape is one of a pair.
func Separators(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\u202`)) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch rest := text[i:]; {
		case bytes.HasPrefix(rest, []byte(`\u2028`)):
			out, i = append(out, "\u2028"...), i+6
		case bytes.HasPrefix(rest, []byte(`\u2029`)):
			out, i = append(out, "\u2029"...), i+6
		case rest[0] == '\\':
			out, i = append(out, rest[:2]...), i+2
		default:
			out, i = append(out, rest[0]), i+1
		}
	}
	return out
}

var errNotJSON = errors.New("a contract's message is not JSON")

// inline embeds JSON with the keys of all objects sorted. It goes through Go's
// own values as the reference does: of a key given twice the last counts,
// numbers are rounded to 64-bit floats and written the shortest way, lone
// surrogates become U+FFFD. Nothing in it depends on the machine.
func (w *writer) inline(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil { //weft:json the reference's rule is this decoder; TestReference holds its corners
		return errNotJSON
	}
	if w.form == CosmJS {
		return w.script(value)
	}
	return w.json(value)
}

// script writes a value as JavaScript does after CosmJS has sorted its keys:
// those that are array indices come first, in numeric order, and -0 is 0.
func (w *writer) script(value any) error {
	switch v := value.(type) {
	case map[string]any:
		w.out.WriteByte('{')
		for i, key := range scriptKeys(v) {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.json(key); err != nil {
				return err
			}
			w.out.WriteByte(':')
			if err := w.script(v[key]); err != nil {
				return err
			}
		}
		w.out.WriteByte('}')
		return nil
	case []any:
		w.out.WriteByte('[')
		for i, one := range v {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.script(one); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
		return nil
	case float64:
		if v == 0 {
			return w.json(0)
		}
	}
	return w.json(value)
}

// scriptKeys are the keys of an object in the order of JavaScript.
func scriptKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object { //weft:sorted the list is sorted below
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, aIndex := arrayIndex(keys[i])
		b, bIndex := arrayIndex(keys[j])
		switch {
		case aIndex && bIndex:
			return a < b
		case aIndex || bIndex:
			return aIndex
		}
		return slices.Compare(utf16.Encode([]rune(keys[i])), utf16.Encode([]rune(keys[j]))) < 0
	})
	return keys
}

// arrayIndex reports whether a key is an array index to JavaScript: a number
// below 2^32-1 as it is usually written.
func arrayIndex(key string) (uint64, bool) {
	n, err := strconv.ParseUint(key, 10, 32)
	return n, err == nil && n < 1<<32-1 && strconv.FormatUint(n, 10) == key
}
