package base

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Dec is a decimal number of 18 places as it stands on the wire: the number
// times 10^18, as digits. Its JSON form has the point where people expect it,
// "0.100000000000000000".
type Dec string

// decPlaces is how many digits follow the point.
const decPlaces = 18

var (
	wireRule = regexp.MustCompile(`^-?[0-9]{1,100}$`)
	jsonRule = regexp.MustCompile(`^(-?)([0-9]{1,82})(?:\.([0-9]{1,18}))?$`)
)

// ParseDec reads a number such as "0.1" with at most 18 places.
func ParseDec(text string) (Dec, error) {
	found := jsonRule.FindStringSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%.100q is not a decimal number of at most %d places", text, decPlaces)
	}
	digits := strings.TrimLeft(found[2]+found[3]+strings.Repeat("0", decPlaces-len(found[3])), "0")
	if digits == "" {
		return "0", nil
	}
	return Dec(found[1] + digits), nil
}

// Decimal returns the number with its point, "0.100000000000000000". What is
// no number is returned as it is.
func (d Dec) Decimal() string {
	text := string(d)
	if text == "" {
		text = "0"
	}
	if !wireRule.MatchString(text) {
		return text
	}
	digits, negative := strings.CutPrefix(text, "-")
	if short := decPlaces + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	at := len(digits) - decPlaces
	text = digits[:at] + "." + digits[at:]
	if negative {
		return "-" + text
	}
	return text
}

// MarshalJSON implements json.Marshaler.
func (d Dec) MarshalJSON() ([]byte, error) { return json.Marshal(d.Decimal()) }

// UnmarshalJSON implements json.Unmarshaler.
func (d *Dec) UnmarshalJSON(data []byte) error {
	var text string
	err := json.Unmarshal(data, &text)
	if err == nil {
		*d, err = ParseDec(text)
	}
	return err
}

// DecBytes is a Dec in a field of bytes: the same digits.
type DecBytes []byte

// MarshalJSON implements json.Marshaler.
func (d DecBytes) MarshalJSON() ([]byte, error) { return Dec(d).MarshalJSON() }

// UnmarshalJSON implements json.Unmarshaler.
func (d *DecBytes) UnmarshalJSON(data []byte) error {
	var dec Dec
	err := dec.UnmarshalJSON(data)
	*d = DecBytes(dec)
	return err
}
