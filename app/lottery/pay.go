package lottery

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery/pot"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// maxPayments bounds what is paid in one block, out of the queue and out of
// escrow each: a settlement of thousands of tickets takes some blocks.
const maxPayments = 64

func coinsOf(denom string, amount uint64) chain.Coins {
	return chain.Coins{{Denom: denom, Amount: chain.NewAmount(amount)}}
}

// takeFees takes the lottery's part of what the block before paid in fees,
// before distribution shares the rest.
func (l *Lottery) takeFees(env *chain.Env) error {
	p, err := l.Params(env)
	if err != nil || p.FeeBps == 0 || p.Mode == lottery.ModeOff {
		return err
	}
	collector := layout.ModuleAddress(layout.FeeCollector)
	have, err := l.Bank.Balance(env, collector, p.Denom)
	if err != nil {
		return err
	}
	fees, fits := have.Uint64()
	if !fits || fees > pot.MaxCoins {
		fees = pot.MaxCoins
	}
	book, err := purse(env)
	if err != nil {
		return err
	}
	part := pot.Part(fees, p.FeeBps)
	if book.Fees+book.Carry > pot.MaxCoins-min(part, pot.MaxCoins) || part == 0 {
		return nil // more than the lottery's numbers hold stays with distribution
	}
	book.Fees += part
	if err := savePurse(env, book); err != nil {
		return err
	}
	return l.Bank.Send(env, collector, account, coinsOf(p.Denom, part))
}

// queue notes what is to be paid.
func queue(env *chain.Env, payments []lottery.Payment) error {
	if len(payments) == 0 {
		return nil
	}
	book, err := purse(env)
	if err != nil {
		return err
	}
	if err := enqueue(env, book, payments); err != nil {
		return err
	}
	return savePurse(env, book)
}

// enqueue does what queue does, in a book that the caller saves. An entry of the
// queue is what one block pays; the last is filled up first.
func enqueue(env *chain.Env, book *lottery.Purse, payments []lottery.Payment) error {
	entry := &lottery.Payments{}
	if book.LastPayment > book.NextPayment {
		last, err := load[lottery.Payments](env, layout.LotteryPayment(book.LastPayment-1))
		if err != nil {
			return err
		}
		if last != nil && len(last.Entries) < maxPayments {
			entry = last
			book.LastPayment--
		}
	}
	for _, p := range payments {
		if p.Amount == 0 {
			continue
		}
		book.Queued += p.Amount
		entry.Entries = append(entry.Entries, p)
		if len(entry.Entries) < maxPayments {
			continue
		}
		if err := save(env, layout.LotteryPayment(book.LastPayment), entry); err != nil {
			return err
		}
		book.LastPayment++
		entry = &lottery.Payments{}
	}
	if len(entry.Entries) == 0 {
		return nil
	}
	book.LastPayment++
	return save(env, layout.LotteryPayment(book.LastPayment-1), entry)
}

// pay pays the oldest entry of the queue. What cannot be paid is carried.
func (l *Lottery) pay(env *chain.Env) error {
	book, err := purse(env)
	if err != nil || book.NextPayment == book.LastPayment {
		return err
	}
	p, err := l.Params(env)
	if err != nil {
		return err
	}
	key := layout.LotteryPayment(book.NextPayment)
	due, err := load[lottery.Payments](env, key)
	if err != nil {
		return err
	}
	if due == nil {
		return fmt.Errorf("entry %d of the payments is not in the queue", book.NextPayment)
	}
	for _, one := range due.Entries {
		paid := false
		to := chain.Address(one.Payout)
		err = alone(env, "payment to "+env.Bech32().Account(to), func(env *chain.Env) error {
			if err := l.Bank.Send(env, account, to, coinsOf(p.Denom, one.Amount)); err != nil {
				return err
			}
			paid = true
			return nil
		})
		if err != nil {
			return err
		}
		book.Queued -= one.Amount
		if !paid {
			book.Carry += one.Amount
		}
	}
	if err := drop(env, key); err != nil {
		return err
	}
	book.NextPayment++
	return savePurse(env, book)
}

