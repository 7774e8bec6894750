package lottery

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery/ranking"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// What the lottery does of itself costs nobody gas: all access is free.

// load reads a record, nil if there is none. Garbage is a fault.
func load[T any, P chain.Record[T]](env *chain.Env, key []byte) (P, error) {
	return chain.LoadRecord[T, P](env.FreeStore(layout.Lottery), key)
}

func save(env *chain.Env, key []byte, m chain.Message) error {
	return chain.SaveRecord(env.FreeStore(layout.Lottery), key, m)
}

func drop(env *chain.Env, key []byte) error { return env.FreeStore(layout.Lottery).Delete(key) }

// number reads a counter, 0 if there is none.
func number(env *chain.Env, key []byte) (uint64, error) {
	raw, err := env.FreeStore(layout.Lottery).Get(key)
	if err != nil || raw == nil {
		return 0, err
	}
	return layout.ParseUint64(raw)
}

func setNumber(env *chain.Env, key []byte, n uint64) error {
	return env.FreeStore(layout.Lottery).Set(key, layout.Uint64(n))
}

// entry is one of a list.
type entry struct{ rest, value []byte } // rest is the key behind the prefix

// list reads so many entries behind a prefix, or all if most is 0.
func list(env *chain.Env, prefix []byte, most int) ([]entry, error) {
	it, err := env.FreeStore(layout.Lottery).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return nil, err
	}
	var out []entry
	for it.Valid() && err == nil && (most == 0 || len(out) < most) {
		out = append(out, entry{append([]byte(nil), it.Key()[len(prefix):]...), append([]byte(nil), it.Value()...)})
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return out, err
}

// dropAll deletes all entries behind a prefix.
func dropAll(env *chain.Env, prefix []byte) error {
	all, err := list(env, prefix, 0)
	if err != nil {
		return err
	}
	for _, e := range all {
		if err := drop(env, append(append([]byte(nil), prefix...), e.rest...)); err != nil {
			return err
		}
	}
	return nil
}

// Params are the rules of the next epoch.
func (l *Lottery) Params(env *chain.Env) (lottery.Params, error) {
	p, err := load[lottery.Params](env, layout.LotteryParams)
	if err == nil && p == nil {
		err = fmt.Errorf("no lottery parameters in state")
	}
	if err != nil {
		return lottery.Params{}, err
	}
	return *p, nil
}

// current is the epoch that is mined, nil before the first.
func current(env *chain.Env) (*lottery.Epoch, error) {
	raw, err := env.FreeStore(layout.Lottery).Get(layout.LotteryCurrent)
	if err != nil || raw == nil {
		return nil, err
	}
	n, err := layout.ParseUint64(raw)
	if err != nil {
		return nil, err
	}
	e, err := epochAt(env, n)
	if err == nil && e == nil {
		err = fmt.Errorf("epoch %d is not in state", n)
	}
	return e, err
}

func epochAt(env *chain.Env, n uint64) (*lottery.Epoch, error) {
	return load[lottery.Epoch](env, layout.LotteryEpoch(n))
}

func saveEpoch(env *chain.Env, e *lottery.Epoch) error {
	return save(env, layout.LotteryEpoch(e.Epoch), e)
}

// purse is the book; an empty one if there is none yet.
func purse(env *chain.Env) (*lottery.Purse, error) {
	p, err := load[lottery.Purse](env, layout.LotteryPurse)
	if err == nil && p == nil {
		p = &lottery.Purse{}
	}
	return p, err
}

func savePurse(env *chain.Env, p *lottery.Purse) error { return save(env, layout.LotteryPurse, p) }

// Operator returns an operator, nil if there is none.
func (l *Lottery) Operator(env *chain.Env, address chain.Address) (*lottery.Operator, error) {
	return load[lottery.Operator](env, layout.LotteryOperator(address))
}

func saveOperator(env *chain.Env, o *lottery.Operator) error {
	return save(env, layout.LotteryOperator(chain.Address(o.Address)), o)
}

func minedSet(env *chain.Env) (*lottery.MinedSet, error) {
	m, err := load[lottery.MinedSet](env, layout.LotteryMined)
	if err == nil && m == nil {
		m = &lottery.MinedSet{}
	}
	return m, err
}

// table is an epoch's tickets as ranking sees them: their order in the state is
// the ranking.
type table struct {
	env   *chain.Env
	epoch uint64
}

var _ ranking.Table = table{}

// Has implements ranking.Table.
func (t table) Has(d ranking.Digest) (bool, error) {
	return t.env.FreeStore(layout.Lottery).Has(layout.LotteryTicket(t.epoch, d))
}

// Worst implements ranking.Table.
func (t table) Worst() (d ranking.Digest, err error) {
	prefix := layout.LotteryTickets(t.epoch)
	it, err := t.env.FreeStore(layout.Lottery).Iterate(prefix, chain.PrefixEnd(prefix), true)
	if err != nil {
		return d, err
	}
	switch {
	case !it.Valid():
		err = fmt.Errorf("epoch %d counts tickets and has none", t.epoch)
	case len(it.Key()) != len(prefix)+len(d):
		err = fmt.Errorf("a ticket's key of %d bytes", len(it.Key()))
	default:
		d = ranking.Digest(it.Key()[len(prefix):])
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return d, err
}

// Remove implements ranking.Table.
func (t table) Remove(d ranking.Digest) error {
	return drop(t.env, layout.LotteryTicket(t.epoch, d))
}
