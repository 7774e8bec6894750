package amino

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

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

var errNotJSON = errors.New("a contract's message is not JSON")

// inline embeds JSON with the keys of all objects sorted. It goes through Go's
// own values as the reference does: of a key given twice the last counts,
// numbers are rounded to 64-bit floats and written the shortest way, lone
// surrogates become U+FFFD. Nothing in it depends on the machine.
func (w *writer) inline(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return errNotJSON
	}
	return w.json(value)
}
