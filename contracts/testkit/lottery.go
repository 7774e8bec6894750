package testkit

import (
	"bytes"
	"encoding/hex"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/contracts/sdk"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/tx"
)

// WithLottery makes a chain that is mined: the rules of a local network (epochs
// of 20 blocks, settled 4 blocks later), with work so easy that Mine takes no
// time. Blocks are not left out on such a chain, so that letting many pass takes
// its time; the first epoch is mined when the test begins.
func WithLottery() Option { return func(c *Chain) { c.mines = true } }

// hashes is what a ticket takes on average.
const hashes = 2

// minedGenesis is genesis with a lottery.
func minedGenesis() (*app.Genesis, error) {
	g, err := genesis()
	if err != nil {
		return nil, err
	}
	rules, limit := lottery.LocalParams(g.Params.BaseDenom), target.FromWork(hashes)
	rules.PowLimit = limit[:]
	g.Lottery = &lotterypb.GenesisState{Params: rules}
	return g, nil
}

// Epoch returns the number of the epoch that is mined.
func (c *Chain) Epoch() uint64 {
	c.t.Helper()
	return c.mining().Current.Epoch
}

func (c *Chain) mining() *lotterypb.QueryStatusResponse {
	c.t.Helper()
	if !c.mines {
		c.t.Fatalf("this chain has no lottery: make it with testkit.WithLottery()")
	}
	var status lotterypb.QueryStatusResponse
	c.sound(c.Ask("/weft.lottery.v1.Query/Status", &lotterypb.QueryStatusRequest{}, &status))
	return &status
}

// Mine finds n tickets of the epoch that is mined and puts them into the block.
// payout is who is paid for them, tag what they carry: 64 hexadecimal digits, or
// none.
func (c *Chain) Mine(payout sdk.Addr, tag string, n int) {
	c.t.Helper()
	e := c.mining().Current
	mark, err := hex.DecodeString(tag)
	c.sound(err)
	h := ticket.Header{
		Seed: [32]byte(e.Seed), Epoch: e.Epoch, Algo: ticket.Algo(e.Params.Algo), Version: ticket.Version, Payout: c.address(payout).Bytes(), Tag: mark,
	}
	c.sound(h.Check())
	for pre := h.Prehash(); n > 0; {
		c.nonce++
		digest, mix := h.Algo.Hash(ticket.Inner(pre, 0, c.nonce))
		if bytes.Compare(digest[:], e.Target) >= 0 {
			continue
		}
		n--
		m := &lotterypb.MsgSubmitTicket{
			Epoch: e.Epoch, Payout: h.Payout, Tag: h.Tag, Nonce: c.nonce, Mix: mix, Algo: e.Params.Algo, Version: h.Version,
		}
		if _, err := c.deliver(c.unsigned(m), []chain.Message{m}); err != nil {
			c.t.Fatalf("a ticket of epoch %d: %s", e.Epoch, c.full(err))
		}
	}
}

// unsigned is a ticket's transaction.
func (c *Chain) unsigned(m chain.Message) []byte {
	c.t.Helper()
	value, err := m.Marshal()
	c.sound(err)
	body, err := (&txpb.TxBody{Messages: []*types.Any{{TypeUrl: tx.TypeURL(m), Value: value}}}).Marshal()
	c.sound(err)
	raw, err := (&txpb.TxRaw{BodyBytes: body}).Marshal()
	c.sound(err)
	return raw
}

// NextEpoch lets blocks pass until the next epoch is mined, and returns its
// number. The one before is not settled yet.
func (c *Chain) NextEpoch() uint64 {
	c.t.Helper()
	before := c.mining().Current
	c.AdvanceBlocks(uint64(before.LastHeight) + 1 - c.Height())
	return c.Epoch()
}

// Settle lets blocks pass until the epoch that is mined now is settled and paid,
// and returns its number. The next one is mined then.
func (c *Chain) Settle() uint64 {
	c.t.Helper()
	e := c.mining().Current
	c.AdvanceBlocks(uint64(e.LastHeight) + e.Params.GraceBlocks + 1 - c.Height())
	for c.mining().Purse.Queued > 0 {
		c.NextBlock()
	}
	return e.Epoch
}
