package bind

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName bounds the length of a name; what is longer is cut.
const maxName = 80

// words cuts a name where it has something that is neither letter nor digit.
func words(name string) []string {
	return strings.FieldsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

// pascal makes AllAccounts of all_accounts. It is a name in Go and TypeScript,
// exported in Go.
func pascal(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		first, size := utf8.DecodeRuneInString(word)
		b.WriteRune(unicode.ToUpper(first))
		b.WriteString(word[size:])
		if b.Len() > maxName {
			break
		}
	}
	out := b.String()
	if first, _ := utf8.DecodeRuneInString(out); !unicode.IsUpper(first) {
		out = "X" + out
	}
	return out
}

// camel makes allAccounts of all_accounts.
func camel(name string) string {
	parts := words(name)
	if len(parts) == 0 {
		return "x"
	}
	first := parts[0]
	if first == strings.ToUpper(first) {
		first = strings.ToLower(first)
	}
	c, size := utf8.DecodeRuneInString(first)
	if !unicode.IsLetter(c) {
		return "x" + pascal(name)[1:] // pascal put an X there
	}
	out := string(unicode.ToLower(c)) + first[size:]
	for _, word := range parts[1:] {
		c, size := utf8.DecodeRuneInString(word)
		out += string(unicode.ToUpper(c)) + word[size:]
		if len(out) > maxName {
			break
		}
	}
	return out
}

// names are the names of one scope.
type names map[string]bool

// taken makes a scope with names that cannot be given.
func taken(lists ...string) names {
	n := names{}
	for _, list := range lists {
		for _, name := range strings.Fields(list) {
			n[name] = true
		}
	}
	return n
}

// pick returns a name that nobody has: the wished one, else with a number.
func (n names) pick(wish string) string {
	name := wish
	for i := 2; n[name]; i++ {
		name = wish + strconv.Itoa(i)
	}
	n[name] = true
	return name
}

// comment lines of a description, without what could end a comment or steer a
// terminal.
func commentLines(doc string) []string {
	doc = strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || unicode.IsPrint(c):
			return c
		case c == '\t':
			return ' '
		}
		return -1
	}, strings.ReplaceAll(doc, "\r\n", "\n"))
	doc = strings.TrimSpace(strings.ReplaceAll(doc, "*/", "* /"))
	if doc == "" {
		return nil
	}
	var lines []string
	for line := range strings.SplitSeq(doc, "\n") {
		lines = append(lines, wrap(strings.TrimRight(line, " "))...)
	}
	return lines
}

// maxLine is where lines of comments are broken.
const maxLine = 96

func wrap(line string) []string {
	if strings.HasPrefix(line, "  ") {
		return []string{line}
	}
	var lines []string
	for len(line) > maxLine {
		at := strings.LastIndexByte(line[:maxLine], ' ')
		if at <= 0 {
			if at = strings.IndexByte(line, ' '); at <= 0 {
				break
			}
		}
		lines = append(lines, line[:at])
		line = line[at+1:]
	}
	return append(lines, line)
}
