package amino

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// integer writes a cosmos.Int, which is text already.
func (w *writer) integer(text string) error {
	if text == "" {
		text = "0"
	}
	return w.string(text)
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
		return w.string("0")
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
	return w.string(text)
}

// string writes text in quotes.
func (w *writer) string(text string) error {
	w.out.Write(AppendString(w.out.AvailableBuffer(), text, w.form))
	return nil
}

// hexDigits are those of escapes.
const hexDigits = "0123456789abcdef"

// AppendString appends text in quotes as a document holds it: control
// characters, HTML's <, > and & and the separators U+2028 and U+2029 escaped. It
// is what Go's encoder writes since 1.22, before which \b and \f looked
// otherwise. CosmJS leaves the separators as they are.
func AppendString(to []byte, text string, form Form) []byte {
	to = append(to, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case r == '\b':
			to = append(to, '\\', 'b')
		case r == '\f':
			to = append(to, '\\', 'f')
		case r == '\n':
			to = append(to, '\\', 'n')
		case r == '\r':
			to = append(to, '\\', 'r')
		case r == '\t':
			to = append(to, '\\', 't')
		case r < ' ' || r == '<' || r == '>' || r == '&':
			to = append(to, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		case (r == 0x2028 || r == 0x2029) && form != CosmJS:
			to = append(to, '\\', 'u', '2', '0', '2', hexDigits[r&15])
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return append(to, '"')
}

// inline embeds JSON with the keys of all objects sorted.
func (w *writer) inline(text []byte) error {
	value, err := parseJSON(text)
	if err != nil {
		return err
	}
	return w.json(value)
}

// json writes what parseJSON read.
func (w *writer) json(value any) error {
	switch v := value.(type) {
	case map[string]any:
		return w.object(v)
	case []any:
		w.out.WriteByte('[')
		for i, one := range v {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.json(one); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
	case string:
		return w.string(v)
	case float64:
		w.out.WriteString(w.number(v))
	case bool:
		w.out.WriteString(strconv.FormatBool(v))
	case nil:
		w.out.WriteString("null")
	}
	return nil
}

func (w *writer) object(object map[string]any) error {
	keys := make([]string, 0, len(object))
	for key := range object { //weft:sorted the list is sorted below
		keys = append(keys, key)
	}
	if w.form == CosmJS {
		sort.Slice(keys, func(i, j int) bool { return scriptLess(keys[i], keys[j]) })
	} else {
		sort.Strings(keys)
	}
	w.out.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			w.out.WriteByte(',')
		}
		if err := w.string(key); err != nil {
			return err
		}
		w.out.WriteByte(':')
		if err := w.json(object[key]); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

// number writes a float as JavaScript and Go's encoder do: the shortest digits
// that read back as the same, with an exponent below 1e-6 and from 1e21 on.
// JavaScript knows no -0 here.
func (w *writer) number(f float64) string {
	short := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(short, "e")
	n, err := strconv.Atoi(exponent)
	switch {
	case mantissa == "-0" && w.form == CosmJS:
		return "0"
	case err != nil || n < -6 || n >= 21:
		if n > -10 && n < 0 {
			return mantissa + "e-" + exponent[2:] // e-7, not e-07
		}
		return short
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// scriptLess is the order of an object's keys in JavaScript after CosmJS has
// sorted them: array indices come first, in numeric order, the others by UTF-16.
func scriptLess(x, y string) bool {
	a, aIndex := arrayIndex(x)
	b, bIndex := arrayIndex(y)
	switch {
	case aIndex && bIndex:
		return a < b
	case aIndex || bIndex:
		return aIndex
	}
	return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y))) < 0
}

// arrayIndex reports whether a key is an array index to JavaScript: a number
// below 2^32-1 as it is usually written.
func arrayIndex(key string) (uint64, bool) {
	n, err := strconv.ParseUint(key, 10, 32)
	return n, err == nil && n < 1<<32-1 && strconv.FormatUint(n, 10) == key
}
