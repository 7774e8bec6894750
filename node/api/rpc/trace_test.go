package rpc

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/cometbft/cometbft/state/txindex/null"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
)

func TestAccess(t *testing.T) {
	for _, local := range []string{"127.0.0.1", "127.9.9.9", "::/64", "", "@"} {
		require.True(t, AccessLocal.allows(local), local)
		require.True(t, AccessAll.allows(local))
		require.False(t, AccessNone.allows(local))
	}
	for _, other := range []string{"10.0.0.1", "2001:db8::/64", "0.0.0.0", "localhost", "fe80::/64"} {
		require.False(t, AccessLocal.allows(other), other)
		require.True(t, AccessAll.allows(other))
	}
	require.False(t, Access("everybody").Known())
}

// TestTraceDoor: a trace is for those who may have it, costs what it costs, and
// is counted among the heavy calls.
func TestTraceDoor(t *testing.T) {
	ask := func(access Access, from string, rate int) (int, string) {
		t.Helper()
		cfg := testConfig()
		cfg.Rate, cfg.Burst, cfg.Forwarded = rate, max(rate, 1), true
		d := New(Options{
			Config: cfg, Env: &rpccore.Environment{TxIndexer: &null.TxIndex{}}, Log: slog.New(slog.DiscardHandler), TraceAccess: access,
			Trace: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				_, _ = w.Write(append([]byte("traced "), body...))
			}),
		})
		r := httptest.NewRequest(http.MethodPost, TracePath, strings.NewReader("it"))
		r.RemoteAddr = "127.0.0.1:99"
		if from != "" {
			r.Header.Set("X-Forwarded-For", from)
		}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if rate > 0 && w.Code == http.StatusOK { // the next one in the same second
			w = httptest.NewRecorder()
			r.Body = http.NoBody
			d.ServeHTTP(w, r)
		}
		return w.Code, w.Body.String()
	}
	code, body := ask(AccessLocal, "", 0)
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, "traced it", body)
	code, body = ask(AccessLocal, "10.0.0.1", 0)
	require.Equal(t, http.StatusForbidden, code, "whom a proxy asks for counts")
	require.Contains(t, body, "makes no traces for 10.0.0.1: set access in section [trace] of app.toml")
	code, _ = ask(AccessAll, "10.0.0.1", 0)
	require.Equal(t, http.StatusOK, code)
	code, _ = ask(AccessNone, "", 0)
	require.Equal(t, http.StatusForbidden, code)
	code, body = ask(AccessLocal, "", traceCost+traceCost/2)
	require.Equal(t, http.StatusTooManyRequests, code)
	require.Contains(t, body, "rate-limit")
}

// TestTraceCostDocumented holds docs/spec/rpc.md against the code.
func TestTraceCostDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/spec/rpc.md")
	require.NoError(t, err)
	require.Contains(t, string(text), "| "+golden.Number(traceCost)+", heavy | POST "+TracePath+" |")
}
