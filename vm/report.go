package vm

import (
	"fmt"
	"runtime/debug"

	"github.com/weftchain/weft/vm/rewrite"
)

// Rule is a rule that a code keeps or breaks, with what was measured.
type Rule = rewrite.Rule

// Report applies every static rule to a code, also behind the first that is
// broken, and tells what was measured. It is for those who write contracts. The
// verdict of a chain is that of Check. The analysis is empty if a rule is broken.
func (e *Engine) Report(code []byte, wasi WASILimits) (rules []Rule, a Analysis, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while checking code: %v\n%s", r, debug.Stack())
		}
	}()
	limits := e.config.Limits
	limits.WASI = wasi
	rules, m := rewrite.Report(code, limits, e.config.Capabilities)
	if m != nil {
		a = m.Analysis()
	}
	return rules, a, nil
}