// hold keeps what an operator earned for as long as evidence against it counts:
// staking's unbonding time.
func (l *Lottery) hold(env *chain.Env, operator chain.Address, amount uint64) error {
	if amount == 0 {
		return nil
	}
	o, err := l.Operator(env, operator)
	if err != nil {
		return err
	}
	if o == nil {
		return fmt.Errorf("earnings of %x, who is no operator", string(operator))
	}
	stakes, err := l.Stakes.Params(env)
	if err != nil {
		return err
	}
	key := layout.LotteryHeld(operator, env.Block.Height)
	held, err := load[lottery.Held](env, key)
	if err != nil {
		return err
	}
	if held == nil {
		held = &lottery.Held{Until: nanos(env.Block.Time.Add(stakes.UnbondingTime))}
		due := layout.LotteryDue(held.Until, operator, env.Block.Height)
		if err := env.FreeStore(layout.Lottery).Set(due, []byte{}); err != nil {
			return err
		}
	}
	held.Amount += amount
	if err := save(env, key, held); err != nil {
		return err
	}
	book, err := purse(env)
	if err != nil {
		return err
	}
	book.Escrowed += amount
	if err := savePurse(env, book); err != nil {
		return err
	}
	o.Escrow += amount
	return saveOperator(env, o)
}

// release pays what was held long enough.
func (l *Lottery) release(env *chain.Env) error {
	due, err := list(env, layout.LotteryDuePrefix, maxPayments)
	if err != nil {
		return err
	}
	now := nanos(env.Block.Time)
	var payments []lottery.Payment
	for _, d := range due {
		until, operator, height, err := layout.ParseLotteryDue(d.rest)
		if err != nil {
			return err
		}
		if until > now {
			break
		}
		if err := drop(env, append(append([]byte(nil), layout.LotteryDuePrefix...), d.rest...)); err != nil {
			return err
		}
		amount, err := l.free(env, operator, layout.LotteryHeld(operator, height))
		if err != nil {
			return err
		}
		payments = append(payments, lottery.Payment{Payout: operator.Bytes(), Amount: amount})
		if err := l.forget(env, operator); err != nil {
			return err
		}
	}
	return queue(env, payments)
}

// free takes one entry out of an escrow and returns what it held.
func (l *Lottery) free(env *chain.Env, operator chain.Address, key []byte) (uint64, error) {
	held, err := load[lottery.Held](env, key)
	if err != nil || held == nil {
		return 0, err // slashed meanwhile, or the end of one who retired
	}
	o, err := l.Operator(env, operator)
	if err != nil {
		return 0, err
	}
	book, err := purse(env)
	if err != nil {
		return 0, err
	}
	if o == nil || o.Escrow < held.Amount || book.Escrowed < held.Amount {
		return 0, fmt.Errorf("escrow of %x does not hold the %d that are due", string(operator), held.Amount)
	}
	o.Escrow -= held.Amount
	book.Escrowed -= held.Amount
	if err := drop(env, key); err != nil {
		return 0, err
	}
	if err := saveOperator(env, o); err != nil {
		return 0, err
	}
	return held.Amount, savePurse(env, book)
}

// forfeit takes all that is held of an operator: half is burned, half goes into
// the next pot. It returns how much.
func (l *Lottery) forfeit(env *chain.Env, o *lottery.Operator) (uint64, error) {
	lost := o.Escrow
	if err := dropAll(env, layout.LotteryHeldBy(chain.Address(o.Address))); err != nil || lost == 0 {
		return 0, err
	}
	o.Escrow = 0
	p, err := l.Params(env)
	if err != nil {
		return 0, err
	}
	book, err := purse(env)
	if err != nil {
		return 0, err
	}
	if book.Escrowed < lost {
		return 0, fmt.Errorf("escrows hold %d, one operator %d", book.Escrowed, lost)
	}
	burned := lost / 2
	book.Escrowed -= lost
	book.Carry += lost - burned
	if err := savePurse(env, book); err != nil {
		return 0, err
	}
	if burned == 0 {
		return lost, nil
	}
	return lost, l.Bank.BurnFrom(env, layout.LotteryModule, coinsOf(p.Denom, burned))
}
