package doctor

import (
	"context"
	"encoding/binary"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	comet "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/node"
)

// patient is a home that is fit.
func patient(t *testing.T) Patient {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	_, err := node.Init(home, "patient", "weft-doctor", node.InitOptions{})
	require.NoError(t, err)
	cfg := node.DefaultConfig(home)
	for _, at := range []*string{&cfg.Comet.RPC.ListenAddress, &cfg.Comet.P2P.ListenAddress, &cfg.App.GRPC.Address, &cfg.App.API.Address} {
		*at = "127.0.0.1:0"
	}
	return Patient{Home: home, Config: cfg}
}

func find(t *testing.T, list []Finding, check string) Finding {
	t.Helper()
	for _, f := range list {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("no check %q in %v", check, list)
	return Finding{}
}

// nobody is a peer of which the machine answers, and no node runs there.
const nobody = "0123456789012345678901234567890123456789@127.0.0.1:1"

func setGenesisTime(t *testing.T, p *Patient, to time.Time) {
	t.Helper()
	doc, err := comet.GenesisDocFromFile(p.Config.Comet.GenesisFile())
	require.NoError(t, err)
	doc.GenesisTime = to
	require.NoError(t, doc.SaveAs(p.Config.Comet.GenesisFile()))
}

// TestFirstNodes: while a network has not begun, nobody answers the first of its
// nodes. An address of no machine is wrong all the same.
func TestFirstNodes(t *testing.T) {
	p := patient(t)
	p.Config.Comet.P2P.PersistentPeers = nobody
	f := find(t, Examine(t.Context(), p), "peer")
	require.True(t, f.OK)
	require.Contains(t, f.Remedy, "no node runs on it yet")
	p.Config.Comet.P2P.PersistentPeers = "0123456789012345678901234567890123456789@no-such-host.invalid:26656"
	require.False(t, find(t, Examine(t.Context(), p), "peer").OK)
}

// TestExamine: one thing after the other is spoiled, and found with a remedy.
func TestExamine(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	for check, spoil := range map[string]func(*Patient){
		"configuration": func(p *Patient) { p.Config.App.MaxQueries = 0 },
		"genesis":       func(p *Patient) { require.NoError(t, os.WriteFile(p.Config.Comet.GenesisFile(), []byte("{"), 0o600)) },
		"keys":          func(p *Patient) { p.Config.Comet.PrivValidatorListenAddr = "tcp://127.0.0.1:0" },
		"secret file":   func(p *Patient) { require.NoError(t, os.Chmod(p.Config.Comet.NodeKeyFile(), 0o644)) },
		"port of RPC":   func(p *Patient) { p.Config.Comet.RPC.ListenAddress = "tcp://" + busy.Addr().String() },
		"peer": func(p *Patient) {
			p.Config.Comet.P2P.PersistentPeers = nobody
			setGenesisTime(t, p, time.Now().Add(-25*time.Hour))
		},
		"version": func(p *Patient) {
			require.NoError(t, os.WriteFile(filepath.Join(p.Home, "data", "upgrade-info.json"), []byte(`{"name":"v9","height":7}`), 0o600))
		},
	} {
		p := patient(t)
		if check != "peer" && check != "genesis" { // a new genesis has no validators
			f := find(t, Examine(t.Context(), p), check)
			require.True(t, f.OK, "%+v", f)
			require.Empty(t, f.Remedy)
		}
		spoil(&p)
		f := find(t, Examine(t.Context(), p), check)
		require.False(t, f.OK, check)
		require.NotEmpty(t, f.Remedy, check)
		require.NotEmpty(t, f.Value, check)
	}
	list := Examine(context.Background(), patient(t))
	for _, check := range []string{"disk space", "fsync", "open files", "clock"} {
		require.NotEmpty(t, find(t, list, check).Value)
	}
}

// TestClock: a server whose clock is ahead.
func TestClock(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer server.Close()
	ahead := make(chan time.Duration, 2)
	go func() {
		packet := make([]byte, 48)
		for {
			_, from, err := server.ReadFrom(packet)
			if err != nil {
				return
			}
			now := time.Now().Add(<-ahead)
			answer := make([]byte, 48)
			answer[0], answer[1] = 0x24, 1
			for _, at := range []int{32, 40} {
				binary.BigEndian.PutUint32(answer[at:], uint32(now.Unix()+2_208_988_800))
				binary.BigEndian.PutUint32(answer[at+4:], uint32(int64(now.Nanosecond())<<32/1_000_000_000))
			}
			_, _ = server.WriteTo(answer, from)
		}
	}()
	p := patient(t)
	p.TimeServer = server.LocalAddr().String()
	ahead <- 0
	require.True(t, p.clock(t.Context()).OK)
	ahead <- 3 * time.Second
	f := p.clock(t.Context())
	require.False(t, f.OK)
	require.Contains(t, f.Value, "3s")
}
