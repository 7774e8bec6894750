package lottery

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// ValidateGenesis refuses what InitGenesis could not take; nil is a chain
// without lottery. The error names the field.
func ValidateGenesis(g *lottery.GenesisState) error {
	if g == nil {
		return nil
	}
	if err := CheckParams(g.Params); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		b    []byte
	}{{"initial_target", g.InitialTarget}, {"seed", g.Seed}, {"beacon", g.Beacon}} {
		if len(f.b) != 0 && len(f.b) != 32 {
			return fmt.Errorf("lottery.%s has %d bytes, must have 32 or none: %w", f.name, len(f.b), chain.ErrInvalidRequest)
		}
	}
	if g.Minted > g.Params.MiningCap || g.Carry > g.Params.MiningCap {
		return fmt.Errorf("lottery.minted %d and carry %d are above mining_cap %d: %w", g.Minted, g.Carry, g.Params.MiningCap, chain.ErrInvalidRequest)
	}
	operators, err := validateOperators(g)
	if err != nil {
		return err
	}
	return validateSeats(g, operators)
}

func validateOperators(g *lottery.GenesisState) (map[string]bool, error) {
	operators, keys := map[string]bool{}, map[string]bool{}
	for i, o := range g.Operators {
		switch {
		case len(o.Address) != 20 || operators[string(o.Address)]:
			return nil, fmt.Errorf("lottery.operators[%d].address: %d bytes, must be 20, each once: %w", i, len(o.Address), chain.ErrInvalidRequest)
		case len(o.ConsPubkey) != 32 || keys[string(o.ConsPubkey)]:
			return nil, fmt.Errorf("lottery.operators[%d].cons_pubkey: %d bytes, must be 32, each once: %w", i, len(o.ConsPubkey), chain.ErrInvalidRequest)
		case len(o.Moniker) > maxMoniker:
			return nil, fmt.Errorf("lottery.operators[%d].moniker: %d bytes, at most %d: %w", i, len(o.Moniker), maxMoniker, chain.ErrInvalidRequest)
		}
		operators[string(o.Address)], keys[string(o.ConsPubkey)] = true, true
	}
	escrows := map[string]uint64{}
	for i, e := range g.Escrows {
		if !operators[string(e.Operator)] {
			return nil, fmt.Errorf("lottery.escrows[%d].operator is no operator: %w", i, chain.ErrInvalidRequest)
		}
		for j, h := range e.Entries {
			if h.Amount == 0 || h.Amount > g.Params.MiningCap {
				return nil, fmt.Errorf("lottery.escrows[%d].entries[%d].amount is %d: %w", i, j, h.Amount, chain.ErrInvalidRequest)
			}
			escrows[string(e.Operator)] += h.Amount
		}
	}
	for i, o := range g.Operators {
		if o.Escrow != escrows[string(o.Address)] {
			return nil, fmt.Errorf("lottery.operators[%d].escrow is %d, its entries hold %d: %w", i, o.Escrow, escrows[string(o.Address)], chain.ErrInvalidRequest)
		}
	}
	return operators, nil
}

func validateSeats(g *lottery.GenesisState, operators map[string]bool) error {
	if len(g.Seats) > maxSeats { // the window may have been larger once
		return fmt.Errorf("lottery.seats: %d, at most %d: %w", len(g.Seats), maxSeats, chain.ErrInvalidRequest)
	}
	seen := map[[2]uint64]bool{}
	for i, s := range g.Seats {
		id := [2]uint64{s.Epoch, uint64(s.Rank)}
		if !operators[string(s.Operator)] || seen[id] || s.Epoch >= g.Epoch {
			return fmt.Errorf("lottery.seats[%d]: of an operator, each rank of an epoch once, won before epoch %d: %w", i, g.Epoch, chain.ErrInvalidRequest)
		}
		seen[id] = true
	}
	for i, p := range g.Payments {
		if p.Amount == 0 || p.Amount > g.Params.MiningCap || (len(p.Payout) != 20 && len(p.Payout) != 32) {
			return fmt.Errorf("lottery.payments[%d]: %d to an address of %d bytes: %w", i, p.Amount, len(p.Payout), chain.ErrInvalidRequest)
		}
	}
	return nil
}

// Holdings is what the lottery's account must hold for a genesis.
func Holdings(g *lottery.GenesisState) chain.Amount {
	sum := chain.NewAmount(g.Carry)
	for _, o := range g.Operators {
		sum, _ = sum.Add(chain.NewAmount(o.Escrow)) // 64-bit numbers, each bounded by the cap
	}
	for _, p := range g.Payments {
		sum, _ = sum.Add(chain.NewAmount(p.Amount))
	}
	return sum
}

