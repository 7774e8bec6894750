package node

import (
	"context"
	"log/slog"
	"strings"

	cmtlog "github.com/cometbft/cometbft/libs/log"
)

// cometLog hands CometBFT's log to ours, one level down: what it calls info is
// for debugging here, for weft tells each block itself.
type cometLog struct {
	log   *slog.Logger
	alarm func(string)
}

var _ cmtlog.Logger = cometLog{}

func (l cometLog) Debug(string, ...any) {}

func (l cometLog) Info(msg string, keyvals ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug(msg, keyvals...)
	}
}

func (l cometLog) Warn(msg string, keyvals ...any) { l.log.Warn(msg, keyvals...) }

// consensusFailure begins the line that CometBFT logs when its consensus has
// died while everything else of it goes on (cometbft facts, section 2.1).
const consensusFailure = "CONSENSUS FAILURE"

func (l cometLog) Error(msg string, keyvals ...any) {
	l.log.Error(msg, keyvals...)
	if strings.HasPrefix(msg, consensusFailure) {
		l.alarm(msg)
	}
}

func (l cometLog) With(keyvals ...any) cmtlog.Logger {
	return cometLog{l.log.With(keyvals...), l.alarm}
}
