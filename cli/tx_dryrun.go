package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/protojson"
	"github.com/weftchain/weft/tx"
)

// dryRun simulates and shows all that would happen: gas, fee, events, and whose
// balance would change by how much.
func (s *session) dryRun(msgs []chain.Message) error {
	c, err := s.clientSender()
	if err != nil {
		return err
	}
	ctx, cancel := s.within(callPatience)
	defer cancel()
	c.Gas = 0
	res, b, err := c.Estimate(ctx, msgs...)
	var refused *client.QueryError
	if s.o.wantsTrace() && (err == nil || errors.As(err, &refused)) {
		if traceErr := s.traceDry(c, b); traceErr != nil {
			return traceErr
		}
	}
	if err != nil {
		return simulationFailed(err)
	}
	fmt.Fprintf(s.err, "gas estimate: %d\nfee: %s\n", b.GasLimit, orNone(b.Fee))
	if s.o.GetBool("trace") {
		return nil // it tells all
	}
	return s.printSimulation(res, b)
}

// simulation is what a dry run shows beside the simulation's own result.
type simulation struct {
	GasLimit       string      `json:"gas_limit"`
	Fee            []base.Coin `json:"fee"`
	BalanceChanges []change    `json:"balance_changes"`
}

// change is by how much a balance changes.
type change struct {
	Address string `json:"address"`
	Denom   string `json:"denom"`
	Change  string `json:"change"` // with a sign
}

func (s *session) printSimulation(res *txpb.SimulateResponse, b tx.Builder) error {
	data, err := protojson.Marshal(res)
	if err != nil {
		return err
	}
	more, err := json.Marshal(simulation{
		GasLimit: strconv.FormatUint(b.GasLimit, 10), Fee: wire.ProtoCoins(b.Fee), BalanceChanges: balanceChanges(res.Result),
	})
	if err != nil {
		return err
	}
	// The members of both, one object behind the other.
	data = append(append(bytes.TrimSuffix(bytes.TrimSpace(data), []byte("}")), ','), bytes.TrimPrefix(more, []byte("{"))...)
	return s.printJSON(s.o, data)
}

// balanceChanges adds up what the events say was spent and received, in the
// order in which accounts appear. What comes to nothing is left out.
func balanceChanges(res *abci.Result) []change {
	sums := map[[2]string]*big.Int{}
	var order [][2]string
	move := func(who, coins string, sign int64) {
		list, err := chain.ParseCoins(coins)
		if err != nil {
			return // not the bank's event: contracts cannot make one of that type
		}
		for _, c := range list {
			n, ok := new(big.Int).SetString(c.Amount.String(), 10)
			if !ok {
				continue
			}
			at := [2]string{who, c.Denom}
			if sums[at] == nil {
				sums[at] = new(big.Int)
				order = append(order, at)
			}
			sums[at].Add(sums[at], n.Mul(n, big.NewInt(sign)))
		}
	}
	for _, e := range res.GetEvents() {
		found := map[string]string{}
		for _, a := range e.Attributes {
			found[a.Key] = a.Value
		}
		switch e.Type {
		case "coin_spent":
			move(found["spender"], found["amount"], -1)
		case "coin_received":
			move(found["receiver"], found["amount"], 1)
		}
	}
	changes := []change{}
	for _, at := range order {
		if sum := sums[at]; sum.Sign() != 0 {
			changes = append(changes, change{Address: at[0], Denom: at[1], Change: fmt.Sprintf("%+d", sum)})
		}
	}
	return changes
}
