package goschema

import (
	"context"
	"go/ast"
	"go/parser"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// imported are the packages of the SDK, compiled.
var imported = sync.OnceValues(func() (map[string]*listed, error) {
	all, _, err := list(context.Background(), "../../sdk", ".")
	return all, err
})

var typeLine = regexp.MustCompile(`(?m)^type (\w+) `)

// code makes a package of declarations: each type gets JSON methods.
func code(body string) string {
	for _, m := range typeLine.FindAllStringSubmatch(body, -1) {
		body += "\nfunc (*" + m[1] + ") DecodeJSON(*json.Reader) {}\nfunc (" + m[1] + ") EncodeJSON(*json.Writer) {}\n"
	}
	return "package a; import \"" + sdkPath + "\"; import \"" + jsonPath + "\"; var _ json.Raw\n" + body
}

// describe writes the schema of a package that is only a text.
func describe(t *testing.T, text string) (*Contract, error) {
	t.Helper()
	all, err := imported()
	if err != nil {
		t.Fatal(err)
	}
	s := newSource(all)
	file, err := parser.ParseFile(s.files, "a.go", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	s.asts = []*ast.File{file}
	if err := s.check("a"); err != nil {
		return nil, err
	}
	return s.describe(Options{})
}

// handlers are what the packages below have in common.
const handlers = `
//sdk:json
type Empty struct{}
func do(*sdk.Context, *Empty) (*sdk.Response, error) { return nil, nil }
func ask(*sdk.Context, *Empty) (*Empty, error) { return nil, nil }
`

// TestErrors: what stands in the way is said with file and line, and what to do.
func TestErrors(t *testing.T) {
	for body, want := range map[string]string{
		"var X = 5": "a.go:1:1: package a has no sdk.Contract{…}",
		"var A, B = sdk.Contract{}, sdk.Contract{}":                                                                                                "there are several sdk.Contract{…}: say which variable is meant",
		"func routes() sdk.Routes { return nil }\nvar Contract = sdk.Contract{Execute: routes()}":                                                  "a.go:3:38: what routes(…) gives cannot be seen without running it",
		"func one() sdk.Route { return sdk.Route{} }\nvar Contract = sdk.Contract{Execute: sdk.Routes{one()}}":                                     `a.go:3:49: expected sdk.On("name", handler)`,
		"var name = \"x\"\nvar Contract = sdk.Contract{Execute: sdk.Routes{sdk.On(name, do)}}":                                                     "a.go:3:56: the name of a message must be a constant text",
		"var Contract = sdk.Contract{Execute: sdk.Routes{\nsdk.On(\"a\", do),\nsdk.On(\"a\", do)}}":                                                `a.go:4:1: "a" is here a second time, first in a.go:3:1`,
		"type Own struct{}\nvar Contract = sdk.Contract{Instantiate: sdk.Do(func(*sdk.Context, *Own) (*sdk.Response, error) { return nil, nil })}": "a.go:2:6: Own has JSON methods of its own, so its form cannot be seen: say it in its comment by //sdk:schema",
		field("X int"):                                                              "a.go:4:1: the field X needs a name in a json tag",
		field("X float64 `json:\"x\"`"):                                             "a.go:4:1: float64 has no form in JSON",
		field("X map[string]int `json:\"x\"`"):                                      "a.go:4:1: map[string]int has no form in JSON",
		field("X sdk.Item[sdk.Text] `json:\"x\"`"):                                  "is generic",
		"//sdk:schema {\ntype M struct{}\n" + contract:                              "a.go:3:6: the //sdk:schema of M: it ends too early",
		"//sdk:schema [1]\ntype M struct{}\n" + contract:                            "the //sdk:schema of M: it is no object",
		"//sdk:schema {} {}\ntype M struct{}\n" + contract:                          "something follows it",
		"//sdk:schema {\"$ref\":\"#/definitions/N\"}\ntype M struct{}\n" + contract: "package a has no type N",
		"//sdk:schema {\"$ref\":\"M\"}\ntype M struct{}\n" + contract:               `"M" is no #/definitions/NAME`,
		"//sdk:schema enum\ntype M string\n" + contract:                             "the package has no constant texts of type M",
		"var Contract = sdk.Contract{Execute: sdk.Do(5)}":                           "a.go:2:38: in call to sdk.Do",
		"var Contract = sdk.Contract{Execute: nobody}":                              "a.go:2:38: undefined: nobody",
		"type N struct{ x int }\nfunc bad(*sdk.Context, *struct{}) (*sdk.Response, error) { return nil, nil }\nvar Contract = sdk.Contract{Execute: sdk.Do(bad)}": "Run go generate first: it writes the JSON methods.",
	} {
		_, err := describe(t, code(body+handlers))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n%v\nwant %s", body, err, want)
		}
	}
}

const contract = "var Contract = sdk.Contract{Instantiate: sdk.Do(func(*sdk.Context, *M) (*sdk.Response, error) { return nil, nil })}"

// field is a package whose message has a field.
func field(text string) string {
	return "//sdk:json\ntype M struct {\n" + text + "\n}\n" + contract
}

// TestRoutes: the ways in which routes may be written.
func TestRoutes(t *testing.T) {
	c, err := describe(t, code(`
const prefix = "do_"
var more = sdk.Routes{sdk.On(prefix+"b", do)}
var last = sdk.On("d", func(_ *sdk.Context, _ *Empty) (*sdk.Response, error) { return nil, nil })
func make() sdk.Contract {
	return sdk.Contract{
		Execute: append(append(sdk.Routes{sdk.On[Empty]("a", do)}, more...), sdk.On("c", do), last),
		Query:   (sdk.Answers)([]sdk.Question{sdk.Answer("q", ask)}),
		Migrate: nil,
		Reply:   nil,
	}
}
`+handlers))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`"required": \[\s*"(\w+)"`).FindAllStringSubmatch(string(c.Data), -1)
	var got []string
	for _, n := range names {
		got = append(got, n[1])
	}
	if strings.Join(got, " ") != "a do_b c d q" || !strings.Contains(string(c.Data), `"migrate": null`) {
		t.Errorf("%v\n%s", got, c.Data)
	}
}

