package node

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// At the default level stand errors that are the operator's business, peers'
// troubles as warnings, and nothing of what CometBFT says while it stops.
func TestCometLog(t *testing.T) {
	var out bytes.Buffer
	var stopping atomic.Bool
	var alarm error
	plain := slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	l := cometLog{log: slog.New(plain), alarm: func(err error) { alarm = err }, stopping: &stopping}

	l.Info("Started node")
	l.With("module", "p2p").Error("Stopping peer for error", "err", "EOF")
	l.With("module", "blocksync").With("peer", "x").Error("SendTimeout")
	l.With("module", "blocksync").Error("Error in validation")
	l.With("module", "evidence").Error("bad evidence")
	require.NoError(t, alarm)
	l.With("module", "consensus").Error("CONSENSUS FAILURE!!!", "err", errors.New("why"))
	require.ErrorContains(t, alarm, "why")
	stopping.Store(true)
	l.With("module", "evidence").Error("closed")

	require.Equal(t, `level=WARN msg="Stopping peer for error" module=p2p err=EOF
level=WARN msg="Error in validation" module=blocksync
level=ERROR msg="bad evidence" module=evidence
level=ERROR msg="CONSENSUS FAILURE!!!" module=consensus err=why
`, out.String())
}

// part is what CometBFT logs of its parts: fields that others write, and a name.
type part struct{ Fields map[string]int }

func (s *part) String() string { return "the part with " + fmt.Sprint(len(s.Fields)) }

// Values say their text in both forms of the log; nobody reads their fields.
func TestCometLogValues(t *testing.T) {
	var out bytes.Buffer
	l := cometLog{log: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})), alarm: func(error) {}, stopping: new(atomic.Bool)}
	var none *part
	l.With("impl", &part{}).Info("starts", "peer", &part{map[string]int{"a": 1}}, "none", none, "err", errors.New("why"), "height", int64(7), "odd")
	require.Contains(t, out.String(), `"msg":"starts","impl":"the part with 0","peer":"the part with 1","none":"<nil>","err":"why","height":7,"!BADKEY":"odd"}`)
}
