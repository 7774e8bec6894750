package app

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/internal/golden"
)

// TestErrors lists every verdict. The list is golden here, and what is in
// docs/spec/errors.md for people must be the same: a code that is released
// never changes its meaning. (A code that is used twice stops the program at
// start-up, hence this test as well.)
func TestErrors(t *testing.T) {
	var out bytes.Buffer
	out.WriteString("# Errors\n\nWritten by `go test ./app -run TestErrors -update`. Codes never change once released; texts may improve.\n\n" +
		"| codespace | code | text |\n| --- | ---: | --- |\n")
	for _, e := range chain.Errors() {
		fmt.Fprintf(&out, "| %s | %d | %s |\n", e.Codespace, e.Code, e)
	}
	golden.Check(t, out.Bytes())
	doc := filepath.Join("..", "docs", "spec", "errors.md")
	want, err := os.ReadFile(golden.File(t))
	require.NoError(t, err)
	got, err := os.ReadFile(doc)
	if err != nil || !bytes.Equal(got, want) {
		require.NoError(t, os.WriteFile(doc, want, 0o644))
		t.Fatalf("%s was not the golden list and has been rewritten: commit it", doc)
	}
}
