package schema

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// FuzzParse: a schema is read or refused; what was read can be shown and used.
func FuzzParse(f *testing.F) {
	for _, path := range []string{"testdata/forms.json", "../../tipjar/schema.json", "../bind/testdata/hostile.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(box))
	wrap := `{"contract_name":"x","idl_version":"1.0.0","execute":%s}`
	for _, root := range []string{
		`{"$ref":"#"}`,
		`{"anyOf":[{"$ref":"#"},{"type":"null"}]}`,
		`{"$ref":"#/definitions/A","definitions":{"A":{"$ref":"#/definitions/B"},"B":{"allOf":[{"$ref":"#/definitions/A"}]}}}`,
		`{"$ref":"#/definitions/A~1b%20c","definitions":{"A/b c":true}}`,
		`{"$ref":"http://example.com"}`, `{"$ref":5}`, `{"type":["null"]}`, `{"type":[]}`, `{"type":"thing"}`, `{"enum":[]}`, `{"enum":[null]}`, `{"enum":[1,"a"]}`,
		`{"oneOf":[]}`, `{"oneOf":[{"type":"null"}]}`, `{"oneOf":[{"const":null}]}`, `{"properties":[],"type":"object"}`, `{"required":[1],"properties":{}}`, `true`, `[]`,
	} {
		f.Add(fmt.Appendf(nil, wrap, root))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if err != nil {
			return
		}
		for _, kind := range Kinds {
			for _, m := range c.Messages(kind) {
				if len(m.Usage()) > 1<<20 {
					t.Errorf("%s %s: the usage has %d bytes", kind, m.Name, len(m.Usage()))
				}
				for _, part := range []string{"", "a", "a=", "a.b."} {
					c.Complete(kind, []string{m.Name}, part)
				}
				for _, args := range [][]string{nil, {"{}"}, {"a=1"}, {"a.b=x", "a.c=null"}, {"a:=[]"}} {
					msg, err := c.Message(kind, m.Name, args, Hooks{File: func(string) ([]byte, error) { return nil, os.ErrNotExist }})
					if err != nil {
						continue
					}
					if err := c.Check(kind, msg); err != nil && m.Type != nil && !strings.Contains(err.Error(), "none of") {
						t.Errorf("%s %v gave %s, which is %v", m.Name, args, msg, err)
					}
				}
			}
		}
	})
}

// TestBounds: what is too much is refused, and quickly.
func TestBounds(t *testing.T) {
	wrap := func(root string) []byte {
		return fmt.Appendf(nil, `{"contract_name":"x","idl_version":"1.0.0","execute":%s}`, root)
	}
	double := `{"$ref":"#/definitions/D0","definitions":{`
	for i := range 60 {
		double += fmt.Sprintf(`"D%d":{"anyOf":[{"$ref":"#/definitions/D%d"},{"$ref":"#/definitions/D%d"}]},`, i, i+1, i+1)
	}
	double += `"D60":{"type":"integer"}}}`
	c, err := Parse(wrap(double))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Message(Execute, "", []string{"x"}, Hooks{}); err == nil || !strings.Contains(err.Error(), "too many alternatives") {
		t.Error(err)
	}
	if _, err := c.Message(Execute, "", []string{"null"}, Hooks{}); err == nil {
		t.Error("null is no integer")
	}
	if _, err := c.Message(Execute, "", []string{"1", "2"}, Hooks{}); err == nil {
		t.Error("two values are no integer")
	}
	if err := c.Check(Execute, []byte(`"x"`)); err == nil || !strings.Contains(err.Error(), "too many alternatives") {
		t.Error(err)
	}
	for text, want := range map[string]string{
		string(wrap(strings.Repeat(`{"items":`, 200) + "{}" + strings.Repeat("}", 200))):          "more than 100 levels",
		string(wrap("[" + strings.Repeat("0,", maxNodes) + "0]")):                                 "more than 500000 values",
		strings.Repeat(" ", maxBytes+1):                                                           "are more than",
		string(wrap(`{"$ref":"#"}`)):                                                              "execute: it leads back to itself",
		string(wrap(`{"$ref":"#/definitions/A","definitions":{"A":{"$ref":"#/definitions/A"}}}`)): "leads back to itself",
		string(wrap(`{"$ref":"#/definitions/B"}`)):                                                `$ref "#/definitions/B" leads nowhere`,
		`{"contract_name":"x","idl_version":"2.0.0"}`:                                             "only 1.x can be read",
		`{"type":"object"}`: `it has no "idl_version"`,
		"{\n\"contract_name\": \"x\",\n\"idl_version\": 1.0.0}": "line 3",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		}
	}
}
