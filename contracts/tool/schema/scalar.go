package schema

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weftchain/weft/chain"
)

// scalar encodes a word that is no list and no object.
func (e *encoder) scalar(to []byte, t *Type, text string, at path) ([]byte, error) {
	kind := t.Scalar()
	t = t.Follow()
	switch {
	case kind == "binary" || kind == "hex":
		data, err := e.bytes(text, kind == "hex")
		if err != nil {
			return nil, at.wrap(err)
		}
		if kind == "hex" {
			return appendText(to, hex.EncodeToString(data)), nil
		}
		return appendText(to, base64.StdEncoding.EncodeToString(data)), nil
	case kind == "time":
		if when, err := time.Parse(time.RFC3339Nano, text); err == nil {
			text = strconv.FormatInt(when.UnixNano(), 10)
		}
		kind = "uint64"
		if !digits.MatchString(text) {
			return nil, at.fail("%.60q is no time: write nanoseconds since 1970, or 2026-12-01T00:00:00Z", text)
		}
		fallthrough
	case strings.HasPrefix(kind, "uint") || strings.HasPrefix(kind, "int"):
		text = separated(text)
		if err := checkInteger(text, kind); err != nil {
			return nil, at.wrap(err)
		}
		return appendText(to, text), nil
	case strings.HasSuffix(kind, "decimal"):
		if err := checkDecimal(text, kind); err != nil {
			return nil, at.wrap(err)
		}
		return appendText(to, text), nil
	case t.Form == Text:
		return e.text(to, text, kind == "address", at)
	case t.Form == Integer:
		text = separated(text)
		if err := checkInteger(text, t.Format); err != nil {
			return nil, at.wrap(err)
		}
		return append(to, text...), nil
	case t.Form == Number:
		if !number.MatchString(text) {
			return nil, at.fail("%.60q is no number", text)
		}
		return append(to, text...), nil
	case t.Form == Bool && (text == "true" || text == "false"), t.Form == Null && text == "null":
		return append(to, text...), nil
	}
	return nil, at.fail("%.60q is not %s", text, t)
}

// separated takes the _ out of a number like 1_000_000.
func separated(text string) string {
	if groups.MatchString(text) {
		return strings.ReplaceAll(text, "_", "")
	}
	return text
}

