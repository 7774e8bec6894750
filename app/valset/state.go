package valset

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// Last returns the set that CometBFT was told last, sorted by key.
func Last(env *chain.Env) ([]Power, error) {
	prefix := layout.ValidatorPowerPrefix
	it, err := env.FreeStore(layout.Params).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return nil, err
	}
	var set []Power
	for it.Valid() && err == nil {
		var power uint64
		if power, err = layout.ParseUint64(it.Value()); err == nil {
			key := append([]byte(nil), it.Key()[len(prefix):]...)
			set = append(set, Power{PubKey: key, Power: int64(power)})
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return set, err
}

// Emit composes the updates that lead to the wished set and remembers them as
// told. What cannot be told is not: there are no updates then, and an event
// validator_set_refused says why. The wish is compared anew at the next block.
// The error is a fault of this node.
func Emit(env *chain.Env, wished []Power) ([]Power, error) {
	last, err := Last(env)
	if err != nil {
		return nil, err
	}
	updates, err := Compose(last, wished)
	if errors.Is(err, ErrRefused) {
		env.Events.Emit(chain.NewEvent("validator_set_refused",
			"reason", err.Error(), "validators", strconv.Itoa(len(last)), "wished", strconv.Itoa(len(wished))))
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	store := env.FreeStore(layout.Params)
	for _, u := range updates {
		key := layout.ValidatorPower(u.PubKey)
		if u.Power == 0 {
			err = store.Delete(key)
		} else {
			err = store.Set(key, layout.Uint64(uint64(u.Power)))
		}
		if err != nil {
			return nil, fmt.Errorf("validator set: %w", err)
		}
	}
	return updates, nil
}
