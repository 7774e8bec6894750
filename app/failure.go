package app

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
)

// explain is what a failed transaction's result tells people, and the same for
// programs. The text begins with the reference's own, so that clients find in it
// what they look for; the path of nested contract calls stands behind it.
// Neither is part of consensus.
func explain(env *chain.Env, err error) (text, info string) {
	var more chain.FailureInfo
	var call *chain.CallError
	if errors.As(chain.WithPath(env, err), &call) {
		more = call.Info()
	}
	var sequence *chain.SequenceError
	switch where, outOfGas := chain.OutOfGasLocation(err); {
	case outOfGas:
		text = fmt.Sprintf("out of gas in location: %s; gasWanted: %d, gasUsed: %d: %s",
			where, env.Gas.Limit(), env.Gas.Used(), chain.ErrOutOfGas)
		more.OutOfGas = &chain.OutOfGasInfo{Location: where, Wanted: env.Gas.Limit(), Used: env.Gas.Used()}
	case strings.HasPrefix(err.Error(), "message index: "):
		text = "failed to execute message; " + err.Error()
	case errors.As(err, &sequence):
		more.Sequence = &chain.SequenceInfo{Expected: sequence.Expected, Got: sequence.Got}
		fallthrough
	default:
		text = err.Error()
	}
	text = chain.CutText(text, chain.MaxFailureText)
	if call != nil {
		text += call.Suffix()
	}
	return text, more.JSON()
}