// InitGenesis writes a genesis that ValidateGenesis accepts. The first epoch
// begins after the first block.
func (l *Lottery) InitGenesis(env *chain.Env, g *lottery.GenesisState) error {
	if err := l.Accounts.EnsureModule(env, layout.LotteryModule, "minter", "burner"); err != nil {
		return err
	}
	if err := save(env, layout.LotteryParams, &g.Params); err != nil {
		return err
	}
	begin := &lottery.GenesisState{Params: g.Params, InitialTarget: g.InitialTarget, Seed: g.Seed, Epoch: g.Epoch, Beacon: g.Beacon}
	if err := save(env, layout.LotteryStart, begin); err != nil {
		return err
	}
	book := &lottery.Purse{Minted: g.Minted, Carry: g.Carry}
	for i := range g.Operators {
		if err := l.initOperator(env, &g.Operators[i], book); err != nil {
			return fmt.Errorf("operators[%d]: %w", i, err)
		}
	}
	for _, e := range g.Escrows {
		for j, h := range e.Entries {
			at := int64(j) // heights of another chain: their number will do
			if err := save(env, layout.LotteryHeld(chain.Address(e.Operator), at), &h); err != nil {
				return err
			}
			if err := env.FreeStore(layout.Lottery).Set(layout.LotteryDue(h.Until, chain.Address(e.Operator), at), []byte{}); err != nil {
				return err
			}
		}
	}
	for _, s := range g.Seats {
		if err := saveSeat(env, seats.Seat{Won: s.Epoch, Rank: s.Rank, Operator: string(s.Operator), Active: s.Active}); err != nil {
			return err
		}
	}
	if err := enqueue(env, book, g.Payments); err != nil {
		return err
	}
	if g.Stopped {
		if err := setNumber(env, layout.LotteryStopped, 0); err != nil {
			return err
		}
	}
	return savePurse(env, book)
}

func (l *Lottery) initOperator(env *chain.Env, o *lottery.Operator, book *lottery.Purse) error {
	if !o.Tombstoned {
		if err := l.Signing.KeyJoined(env, o.ConsPubkey, true); err != nil {
			return err
		}
	}
	cons := consensusAddress(o.ConsPubkey)
	if err := env.FreeStore(layout.Lottery).Set(layout.LotteryByCons(cons), o.Address); err != nil {
		return err
	}
	book.Escrowed += o.Escrow
	if o.Retired {
		if err := l.lookAgain(env, o); err != nil {
			return err
		}
	}
	return saveOperator(env, o)
}

// ExportGenesis is the state as a genesis. The epoch that is mined, and one that
// is not settled, are dropped with their tickets: the chain that starts from it
// begins a new one, and what was set aside is carried.
func (l *Lottery) ExportGenesis(env *chain.Env) (*lottery.GenesisState, error) {
	p, err := l.Params(env)
	if err != nil {
		return nil, err
	}
	book, err := purse(env)
	if err != nil {
		return nil, err
	}
	g := &lottery.GenesisState{Params: p, Minted: book.Minted, Carry: book.Carry + book.Fees + book.SetAside}
	if g.Stopped, err = env.FreeStore(layout.Lottery).Has(layout.LotteryStopped); err != nil {
		return nil, err
	}
	cur, err := current(env)
	if err != nil {
		return nil, err
	}
	if cur != nil {
		g.Epoch, g.InitialTarget, g.Seed, g.Beacon = cur.Epoch+1, cur.Target, cur.Seed, cur.Beacon
	}
	for _, part := range []func(*chain.Env, *lottery.GenesisState) error{exportOperators, exportSeats, exportPayments} {
		if err := part(env, g); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func exportOperators(env *chain.Env, g *lottery.GenesisState) error {
	entries, err := list(env, layout.LotteryOperatorPrefix, 0)
	if err != nil {
		return err
	}
	for _, e := range entries {
		var o lottery.Operator
		if err := o.Unmarshal(e.value); err != nil {
			return err
		}
		o.ReadyEpoch = 0
		g.Operators = append(g.Operators, o)
		held, err := list(env, layout.LotteryHeldBy(chain.Address(o.Address)), 0)
		if err != nil {
			return err
		}
		escrow := lottery.Escrow{Operator: o.Address}
		for _, entry := range held {
			var h lottery.Held
			if err := h.Unmarshal(entry.value); err != nil {
				return err
			}
			escrow.Entries = append(escrow.Entries, h)
		}
		if len(held) > 0 {
			g.Escrows = append(g.Escrows, escrow)
		}
	}
	return nil
}

func exportSeats(env *chain.Env, g *lottery.GenesisState) error {
	window, err := seatList(env)
	if err != nil {
		return err
	}
	for _, s := range window {
		// Nobody has power in a chain that starts: seats come back as after a jail.
		g.Seats = append(g.Seats, lottery.Seat{Epoch: s.Won, Rank: s.Rank, Operator: []byte(s.Operator)})
	}
	return nil
}

func exportPayments(env *chain.Env, g *lottery.GenesisState) error {
	entries, err := list(env, layout.LotteryPaymentPrefix, 0)
	if err != nil {
		return err
	}
	for _, e := range entries {
		var p lottery.Payments
		if err := p.Unmarshal(e.value); err != nil {
			return err
		}
		g.Payments = append(g.Payments, p.Entries...)
	}
	return nil
}

// CheckBonded refuses to begin a chain whose seats would have no power beside
// those that stake.
func (l *Lottery) CheckBonded(env *chain.Env, bonded int64) error {
	p, err := l.Params(env)
	if err != nil || p.Mode != lottery.ModeSeats {
		return err
	}
	rules := seatsOf(p)
	if need := max(rules.MinActive, 1); rules.Power(bonded, need) == 0 {
		least := (uint64(10_000-p.CapBps)*p.Window + uint64(p.CapBps)*need - 1) / (uint64(p.CapBps) * need)
		return fmt.Errorf("lottery.params.mode: beside a bonded power of %d a seat has none; bond at least %d, or begin with MODE_REWARD: %w",
			bonded, least, chain.ErrInvalidRequest)
	}
	return nil
}
