package node_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStatus looks at what clients choose their way of reading by. CosmJS takes
// "0.38." for itself, which is the form of our answers, and reads every other
// version below 1 as if it were 0.37 (cosmjs-calls facts, section 2).
func TestStatus(t *testing.T) {
	run := newCommand(t, newHome(t))
	p := run.start(t)
	p.awaitHeight(2)
	status, err := newClient(t, run.rpc).Status(context.Background())
	require.NoError(t, err)
	require.Regexp(t, `^0\.38\.\d+$`, status.NodeInfo.Version, "CosmJS has other clients for other versions")
	require.Equal(t, run.rpc, status.NodeInfo.Other.RPCAddress, "the door, not what is behind it")
	require.Equal(t, chainID, status.NodeInfo.Network)
	require.Equal(t, "on", status.NodeInfo.Other.TxIndex, "CosmJS finds transactions by tx_search")
	require.EqualValues(t, 1, status.NodeInfo.ProtocolVersion.App)
	require.Equal(t, "ed25519", status.ValidatorInfo.PubKey.Type())
	require.EqualValues(t, 1, status.ValidatorInfo.VotingPower)
	require.False(t, status.SyncInfo.CatchingUp)
	p.stop()
}
