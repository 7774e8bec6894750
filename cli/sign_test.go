package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
)

// TestSignedBytes signs one transaction of every kind with a known key in both
// modes, without a node. Signatures are deterministic, so each byte of what clients and chain
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
		{"feegrant", "grant", "alice", jar, "--spend-limit", "5uweft", "--expiration", "2099-01-30T15:04:05Z", "--allowed-messages", "/cosmos.bank.v1beta1.MsgSend"},
		{"feegrant", "revoke", "alice", jar},
	} {
		args := append(append([]string{"tx"}, words...), append(base, "--generate-only", "--offline", "--gas", "200000", "--chain-id", "weft-local")...)
		if words[0] == "wasm" {
			args = append(args, "--from", "alice")
		}
		code, unsigned, stderr := weft(t, args...)
		require.Equal(t, exitOK, code, "%v\n%s", words, stderr)
		file := filepath.Join(home, "tx.json")
		require.NoError(t, os.WriteFile(file, []byte(unsigned), 0o600))
		text.WriteString("# " + strings.ReplaceAll(strings.Join(words, " "), home, "") + "\n")
		for _, mode := range []string{"direct", "amino-json"} {
			code, signed, stderr := weft(t, append([]string{"tx", "sign", file, "--from", "alice", "--offline", "-a", "3", "-s", "4", "--chain-id", "weft-local", "--sign-mode", mode}, base...)...)
			require.Equal(t, exitOK, code, "%v\n%s", words, stderr)
			other := filepath.Join(home, "signed.json")
			require.NoError(t, os.WriteFile(other, []byte(signed), 0o600))
			code, encoded, stderr := weft(t, "tx", "encode", other)
			require.Equal(t, exitOK, code, stderr)
			text.WriteString(signed + encoded)
		}
	}
	golden.Check(t, []byte(text.String()))
}

// TestMultisignedBytes does the same for a multisig of two of three: each step
// of its signature, as it passes between those who sign.
func TestMultisignedBytes(t *testing.T) {
	home := t.TempDir()
	base := []string{"--home", home, "--keyring-backend", "test"}
	for i, name := range []string{"alice", "bob", "carol"} {
		_, err := inProcess(purse+"\n", append([]string{"keys", "add", name, "--recover", "--index", strconv.Itoa(i)}, base...)...)
		require.NoError(t, err)
	}
	var text strings.Builder
	step := func(file string, args ...string) {
		t.Helper()
		out, err := inProcess("", append(args, base...)...)
		require.NoError(t, err)
		text.WriteString("# " + strings.ReplaceAll(strings.Join(args, " "), home+"/", "") + "\n" + out + "\n")
		require.NoError(t, os.WriteFile(filepath.Join(home, file), []byte(out), 0o600))
	}
	at := func(name string) string { return filepath.Join(home, name) }
	offline := []string{"--offline", "-a", "3", "-s", "4", "--chain-id", "weft-local"}
	step("key", "keys", "add", "treasury", "--multisig", "alice,bob,carol", "--multisig-threshold", "2", "-o", "json")
	step("tx", "tx", "bank", "send", "treasury", "bob", "7uweft", "--generate-only", "--offline", "--gas", "200000", "--fees", "5uweft")
	step("a", append([]string{"tx", "sign", at("tx"), "--from", "alice", "--multisig", "treasury"}, offline...)...)
	step("c", append([]string{"tx", "sign", at("tx"), "--from", "carol", "--multisig", "treasury"}, offline...)...)
	step("signed", append([]string{"tx", "multisign", at("tx"), "treasury", at("a"), at("c")}, offline...)...)
	step("checked", "tx", "validate-signatures", at("signed"), "--offline")
	golden.Check(t, []byte(text.String()))
}
