package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	alice = "weft17440dtsyrxk8735vszhmycxhqgrh7keqk055nr"
	drop  = "weft1hrpna9v7vs3stzyd4z3xf00676kf78zpe2u5ksvljswn2vnjp3ysmkldr3"
)

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(file, []byte("address,amount\n"+alice+",5\n"+drop+",7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	get := func(into any, args ...string) {
		t.Helper()
		var out bytes.Buffer
		if err := run(args, &out); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	var r root
	get(&r, file)
	if len(r.MerkleRoot) != 64 || r.Total != "12" || r.Addresses != 2 {
		t.Errorf("%+v", r)
	}
	var msg map[string]claim
	get(&msg, file, drop, "3")
	if c := msg["claim"]; c.Stage != 3 || c.Amount != "7" || len(c.Proof) != 1 {
		t.Errorf("%+v", msg)
	}
	var all map[string]claim
	get(&all, "-proofs", file)
	if len(all) != 2 || all[drop].Proof[0] != msg["claim"].Proof[0] || all[alice].Amount != "5" {
		t.Errorf("%+v", all)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"usage", nil},
		{"usage", []string{"-proofs", file, alice}},
		{"usage", []string{file, alice, "1", "2"}},
		{"not defined", []string{"-other"}},
		{"no such file", []string{file + "x"}},
		{"is not in the list", []string{file, "weft1"}},
		{"is no number", []string{file, alice, "one"}},
	} {
		if err := run(c.args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.args, err, c.want)
		}
	}
}
