package feegrant

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// gasPerMessage is SDK gas for each type in the list of an allowance and for
// each message that is looked up in it.
const gasPerMessage = 10

// filtered is an allowance for messages of some types only.
type filtered struct {
	feegrant.AllowedMsgAllowance
	inner allowance // nil if the message holds none
}

// open reads the allowance inside.
func (f *filtered) open(depth int) error {
	if f.Allowance == nil {
		return nil
	}
	var err error
	f.inner, err = unpackAt(f.Allowance, depth+1)
	return err
}

func (f *filtered) message() (chain.Message, string, error) {
	var err error
	if f.inner != nil {
		f.Allowance, err = pack(f.inner)
	}
	return &f.AllowedMsgAllowance, filteredURL, err
}

func (f *filtered) ends() *time.Time {
	if f.inner == nil {
		return nil
	}
	return f.inner.ends()
}

func (f *filtered) accept(env *chain.Env, fee chain.Coins, msgs []string) (bool, error) {
	if err := env.Gas.Use(gasPerMessage*uint64(len(f.AllowedMessages)), "check msg"); err != nil {
		return false, err
	}
	refused := f.refused(msgs)
	for _, url := range msgs {
		if err := env.Gas.Use(gasPerMessage, "check msg"); err != nil {
			return false, err
		}
		if refused[url] {
			return false, fmt.Errorf("message does not exist in allowed messages: %w", ErrMessageNotAllowed)
		}
	}
	if f.inner == nil {
		return false, fmt.Errorf("failed to get allowance: %w", ErrNoAllowance)
	}
	return f.inner.accept(env, fee, msgs)
}

// refused are the types among msgs that the list does not have. One walk over
// the list is enough, which may be long, and there are few types.
func (f *filtered) refused(msgs []string) map[string]bool {
	types := map[string]bool{}
	for _, url := range msgs {
		types[url] = true
	}
	for _, url := range f.AllowedMessages {
		delete(types, url)
	}
	return types
}

func (f *filtered) check() error {
	if f.inner == nil {
		return fmt.Errorf("allowance should not be empty: %w", ErrNoAllowance)
	}
	if len(f.AllowedMessages) == 0 {
		return fmt.Errorf("allowed messages shouldn't be empty: %w", ErrNoMessages)
	}
	return f.inner.check()
}
