//go:build cgo

package conformance

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A filling completes one message, a tree of JSON, by what the contract says
// about it.
type filling struct {
	body  map[string]any
	holes []*hole        // those that were made, the innermost last
	made  map[string]int // how many holes a name had, for it can belong to several objects
}

// hole is a field whose value is being guessed.
type hole struct {
	parent  map[string]any
	field   string
	options []any // what is left to try
}

var (
	listed   = regexp.MustCompile("expected (?:one of )?((?:`[^`]+`(?:, | or )?)+)")
	sylvia   = regexp.MustCompile(`Messages supported by this contract: ([a-z0-9_, ]+)`)
	quoted   = regexp.MustCompile("`([^`]+)`")
	missing  = regexp.MustCompile("[mM]issing field `?([A-Za-z0-9_]+)`?")
	mistaken = regexp.MustCompile(`invalid type|Invalid type|invalid value|Expected this character|Expected to parse|Invalid number|expected value|Expected (?:a|an|to)|data did not match|Error parsing|Error decoding|invalid digit|cannot parse|expected`)
	variants = regexp.MustCompile("unknown variant `[^`]*`, expected (?:one of )?((?:`[^`]+`(?:, | or )?)+)")
	bare     = regexp.MustCompile(`Unknown variant .*\. Expected one of ([A-Za-z0-9_, ]+)`)
	unknown  = regexp.MustCompile("unknown field `([^`]+)`")
)

// put tries the next option of a hole.
func (h *hole) put() bool {
	if len(h.options) == 0 {
		return false
	}
	h.parent[h.field], h.options = clone(h.options[0]), h.options[1:]
	return true
}

// inside are the objects into which a missing field of the last complaint may
// belong, the likeliest first: what the hole holds, then what is around it.
func (f *filling) inside() (objects []map[string]any) {
	for _, h := range slices.Backward(f.holes) {
		switch v := h.parent[h.field].(type) {
		case map[string]any:
			for _, inner := range v { // a variant
				if m, ok := inner.(map[string]any); ok && len(v) == 1 {
					objects = append(objects, m)
				}
			}
			objects = append(objects, v)
		case []any:
			if len(v) == 1 {
				if m, ok := v[0].(map[string]any); ok {
					objects = append(objects, m)
				}
			}
		}
	}
	return append(objects, f.body)
}

// answer changes the body after a complaint and tells whether there is any point
// in another try.
func (f *filling) answer(complaint, before string) bool {
	if m := missing.FindStringSubmatch(complaint); m != nil {
		name := m[1]
		if complaint == before && len(f.holes) > 0 { // it was put into the wrong object
			delete(f.holes[len(f.holes)-1].parent, name)
			f.holes = f.holes[:len(f.holes)-1]
		}
		objects := f.inside()
		if f.made[name] < len(objects) {
			for i, object := range objects {
				if _, there := object[name]; there || i < f.made[name] && complaint == before {
					continue
				}
				f.made[name]++
				h := &hole{object, name, likely(name)}
				f.holes = append(f.holes, h)
				return h.put()
			}
		}
	}
	if m := unknown.FindStringSubmatch(complaint); m != nil && len(f.holes) > 0 {
		for _, object := range f.inside() {
			if _, there := object[m[1]]; there {
				delete(object, m[1])
				return true
			}
		}
	}
	if len(f.holes) == 0 {
		return false
	}
	h := f.holes[len(f.holes)-1]
	if m := variants.FindStringSubmatch(complaint); m != nil {
		h.options = nil
		for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
			h.options = append(h.options, ofVariant(q[1])...)
		}
	} else if m := bare.FindStringSubmatch(complaint); m != nil {
		h.options = nil
		for _, name := range strings.Split(m[1], ", ") {
			h.options = append(h.options, ofVariant(name)...)
		}
	} else if !mistaken.MatchString(complaint) && !strings.Contains(complaint, "arsing") {
		return false
	}
	return h.put()
}

// ofVariant are forms of a variant's value.
func ofVariant(name string) []any {
	return []any{name, map[string]any{name: map[string]any{}}, map[string]any{name: "contract"}, map[string]any{name: json.Number("1")}}
}

// clone copies a document, for options are tried more than once.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		for k := range out {
			out[k] = clone(out[k])
		}
		return out
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i] = clone(out[i])
		}
		return out
	}
	return v
}

// fill completes a message that starts as an empty object, guided by complaints,
// and returns its last form.
func (p *probe) fill(wrap func(body map[string]any) any) map[string]any {
	f := &filling{body: map[string]any{}, made: map[string]int{}}
	before, paid, start := "", 0, slices.Index(payments, p.funds)
	for range 150 {
		complaint, failed := p.call(wrap(f.body))
		if failed || complaint == "" {
			break
		}
		if !f.answer(complaint, before) {
			if !aboutFunds.MatchString(complaint) || paid == len(payments)-1 {
				break
			}
			paid++
			p.funds = payments[(start+paid)%len(payments)]
		}
		before = complaint
	}
	return f.body
}
