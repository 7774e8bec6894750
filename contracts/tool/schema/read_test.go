package schema

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFolders: where a schema may lie.
func TestFolders(t *testing.T) {
	const msg = `{"title":"X","oneOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"object"}},"additionalProperties":false}]}`
	const whole = `{"contract_name":"x","idl_version":"1.0.0","execute":` + msg + `}`
	for _, c := range []struct {
		files map[string]string
		name  string // of the contract; "" for an error
		want  string
	}{
		{map[string]string{"x.json": whole}, "x", ""},
		{map[string]string{"schema/x.json": whole, "tsconfig.json": "{ // comments"}, "x", ""},
		{map[string]string{"x.json": whole, "raw/execute.json": msg}, "x", ""},
		{map[string]string{"schema/raw/execute.json": msg}, "folder", ""},
		{map[string]string{"execute_msg.json": msg, "query_msg.json": msg, "a_response.json": `{"type":"string"}`}, "folder", ""},
		{map[string]string{"execute.json": msg, "response_to_a.json": `{"type":"string"}`, "query.json": msg}, "folder", ""},
		{map[string]string{"execute_msg_for__empty.json": msg, "handle_msg.json": "5"}, "", "handle_msg.json: expected a JSON Schema"},
		{map[string]string{"execute_msg.json": msg, "query_msg.json": "{"}, "", "query_msg.json: the JSON ends too early"},
		{map[string]string{"a.json": whole, "b.json": whole}, "", "several contracts"},
		{map[string]string{"package.json": "{}"}, "", "no schema of a contract is there"},
		{map[string]string{}, "", "no schema of a contract is there"},
	} {
		dir := filepath.Join(t.TempDir(), "folder")
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		for name, text := range c.files {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Read(dir)
		switch {
		case c.name == "" && (err == nil || !strings.Contains(err.Error(), c.want) && !errors.Is(err, ErrNone)):
			t.Errorf("%v: %v, want %s", c.files, err, c.want)
		case c.name != "" && (err != nil || got.Name != c.name || len(got.Messages(Execute)) != 1):
			t.Errorf("%v: %v %v", c.files, got, err)
		case c.name == "folder" && got.Documents[Query] != nil && got.Responses["a"] == nil:
			t.Errorf("%v: the answer to a is missing", c.files)
		}
	}
	if _, err := Read("/dev/null"); err == nil || !strings.Contains(err.Error(), "is not a plain file") {
		t.Error(err)
	}
	if _, err := Read("testdata/nowhere.json"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
