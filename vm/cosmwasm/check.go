package cosmwasm

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how many arrays and objects of a document may be inside each other.
const MaxDepth = 128

// CheckJSON accepts exactly one JSON document (RFC 8259) in valid UTF-8, with at
// most MaxDepth levels, no object with two equal keys (escapes resolved), and no
// escape for half a character. It takes time linear in the length, times its
// logarithm for objects with many keys.
func CheckJSON(doc []byte) error {
	if !utf8.Valid(doc) {
		return errNotText
	}
	c := checker{doc: doc}
	c.space()
	if err := c.value(0); err != nil {
		return err
	}
	return c.end()
}

var errNotText = errors.New("JSON: not valid UTF-8")

// checker walks over a document.
type checker struct {
	doc  []byte
	pos  int
	keys [][]byte // of all objects that are open
}

func (c *checker) fail(what string) error {
	return fmt.Errorf("JSON: %s at offset %d", what, c.pos)
}

// peek is the next byte, 0 at the end (where no rule allows a 0).
func (c *checker) peek() byte {
	if c.pos < len(c.doc) {
		return c.doc[c.pos]
	}
	return 0
}

func (c *checker) space() {
	for c.pos < len(c.doc) {
		switch c.doc[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return
		}
	}
}

// end makes sure that nothing but space is left.
func (c *checker) end() error {
	if c.space(); c.pos < len(c.doc) {
		return c.fail("more than one document")
	}
	return nil
}

// value passes over a value inside of depth arrays and objects.
func (c *checker) value(depth int) error {
	switch b := c.peek(); b {
	case '{', '[':
		if err := c.open(depth); err != nil {
			return err
		}
		if b == '{' {
			return c.object(depth + 1)
		}
		return c.array(depth + 1)
	case '"':
		_, err := c.text()
		return err
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return c.number()
	}
	return c.fail("expected a value")
}

// open takes the first byte of an array or object inside of depth others.
func (c *checker) open(depth int) error {
	if depth == MaxDepth {
		return c.fail(fmt.Sprintf("more than %d levels", MaxDepth))
	}
	c.pos++
	return nil
}

// word takes one of the three words of JSON.
func (c *checker) word(word string) error {
	if end := c.pos + len(word); end <= len(c.doc) && string(c.doc[c.pos:end]) == word {
		c.pos = end
		return nil
	}
	return c.fail("expected a value")
}

func (c *checker) array(depth int) error {
	if c.space(); c.peek() == ']' {
		c.pos++
		return nil
	}
	for {
		c.space()
		if err := c.value(depth); err != nil {
			return err
		}
		if more, err := c.next(']'); !more {
			return err
		}
	}
}

func (c *checker) object(depth int) error {
	first := len(c.keys)
	if c.space(); c.peek() == '}' {
		c.pos++
		return nil
	}
	for {
		key, err := c.key()
		if err != nil {
			return err
		}
		c.keys = append(c.keys, key)
		if err := c.value(depth); err != nil {
			return err
		}
		if more, err := c.next('}'); err != nil {
			return err
		} else if !more {
			return c.unique(first)
		}
	}
}

// key takes a key and its colon, and the space around them.
func (c *checker) key() ([]byte, error) {
	c.space()
	if c.peek() != '"' {
		return nil, c.fail("expected a key")
	}
	key, err := c.text()
	if err != nil {
		return nil, err
	}
	if c.space(); c.peek() != ':' {
		return nil, c.fail("expected a colon")
	}
	c.pos++
	c.space()
	return key, nil
}

// unique forgets the keys of an object, which are those from first on, and makes
// sure that no two are equal.
func (c *checker) unique(first int) error {
	keys := c.keys[first:]
	c.keys = c.keys[:first]
	if len(keys) < 2 {
		return nil
	}
	slices.SortFunc(keys, bytes.Compare)
	for i := 1; i < len(keys); i++ {
		if bytes.Equal(keys[i-1], keys[i]) {
			return c.fail(fmt.Sprintf("the key %q is there twice in the object that ends", keys[i]))
		}
	}
	return nil
}

// next takes the comma between two items or the end of the list.
func (c *checker) next(end byte) (more bool, err error) {
	c.space()
	switch c.peek() {
	case ',':
		c.pos++
		return true, nil
	case end:
		c.pos++
		return false, nil
	}
	return false, c.fail("expected a comma or the end of the list")
}

// number takes -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
func (c *checker) number() error {
	if c.peek() == '-' {
		c.pos++
	}
	if c.peek() == '0' {
		c.pos++
	} else if !c.digits() {
		return c.fail("expected a digit")
	}
	if c.peek() == '.' {
		c.pos++
		if !c.digits() {
			return c.fail("expected a digit")
		}
	}
	if b := c.peek(); b == 'e' || b == 'E' {
		c.pos++
		if b := c.peek(); b == '+' || b == '-' {
			c.pos++
		}
		if !c.digits() {
			return c.fail("expected a digit")
		}
	}
	return nil
}

func (c *checker) digits() bool {
	first := c.pos
	for b := c.peek(); b >= '0' && b <= '9'; b = c.peek() {
		c.pos++
	}
	return c.pos > first
}

// text takes a string and returns its content, a view of the document if there
// are no escapes in it.
func (c *checker) text() ([]byte, error) {
	c.pos++
	first := c.pos
	var copied []byte // once there was an escape: the content so far
	escaped := false
	for {
		at := c.pos
		for at < len(c.doc) && plain[c.doc[at]] {
			at++
		}
		c.pos = at
		switch b := c.peek(); {
		case b == '"':
			content := c.doc[first:c.pos]
			c.pos++
			if escaped {
				return append(copied, content...), nil
			}
			return content, nil
		case b < ' ':
			return nil, c.fail("end or control character in a string")
		case b == '\\':
			copied, escaped = append(copied, c.doc[first:c.pos]...), true
			r, err := c.escape()
			if err != nil {
				return nil, err
			}
			copied = utf8.AppendRune(copied, r)
			first = c.pos
		}
	}
}

// plain are the bytes that stand for themselves in a string.
var plain = func() (is [256]bool) {
	for b := range is {
		is[b] = b >= ' ' && b != '"' && b != '\\'
	}
	return is
}()

// escape takes an escape sequence, for characters beyond U+FFFF both halves.
func (c *checker) escape() (rune, error) {
	c.pos++
	b := c.peek()
	c.pos++
	switch b {
	case '"', '\\', '/':
		return rune(b), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, err := c.hex4()
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		if !bytes.HasPrefix(c.doc[c.pos:], []byte(`\u`)) {
			return 0, c.fail("half a character")
		}
		c.pos += 2
		low, err := c.hex4()
		if err != nil {
			return 0, err
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, c.fail("half a character")
		}
		return r, nil
	}
	return 0, c.fail("unknown escape")
}

func (c *checker) hex4() (rune, error) {
	var r rune
	for range 4 {
		b := c.peek()
		switch {
		case b >= '0' && b <= '9':
			b -= '0'
		case b >= 'a' && b <= 'f':
			b -= 'a' - 10
		case b >= 'A' && b <= 'F':
			b -= 'A' - 10
		default:
			return 0, c.fail("expected four hexadecimal digits")
		}
		r = r<<4 | rune(b)
		c.pos++
	}
	return r, nil
}
