package node

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	cmtlog "github.com/cometbft/cometbft/libs/log"
)

// cometLog hands CometBFT's log to ours, one level down: what it calls info is
// for debugging here, for weft tells each block itself.
type cometLog struct {
	log *slog.Logger
	// alarm is called with the reason when consensus has died.
	alarm func(error)
	// stopping says that the node stops: what CometBFT then calls errors, its
	// own closed connections, is none.
	stopping *atomic.Bool
	// module is the part of CometBFT that logs.
	module string
}

var _ cmtlog.Logger = cometLog{}

func (l cometLog) Debug(string, ...any) {}

func (l cometLog) Info(msg string, keyvals ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug(msg, texts(keyvals)...)
	}
}

func (l cometLog) Warn(msg string, keyvals ...any) { l.log.Warn(msg, texts(keyvals)...) }

// Parts of CometBFT that call errors what befalls one peer. Peers come and go, so
// these are warnings; when all blocks come from one peer and it is silent because
// it has none, not even that.
var peerModules = map[string]bool{"p2p": true, "pex": true, "blocksync": true}

const silentPeer = "SendTimeout"

// consensusFailure begins the line that CometBFT logs when its consensus has
// died while everything else of it goes on (cometbft facts, section 2.1).
const consensusFailure = "CONSENSUS FAILURE"

func (l cometLog) Error(msg string, keyvals ...any) {
	if l.stopping.Load() || l.module == "blocksync" && msg == silentPeer {
		l.log.Debug(msg, texts(keyvals)...)
		return
	}
	if peerModules[l.module] {
		l.log.Warn(msg, texts(keyvals)...)
		return
	}
	l.log.Error(msg, texts(keyvals)...)
	if strings.HasPrefix(msg, consensusFailure) {
		l.alarm(fmt.Errorf("consensus has died: %v", reason(keyvals)))
	}
}

// texts has values that know their text say it. As JSON a peer or a service would
// be an object of its exported fields, read while others write them.
func texts(keyvals []any) []any {
	out := slices.Clone(keyvals)
	for i := 1; i < len(out); i += 2 {
		switch v := out[i].(type) {
		case error, time.Time, time.Duration: // slog knows these
		case fmt.Stringer:
			out[i] = fmt.Sprint(v) // which also survives a nil
		}
	}
	return out
}

// reason finds what CometBFT logs under "err".
func reason(keyvals []any) any {
	for i := 0; i+1 < len(keyvals); i += 2 {
		if keyvals[i] == "err" {
			return keyvals[i+1]
		}
	}
	return "no reason given"
}

func (l cometLog) With(keyvals ...any) cmtlog.Logger {
	l.log = l.log.With(texts(keyvals)...)
	for i := 0; i+1 < len(keyvals); i += 2 {
		if module, ok := keyvals[i+1].(string); ok && keyvals[i] == "module" {
			l.module = module
		}
	}
	return l
}
