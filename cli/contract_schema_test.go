package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestContractSchema: weft contract schema on a contract of this repository, and
// what it says where there is none.
func TestContractSchema(t *testing.T) {
	const counter = "../contracts/counter"
	committed, err := os.ReadFile(counter + "/schema/counter.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "new", "counter.json")
	stale := filepath.Join(dir, "stale.json")
	if err := os.WriteFile(stale, append(committed, ' '), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken")
	if err := os.Mkdir(broken, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module broken\n\ngo 1.26\n", "a.go": "package broken\n\nvar X int = \"five\"\n"} {
		if err := os.WriteFile(filepath.Join(broken, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args string
		code int
		want string // of stdout if code is 0, else of stderr
	}{
		{counter + " --out -", exitOK, string(committed)},
		{counter + " --out " + file, exitOK, file},
		{counter + " --out " + file + " --check", exitOK, ""},
		{counter + " --check", exitOK, ""},
		{counter + " --out " + stale + " --check", exitCheck, "stale.json is not what the source says: run weft contract schema"},
		{counter + " --out " + filepath.Join(dir, "none.json") + " --check", exitCheck, "none.json is missing"},
		{counter + " --out - --check", exitUsage, "--check compares with a file"},
		{counter + " --out - --name clock --contract-version 2.0.0", exitOK, "\"contract_name\": \"clock\",\n  \"contract_version\": \"2.0.0\""},
		{dir, exitCheck, "go.mod file not found"},
		{broken, exitCheck, "a.go:3:13: cannot use \"five\""},
		{"../chain/layout", exitCheck, "has no sdk.Contract{…}: is this the folder of a contract?"},
	} {
		var out, errs bytes.Buffer
		code := runWith(context.Background(), append([]string{"contract", "schema"}, strings.Fields(c.args)...), strings.NewReader(""), &out, &errs)
		text := errs.String()
		if c.code == exitOK {
			text = out.String()
		}
		if code != c.code || !strings.Contains(text, c.want) {
			t.Errorf("%s: exit %d\n%s%s\nwant %d: %s", c.args, code, out.String(), errs.String(), c.code, c.want)
		}
	}
}
