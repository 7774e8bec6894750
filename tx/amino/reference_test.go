package amino_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/multisig"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/secp256k1"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/secp256r1"
	_ "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	_ "github.com/weftchain/weft/proto/weft/params/v1"
	"github.com/weftchain/weft/tx/amino"
)

// refused is what stands in the place of a document that the reference does
// not write.
const refused = "!"

// TestReference compares with what the reference's encoder wrote: random
// messages of every type in the table, with empty fields, hostile texts and
// contract messages in every shape. Each entry of a file is the type URL, the
// message in hex (- for an empty one), and the document. They were made by
// cosmossdk.io/x/tx v0.14.0 (the same code as in cosmos-sdk v0.54.0) over the
// .proto files of cosmos-sdk v0.54.0 and wasmd v0.70.3.
func TestReference(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, entry := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
			lines := strings.Split(entry, "\n")
			require.Len(t, lines, 3, entry)
			seen[lines[0][1:]] = true
			value, err := hex.DecodeString(strings.TrimPrefix(lines[1], "-"))
			require.NoError(t, err)
			got, err := amino.Any(lines[0], value, amino.Reference)
			if lines[2] == refused {
				require.Error(t, err, entry)
				continue
			}
			require.NoError(t, err, entry)
			require.Equal(t, lines[2], string(got), entry)
		}
	}
	for _, name := range amino.Names() {
		if strings.Contains(name, ".Msg") && !strings.HasPrefix(name, "weft.") {
			require.True(t, seen[name], "%s has no document of the reference", name)
		}
	}
}
