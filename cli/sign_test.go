package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
)

// TestSignedBytes signs one transaction of every kind with a known key, without
// a node. Signatures are deterministic, so each byte of what clients and chain
// must agree on stands in the golden file.
func TestSignedBytes(t *testing.T) {
	home := t.TempDir()
	base := []string{"--home", home, "--keyring-backend", "test"}
	var out, errs bytes.Buffer
	code := runWith(context.Background(), append([]string{"keys", "add", "alice", "--recover"}, base...),
		strings.NewReader("enlist hip relief stomach skate base shallow young switch frequent cry park\n"), &out, &errs)
	require.Equal(t, exitOK, code, errs.String())
	const alice, jar = "weft14qemq0vw6y3gc3u3e0aty2e764u4gs5l49e0hp", "weft14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9sn0uthe"
	module := filepath.Join(home, "m.wasm.gz")
	require.NoError(t, os.WriteFile(module, []byte("\x1f\x8bnot really"), 0o600))
	var text strings.Builder
	for _, words := range [][]string{
		{"bank", "send", "alice", alice, "7uweft", "--fees", "5uweft", "--note", "größe"},
		{"bank", "multi-send", "alice", "alice", alice, "7uweft", "--split"},
		{"wasm", "store", module, "--instantiate-anyof-addresses", "alice"},
		{"wasm", "instantiate", "1", `{"goal":"1"}`, "--label", "jar", "--admin", "alice", "--amount", "1uweft"},
		{"wasm", "instantiate2", "1", `{}`, "0a0b", "--label", "jar", "--no-admin", "--fix-msg"},
		{"wasm", "execute", jar, `{"tip":{"n":18446744073709551616}}`, "--gas-prices", "0.025uweft"},
		{"wasm", "migrate", jar, "2", `{}`, "--timeout-height", "9"},
		{"wasm", "set-contract-admin", jar, "alice"},
		{"wasm", "clear-contract-admin", jar},
		{"wasm", "set-contract-label", jar, "new"},
		{"wasm", "update-instantiate-config", "1", "--instantiate-nobody", "true"},
	} {
		args := append(append([]string{"tx"}, words...), append(base, "--generate-only", "--offline", "--gas", "200000", "--chain-id", "weft-local")...)
		if words[0] == "wasm" {
			args = append(args, "--from", "alice")
		}
		code, unsigned, stderr := weft(t, args...)
		require.Equal(t, exitOK, code, "%v\n%s", words, stderr)
		file := filepath.Join(home, "tx.json")
		require.NoError(t, os.WriteFile(file, []byte(unsigned), 0o600))
		code, signed, stderr := weft(t, append([]string{"tx", "sign", file, "--from", "alice", "--offline", "-a", "3", "-s", "4", "--chain-id", "weft-local"}, base...)...)
		require.Equal(t, exitOK, code, "%v\n%s", words, stderr)
		require.NoError(t, os.WriteFile(file, []byte(signed), 0o600))
		code, encoded, stderr := weft(t, "tx", "encode", file)
		require.Equal(t, exitOK, code, stderr)
		text.WriteString("# " + strings.ReplaceAll(strings.Join(words, " "), home, "") + "\n" + signed + encoded)
	}
	golden.Check(t, []byte(text.String()))
}