// TestOutside: a module of its own, with types in a package of its own.
func TestOutside(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/shop\n\ngo 1.26\n\nrequire github.com/weftchain/weft v0.0.0\n\nreplace github.com/weftchain/weft => " + root + "\n",
		"shop.go": `package shop

import (
	"example.com/shop/kinds"
	"` + sdkPath + `"
)

const Version = "1.2.3"

// Contract is the shop.
var Contract = sdk.Contract{Execute: sdk.Routes{sdk.On("buy", buy)}}

// buy sells.
func buy(*sdk.Context, *kinds.Buy) (*sdk.Response, error) { return nil, nil }
`,
		"kinds/kinds.go": `package kinds

import (
	"` + sdkPath + `"
	"` + jsonPath + `"
)

// Buy takes a thing.
//
// It must be paid.
//
//sdk:json
type Buy struct {
	// What it is.
	Thing Thing      ` + "`json:\"thing\"`" + `
	Count uint64     ` + "`json:\"count,string\"`" + ` // how many
	Gift  *sdk.Addr  ` + "`json:\"gift\"`" + `
	Notes []*string  ` + "`json:\"notes,omitempty\"`" + `
	Data  []byte     ` + "`json:\"data\"`" + `
	More  []Buy      ` + "`json:\"more\"`" + `
	Any   json.Raw   ` + "`json:\"any\"`" + `
	Funds sdk.Coins  ` + "`json:\"funds\"`" + `
}

func (*Buy) DecodeJSON(*json.Reader) {}

// Thing is a thing.
//
//sdk:schema enum
type Thing string

const (
	Hat  Thing = "hat"
	Coat Thing = "coat"
)
`,
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	c, err := Package(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/shop.json")
	if *update {
		err = os.WriteFile("testdata/shop.json", c.Data, 0o644)
		want = c.Data
	}
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Data) != string(want) {
		t.Errorf("%s", c.Data)
	}
}