var (
	groups  = regexp.MustCompile(`^-?[0-9]{1,3}(_[0-9]{3})+$`)
	digits  = regexp.MustCompile(`^[0-9_]+$`)
	whole   = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
	number  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]{1,18})?$`)
	bits    = regexp.MustCompile(`^(u?)int([0-9]*)$`)
)

// maxDigits is what 512 bits can have.
const maxDigits = 155

// checkInteger refuses what is no whole number or not in the range of its
// format.
func checkInteger(text, format string) error {
	if !whole.MatchString(text) {
		return fmt.Errorf("%.60q is not a whole number%s", text, inBrackets(format))
	}
	match := bits.FindStringSubmatch(format)
	if match == nil && format != "" || len(text) > maxDigits+1 {
		if match == nil {
			return nil // a format that is not known here
		}
		return fmt.Errorf("%.60s… is too long for %s", text, format)
	}
	if match == nil {
		return nil
	}
	size := 64 // uint, int
	if match[2] != "" {
		n, err := strconv.Atoi(match[2])
		if err != nil || n > 512 {
			n = 512
		}
		size = n
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return fmt.Errorf("%.60q is not a whole number", text)
	}
	if match[1] == "u" {
		if n.Sign() < 0 || n.BitLen() > size {
			return fmt.Errorf("%s is not in the range of %s, 0 to 2^%d-1", text, format, size)
		}
		return nil
	}
	if n.Sign() < 0 {
		n.Not(n) // -2^63 has as many bits as 2^63-1
	}
	if n.BitLen() >= size {
		return fmt.Errorf("%s is not in the range of %s, -2^%d to 2^%d-1", text, format, size-1, size-1)
	}
	return nil
}

func inBrackets(format string) string {
	if format == "" {
		return ""
	}
	return " (" + format + ")"
}

func checkDecimal(text, kind string) error {
	switch {
	case !decimal.MatchString(text):
		return fmt.Errorf("%.60q is no decimal number: write digits with at most 18 behind the point, like 0.05", text)
	case text[0] == '-' && kind != "signed decimal":
		return fmt.Errorf("%.60s is negative", text)
	}
	return nil
}

// bytes reads binary data: text, 0x and digits, base64: and base64, @FILE. For
// fields in hex, digits need no 0x.
func (e *encoder) bytes(text string, inHex bool) ([]byte, error) {
	switch {
	case strings.HasPrefix(text, "@@"):
		return []byte(text[1:]), nil
	case strings.HasPrefix(text, "@"):
		return e.file(text[1:])
	case strings.HasPrefix(text, "base64:"):
		data, err := base64.StdEncoding.DecodeString(text[len("base64:"):])
		if err != nil {
			return nil, fmt.Errorf("%.60q is not base64: %w", text, err)
		}
		return data, nil
	case strings.HasPrefix(text, "text:"):
		return []byte(text[len("text:"):]), nil
	case strings.HasPrefix(text, "0x") || inHex:
		data, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
		if err != nil {
			return nil, fmt.Errorf("%.60q is not an even number of hexadecimal digits; write text:… for a text that begins with 0x", text)
		}
		return data, nil
	}
	return []byte(text), nil
}

// text encodes a text, perhaps an address.
func (e *encoder) text(to []byte, text string, address bool, at path) ([]byte, error) {
	if name, ok := strings.CutPrefix(text, "addr:"); ok && e.hooks.Address != nil {
		text, address = name, true
	}
	switch {
	case strings.HasPrefix(text, "@@"):
		text = text[1:]
	case strings.HasPrefix(text, "@"):
		data, err := e.file(text[1:])
		if err != nil {
			return nil, at.wrap(err)
		}
		text = string(data)
	case e.hooks.Address != nil && (address || namesAddress(at)):
		found, err := e.hooks.Address(text)
		if err == nil {
			text = found
		} else if address || !errors.Is(err, ErrNoName) {
			return nil, at.wrap(err)
		}
	}
	if !utf8.ValidString(text) {
		return nil, at.fail("the text is not UTF-8")
	}
	return appendText(to, text), nil
}

// addressFields are the names of fields that hold an address in the messages of
// most contracts, though their type is a plain text.
var addressFields = []string{
	"account", "addr", "address", "admin", "arbiter", "beneficiary", "buyer", "contract", "creator", "delegate",
	"from", "holder", "member", "minter", "new_minter", "operator", "owner", "payee", "receiver", "recipient",
	"seller", "sender", "signer", "source", "spender", "to", "token", "user", "voter", "winner",
}

// namesAddress reports whether the field of a place is called like an address.
func namesAddress(at path) bool {
	name := at.last()
	if _, err := strconv.Atoi(name); err == nil && len(at) > 1 { // an element of owners
		name = strings.TrimSuffix(at[len(at)-2], "s")
		if name == "addresse" {
			name = "address"
		}
	}
	return slices.Contains(addressFields, name) || strings.HasSuffix(name, "_address") || strings.HasSuffix(name, "_addr") || strings.HasSuffix(name, "_contract")
}

// coin encodes a coin like 5uweft.
func (e *encoder) coin(to []byte, text string, at path) ([]byte, error) {
	c, err := chain.ParseCoin(strings.TrimSpace(text))
	if err != nil {
		return nil, at.fail("%.60q is no coin: write a whole number and a denom, like 5uweft", text)
	}
	to = appendText(append(to, `{"denom":`...), c.Denom)
	return append(appendText(append(to, `,"amount":`...), c.Amount.String()), '}'), nil
}
