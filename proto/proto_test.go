package proto_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	_ "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/base/node/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/multisig"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/secp256k1"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/secp256r1"
	_ "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/gov/v1"
	_ "github.com/weftchain/weft/proto/cosmos/gov/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/proto/strict"
	_ "github.com/weftchain/weft/proto/weft/lottery/v1"
	_ "github.com/weftchain/weft/proto/weft/params/v1"
	_ "github.com/weftchain/weft/proto/weft/state/v1"
	_ "github.com/weftchain/weft/proto/weft/upgrade/v1"
)

var (
	packageLine = regexp.MustCompile(`(?m)^package (\S+);`)
	messageLine = regexp.MustCompile(`(?m)^message (\w+) \{`)
	goPackage   = regexp.MustCompile(`(?m)^option go_package = "github\.com/weftchain/weft/proto/(\S+);\w+";`)
)

// TestEveryMessage holds that each message of each .proto file has a Go type
// under its name, that package strict knows it, and that the file lies where its
// packages say.
func TestEveryMessage(t *testing.T) {
	files := protoFiles(t)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		dir := filepath.ToSlash(filepath.Dir(file))
		pkg := packageLine.FindSubmatch(text)
		require.NotNil(t, pkg, file)
		require.Equal(t, dir, strings.ReplaceAll(string(pkg[1]), ".", "/"), "package of %s", file)
		goPkg := goPackage.FindSubmatch(text)
		require.NotNil(t, goPkg, "go_package of %s", file)
		require.Equal(t, dir, string(goPkg[1]), "go_package of %s", file)
		for _, m := range messageLine.FindAllSubmatch(text, -1) {
			name := string(pkg[1]) + "." + string(m[1])
			require.NotNil(t, gogoproto.MessageType(name), name)
			require.NoError(t, strict.RejectUnknown(name, nil, strict.Options{}), name)
		}
	}
}

// TestServicesUseTheirOwnMessages holds that what a service takes and gives are messages that
// can be found by name, as routing needs.
func TestServicesUseTheirOwnMessages(t *testing.T) {
	rpc := regexp.MustCompile(`(?m)^  rpc \w+\((\w+)\) returns \((\w+)\)`)
	count := 0
	for _, file := range protoFiles(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		pkg := string(packageLine.FindSubmatch(text)[1])
		for _, m := range rpc.FindAllSubmatch(text, -1) {
			count++
			require.NotNil(t, gogoproto.MessageType(pkg+"."+string(m[1])), "%s: %s", file, m[0])
			require.NotNil(t, gogoproto.MessageType(pkg+"."+string(m[2])), "%s: %s", file, m[0])
		}
	}
	require.Equal(t, strings.Count(allText(t), "\n  rpc "), count, "every rpc takes and gives messages of its own package")
}

func protoFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if filepath.Ext(path) == ".proto" {
			files = append(files, path)
		}
		return err
	})
	require.NoError(t, err)
	return files
}

func allText(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, file := range protoFiles(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}
