//go:build !weft_chaos

package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/testnet"
)

// TestNoSabotage: a binary that is built without the tag weft_chaos, as those that
// ship, cannot do what no operator may do, and says so before anything starts.
// e2e/testnet.sh looks for it in the binary itself.
func TestNoSabotage(t *testing.T) {
	_, can := any(&testnetLauncher{}).(testnet.Saboteur)
	require.False(t, can)
	for _, step := range []string{`{ do = "tamper", node = "node0" }`, `{ do = "io-errors", node = "node0", on = "app" }`, `{ do = "skew", node = "node0", ahead = "1m" }`} {
		m, err := testnet.ParseManifest([]byte("name = \"x\"\nstep = [" + step + "]"))
		require.NoError(t, err)
		require.ErrorContains(t, (&testnet.Runner{Manifest: m, Launcher: &testnetLauncher{}}).Ready(), "build one with go build -tags weft_chaos")
	}
}
