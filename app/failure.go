package app

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
)

// explain is what a failed transaction's result tells people: a text, and the
// call path for programs. The text begins with the reference's own, so that
// clients find in it what they look for; the path of nested contract calls
// stands behind it. Neither is part of consensus.
func explain(env *chain.Env, err error) (text, info string) {
	switch where, outOfGas := chain.OutOfGasLocation(err); {
	case outOfGas:
		text = fmt.Sprintf("out of gas in location: %s; gasWanted: %d, gasUsed: %d: %s",
			where, env.Gas.Limit(), env.Gas.Used(), chain.ErrOutOfGas)
	case strings.HasPrefix(err.Error(), "message index: "):
		text = "failed to execute message; " + err.Error()
	default:
		text = err.Error()
	}
	text = chain.CutText(text, chain.MaxFailureText)
	var call *chain.CallError
	if errors.As(chain.WithPath(env, err), &call) {
		text, info = text+call.Suffix(), call.Info()
	}
	return text, info
}
