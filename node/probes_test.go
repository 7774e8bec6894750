package node_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/loopback"
)

// get fetches a page; code 0 says that nobody answered.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	c := http.Client{Timeout: 5 * time.Second}
	defer c.CloseIdleConnections()
	res, err := c.Get(url)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(body)
}

// TestProbesAndMetrics: /livez, /readyz and the metrics of a node that makes
// blocks; and that the dashboard asks for nothing that is not there.
func TestProbesAndMetrics(t *testing.T) {
	n := newInProcess(t, newHome(t))
	rest, scrape := loopback.Must(t), loopback.Must(t)
	n.cfg.App.API.Enable, n.cfg.App.API.Address = true, rest
	n.cfg.App.API.RateLimit, n.cfg.App.API.RateBurst = 0.001, 1
	n.cfg.Comet.Instrumentation.Prometheus, n.cfg.Comet.Instrumentation.PrometheusListenAddr = true, scrape
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.run(ctx) }()
	for range 3 {
		awaitBlock(t, n, ended)
	}
	var health struct {
		OK     bool    `json:"ok"`
		Height int64   `json:"height"`
		Age    float64 `json:"last_block_seconds"`
	}
	for _, probe := range []string{"/livez", "/readyz", "/readyz"} { // whatever the limits of the door
		require.Eventually(t, func() bool { code, _ := get(t, "http://"+rest+probe); return code == http.StatusOK }, patience, 50*time.Millisecond, probe)
	}
	_, body := get(t, "http://"+rest+"/readyz")
	require.NoError(t, json.Unmarshal([]byte(body), &health), body)
	require.True(t, health.OK)
	require.GreaterOrEqual(t, health.Height, int64(3))
	require.Less(t, health.Age, 30.0)

	code, text := get(t, "http://"+scrape+"/metrics")
	require.Equal(t, http.StatusOK, code)
	for _, want := range []string{
		`weft_blocks_total{chain_id="weft-test"} [3-9]`, `weft_txs_total{chain_id="weft-test",result="ok"} 0`,
		`weft_block_execution_seconds_count{chain_id="weft-test"} [3-9]`, `weft_state_height{chain_id="weft-test"} [3-9]`,
		`weft_state_disk_bytes{chain_id="weft-test"} [1-9]`, `weft_vm_codes{chain_id="weft-test"} 0`,
		`weft_state_cache_reads_total{chain_id="weft-test",result="hit"} [1-9]`, `cometbft_consensus_height\{`,
	} {
		require.Regexp(t, strings.Replace(want, "{chain", `\{chain`, 1), text)
	}
	dashboard, err := os.ReadFile(filepath.Join("..", "docs", "grafana", "weft.json"))
	require.NoError(t, err)
	require.True(t, json.Valid(dashboard))
	asked := regexp.MustCompile(`\b(weft|cometbft)_[a-z_]+`).FindAllString(string(dashboard), -1)
	require.Greater(t, len(asked), 20)
	for _, name := range asked {
		// What nothing happened to is not shown yet by CometBFT.
		if strings.HasPrefix(name, "weft_") {
			require.Regexp(t, `(?m)^`+name+`[{ ]`, text, "the dashboard asks for it")
		}
	}
	cancel()
	require.NoError(t, <-ended)
}
