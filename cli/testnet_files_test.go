package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCompose: the services are called as the nodes call each other, and what they
// publish is what they listen on.
func TestCompose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	_, err := inProcess("", "testnet", "init-files", "-v", "3", "--docker-compose", "--systemd", "--chain-id", "files-1", "--dir", dir)
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.Join(dir, "docker-compose.yml"))
	require.NoError(t, err)
	text := string(raw)
	require.NotContains(t, text, "\t", "YAML is indented with blanks")
	services := regexp.MustCompile(`(?m)^  (\S+):$`).FindAllStringSubmatch(text, -1)
	require.Len(t, services, 3)
	for i, s := range services {
		require.Equal(t, fmt.Sprintf("node%d", i), s[1])
		require.Contains(t, text, fmt.Sprintf(`"./%s:/home/weft"`, s[1]))
		require.Contains(t, text, fmt.Sprintf(`"127.0.0.1:%d:26657"`, 26657+10*i))
		cfg, err := loadConfig(filepath.Join(dir, s[1]))
		require.NoError(t, err)
		require.Equal(t, "tcp://0.0.0.0:26657", cfg.Comet.RPC.ListenAddress)
		require.Equal(t, s[1]+":26656", cfg.Comet.P2P.ExternalAddress)
		peers := strings.Split(cfg.Comet.P2P.PersistentPeers, ",")
		require.Len(t, peers, 2)
		for _, p := range peers {
			_, address, _ := strings.Cut(p, "@")
			host, port, _ := strings.Cut(address, ":")
			require.Equal(t, "26656", port)
			require.NotEqual(t, s[1], host, "a node is not its own peer")
			require.Contains(t, text, "  "+host+":\n")
		}
		unit, err := os.ReadFile(filepath.Join(dir, s[1], "weft.service"))
		require.NoError(t, err)
		require.Contains(t, string(unit), "ExecStart=/usr/local/bin/weft start")
	}
}

// TestComposeSpread: with machines of their own, nodes publish the port that the
// others dial.
func TestComposeSpread(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	_, err := inProcess("", "testnet", "init-files", "--hosts", "10.0.0.1,b.example", "--docker-compose", "--chain-id", "files-1", "--dir", dir)
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.Join(dir, "docker-compose.yml"))
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(string(raw), `"26656:26656", "127.0.0.1:26657:26657"`))
	require.Contains(t, string(raw), "# on 10.0.0.1\n  node0:")
	require.Contains(t, string(raw), "# on b.example\n  node1:")
}

// TestTestnetPorts: from any base that is allowed, there are ports for all.
func TestTestnetPorts(t *testing.T) {
	for _, base := range []int{1024, 10_000, 26_656, testnetBasePort, 60_000} {
		seen := map[int]bool{}
		for _, port := range testnetPorts(base) {
			require.Greater(t, port, 1000)
			require.Less(t, port, 1<<16)
			require.False(t, seen[port])
			seen[port] = true
		}
	}
	require.Equal(t, [4]int{26657, 26656, 9090, 1317}, testnetPorts(testnetBasePort))
}
