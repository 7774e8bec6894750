package rest

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway/httprule"
	"github.com/grpc-ecosystem/grpc-gateway/runtime"

	"github.com/weftchain/weft/node/api/method"
)

// route is one HTTP form of a method.
type route struct {
	method  *method.Method
	rule    method.Rule
	pattern runtime.Pattern
	// fixed counts the words of the template that are no variables: of two
	// routes that match, the one with more of them is meant.
	fixed int
}

// match is a route that fits a path, with the values of its variables.
type match struct {
	route *route
	vars  map[string]string
}

// routes finds the methods of a path.
type routes struct {
	byVerb map[string][]*route
}

func newRoutes(methods []*method.Method) (*routes, error) {
	r := &routes{byVerb: map[string][]*route{}}
	for _, m := range methods {
		for _, rule := range m.Rules {
			one, err := newRoute(m, rule)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", rule.Verb, rule.Template, err)
			}
			r.byVerb[rule.Verb] = append(r.byVerb[rule.Verb], one)
		}
	}
	for _, list := range r.byVerb {
		slices.SortStableFunc(list, func(a, b *route) int { return b.fixed - a.fixed })
	}
	return r, nil
}

func newRoute(m *method.Method, rule method.Rule) (*route, error) {
	template := rule.Template
	// Base64 may hold a slash, which clients write as it is or as %2F.
	if last := template[strings.LastIndex(template, "/")+1:]; isVariable(last) {
		if kind, err := kindOf(m.Request(), strings.Trim(last, "{}")); err != nil {
			return nil, err
		} else if kind == bytesType {
			template = strings.TrimSuffix(template, "}") + "=**}"
		}
	}
	parsed, err := httprule.Parse(template)
	if err != nil {
		return nil, err
	}
	c := parsed.Compile()
	pattern, err := runtime.NewPattern(c.Version, c.OpCodes, c.Pool, c.Verb, runtime.AssumeColonVerbOpt(false))
	if err != nil {
		return nil, err
	}
	fixed := 0
	for _, word := range strings.Split(rule.Template, "/") {
		if !strings.HasPrefix(word, "{") {
			fixed++
		}
	}
	return &route{method: m, rule: rule, pattern: pattern, fixed: fixed}, nil
}

func isVariable(word string) bool {
	return strings.HasPrefix(word, "{") && strings.HasSuffix(word, "}") && !strings.Contains(word, "=")
}

// bytesType is the type of a field that JSON shows in base64.
var bytesType = reflect.TypeFor[[]byte]()

// match returns the routes that fit an escaped path, the best first. A slash
// inside of a value is written %2F.
func (r *routes) match(verb, escaped string) []match {
	path, ok := strings.CutPrefix(escaped, "/")
	if !ok {
		return nil
	}
	words := strings.Split(path, "/")
	for i, w := range words {
		word, err := url.PathUnescape(w)
		if err != nil {
			return nil
		}
		words[i] = word
	}
	var found []match
	for _, one := range r.byVerb[verb] {
		if len(found) > 0 && one.fixed < found[0].route.fixed {
			break
		}
		if vars, err := one.pattern.Match(words, ""); err == nil {
			found = append(found, match{one, vars})
		}
	}
	// An address as text has a checksum, so it is never taken for bytes.
	slices.SortStableFunc(found, func(a, b match) int { return btoi(a.takesBytes()) - btoi(b.takesBytes()) })
	return found
}

func (m match) takesBytes() bool {
	for name := range m.vars {
		if kind, err := kindOf(m.route.method.Request(), name); err == nil && kind == bytesType {
			return true
		}
	}
	return false
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
