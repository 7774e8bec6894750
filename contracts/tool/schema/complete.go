package schema

import (
	"strings"
)

// Completion is a word that may stand somewhere, with what it means.
type Completion struct {
	Word string
	Doc  string // one line
	// Open says that more follows without a space, as behind NAME=.
	Open bool
}

// Complete returns what may stand in the place of a word that begins with part,
// behind words that are there already: the name of a message first (if the kind
// has names), then its arguments, then values of which there are few.
func (c *Contract) Complete(kind Kind, words []string, part string) []Completion {
	all := c.Messages(kind)
	if len(all) == 0 {
		return nil
	}
	name := ""
	if all[0].Name != "" {
		if len(words) == 0 {
			var list []Completion
			for _, m := range all {
				list = append(list, Completion{Word: m.Name, Doc: oneLine(m.Doc)})
			}
			return beginning(list, part)
		}
		name, words = words[0], words[1:]
	}
	m, err := c.Find(kind, name)
	if err != nil || m.Type == nil {
		return nil
	}
	return beginning(m.Type.complete("", part, words), part)
}

// complete lists what a value may be, or how the names in it go on. before is what
// was typed up to here, with the = or the dot.
func (t *Type) complete(before, part string, words []string) []Completion {
	t = t.Follow()
	for t.Form == Option {
		t = t.Elem.Follow()
	}
	var list []Completion
	below := func(name, doc string, inner *Type) {
		at := before + name
		switch {
		case strings.HasPrefix(part, at+"."):
			list = append(list, inner.complete(at+".", part, words)...)
		case strings.HasPrefix(part, at+"="):
			list = append(list, inner.values(at+"=")...)
		case inner.nests():
			list = append(list, Completion{at + ".", doc, true})
		default:
			list = append(list, Completion{at + "=", doc, true})
		}
	}
	switch t.Form {
	case Object:
		for _, f := range t.Fields {
			if f.Type.Follow().Form != List && given(words, before+f.Name+"=") {
				continue
			}
			below(f.Name, oneLine(f.Type.String()+" "+f.Doc), f.Type)
		}
	case Union:
		for _, v := range t.Variants {
			if v.Name != "" && v.Type != nil {
				below(v.Name, oneLine(v.Doc), v.Type)
			}
		}
	default:
	}
	return list
}

// nests reports whether a value is written by the names in it: it is an object, or
// a union of nothing but objects.
func (t *Type) nests() bool {
	t = t.Follow()
	for t.Form == Option {
		t = t.Elem.Follow()
	}
	switch t.Form {
	case Object:
		return !t.IsCoin() && len(t.Fields) > 0
	case Union:
		for _, v := range t.Variants {
			if v.Name == "" || v.Type == nil || v.Type.empty() {
				return false
			}
		}
		return true
	default:
	}
	return false
}

// values are the values of a type of which there are few.
func (t *Type) values(before string) []Completion {
	t = t.Follow()
	for t.Form == Option {
		t = t.Elem.Follow()
	}
	var list []Completion
	switch t.Form {
	case Bool:
		return []Completion{{Word: before + "true"}, {Word: before + "false"}}
	case Union:
		for _, v := range t.Variants {
			if v.Name != "" && (v.Type == nil || v.Type.empty()) {
				list = append(list, Completion{Word: before + v.Name, Doc: oneLine(v.Doc)})
			}
		}
	default:
	}
	return list
}

func given(words []string, begin string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, begin) {
			return true
		}
	}
	return false
}

func beginning(list []Completion, part string) []Completion {
	var fitting []Completion
	for _, c := range list {
		if strings.HasPrefix(c.Word, part) {
			fitting = append(fitting, c)
		}
	}
	return fitting
}

// maxDoc bounds a line of help.
const maxDoc = 80

// oneLine is the beginning of a description.
func oneLine(doc string) string {
	line := strings.Join(strings.Fields(doc), " ")
	if runes := []rune(line); len(runes) > maxDoc {
		line = string(runes[:maxDoc-1]) + "…"
	}
	return line
}
