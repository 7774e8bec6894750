package amino

import (
	"sort"
	"strings"
	"testing"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecAmino compares the table in docs/spec/transactions.md with this one.
func TestSpecAmino(t *testing.T) {
	var rows [][]string
	for _, name := range Names() {
		m := table[name]
		called := "`" + Name(name) + "`"
		if m.name == "" {
			called = "" // inside of others only, or by its type URL
		}
		rows = append(rows, []string{"`" + name + "`", called, differs(m)})
	}
	golden.Table(t, "transactions.md", "Amino JSON", rows)
}

// differs tells in words how a message differs from the rule.
func differs(m message) string {
	switch m.whole {
	case keyField:
		return "the key alone, base64"
	case threshold:
		return "`pubkeys`, `threshold` as text"
	}
	words := map[encoding]string{coins: "coins", integer: "amount", decimal: "decimal", inline: "JSON"}
	var list []string
	for name, f := range m.fields {
		var how []string
		if f.name != "" {
			how = append(how, "as `"+f.name+"`")
		}
		if f.keep {
			how = append(how, "kept")
		}
		if w := words[f.as]; w != "" {
			how = append(how, w)
		}
		list = append(list, "`"+name+"` "+strings.Join(how, " "))
	}
	sort.Strings(list)
	return strings.Join(list, ", ")
}
