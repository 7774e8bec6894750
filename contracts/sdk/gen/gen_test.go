package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommitted: what lies beside the contracts is what the generator writes.
func TestCommitted(t *testing.T) {
	for _, dir := range []string{"../probe", "../cw20", "../lottery", "../../counter", "../../airdrop", "../../amm", "../../multisig", "../../token", "../../nft", "../../escrow", "../../names", "../../miningpool", "../../arcade"} {
		got, err := generate(dir)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, output))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s/%s is not what the generator writes: run go generate ./contracts/...", dir, output)
		}
	}
}

// TestRefused: what the generator cannot do, it says.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"type A struct{}":                                                               "no struct here",
		"//sdk:json\ntype A int":                                                        "a.go:4:6: A is no struct",
		"//sdk:json\ntype A struct { X int }":                                           "a.go:4:17: a field needs a name and a json tag",
		"//sdk:json\ntype A struct { X, Y int `json:\"x\"` }":                           "needs a name",
		"//sdk:json\ntype A struct { X int `json:\"\"` }":                               "plain name",
		"//sdk:json\ntype A struct { X int `json:\"x,omitzero\"` }":                     "unknown option omitzero",
		"//sdk:json\ntype A struct { X map[string]int `json:\"x\"` }":                   "type of X is not supported",
		"//sdk:json\ntype A struct { X float64 `json:\"x\"` }":                          "contracts know no float64",
		"//sdk:json\ntype A struct { X int `json:\"x,string\"` }":                       "the option string is for uint64",
		"//sdk:json\ntype A struct { X [][]int `json:\"x\"` }":                          "type of X is not supported",
		"//sdk:json\ntype A struct { X int `json:\"x\"`; Y int `json:\"x\"` }":          "two fields are called x",
		"//sdk:oneof\ntype A struct { X int `json:\"x\"` }":                             "a.go:4:19: a field of //sdk:oneof is a pointer",
		"//sdk:oneof\ntype A struct { X *int `json:\"x,omitempty\"` }":                  "without omitempty",
		"//sdk:oneof\ntype A struct { }":                                                "A has no fields",
		"//sdk:oneof\ntype A struct { X []int `json:\"x\"` }":                           "is a pointer",
		"//sdk:json\ntype A struct {" + strings.Repeat("X int `json:\"x\"`;", 65) + "}": "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\n\n"+source+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := generate(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
}
