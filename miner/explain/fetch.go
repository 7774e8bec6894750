package explain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

const query = "/weft.lottery.v1.Query/"

// maxBlocks bounds what is read for one epoch, and maxOperators whom.
const (
	maxBlocks    = 1 << 16
	maxOperators = 1 << 16
)

// source reads one node.
type source struct {
	ctx    context.Context
	node   *client.Client
	prefix chain.Bech32
}

// epoch returns an epoch, nil if the node does not know it.
func (s source) epoch(n uint64) (*lottery.Epoch, error) {
	var res lottery.QueryEpochResponse
	err := s.node.Query(s.ctx, query+"Epoch", 0, &lottery.QueryEpochRequest{Epoch: n}, &res)
	if client.NotFound(err) {
		return nil, nil
	}
	return &res.Epoch, err
}

// block is one block, whole.
type block struct {
	*types.Block
	results *coretypes.ResultBlockResults
}

// block reads a block and checks that its transactions are those of its header.
func (s source) block(height int64) (b block, err error) {
	raw, err := s.node.Block(s.ctx, height, nil)
	if err != nil {
		return b, err
	}
	if b.Block, err = types.BlockFromProto(raw); err != nil {
		return b, fmt.Errorf("block %d: %w", height, err)
	}
	if b.Height != height {
		return b, fmt.Errorf("asked for block %d, the node sent block %d", height, b.Height)
	}
	if err := b.ValidateBasic(); err != nil {
		return b, fmt.Errorf("block %d: %w", height, err)
	}
	if b.results, err = s.node.BlockResults(s.ctx, height); err != nil {
		return b, err
	}
	if len(b.results.TxsResults) != len(b.Txs) {
		return b, fmt.Errorf("block %d has %d transactions and %d results", height, len(b.Txs), len(b.results.TxsResults))
	}
	return b, nil
}

// linked makes sure that blocks follow each other, and that results are those
// that the next header names.
func linked(list []block) error {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if !bytes.Equal(b.LastBlockID.Hash, a.Hash()) {
			return fmt.Errorf("block %d does not follow block %d", b.Height, a.Height)
		}
		if got := types.NewResults(a.results.TxsResults).Hash(); !bytes.Equal(b.LastResultsHash, got) {
			return fmt.Errorf("the results of block %d are not those that block %d names", a.Height, b.Height)
		}
	}
	return nil
}

// brought is a ticket in a block.
type brought struct {
	*lottery.MsgSubmitTicket
	height int64
}

// tickets are those of an epoch that a block took, in its order.
func (b block) tickets(epoch uint64) (list []brought) {
	for i, raw := range b.Txs {
		if b.results.TxsResults[i].Code != 0 {
			continue
		}
		if m := ticketOf(raw); m != nil && m.Epoch == epoch {
			list = append(list, brought{m, b.Height})
		}
	}
	return list
}

// ticketOf is the ticket in a transaction, nil if it is another one.
func ticketOf(raw []byte) *lottery.MsgSubmitTicket {
	var outer txpb.TxRaw
	var body txpb.TxBody
	var m lottery.MsgSubmitTicket
	if outer.Unmarshal(raw) != nil || len(outer.Signatures) != 0 || body.Unmarshal(outer.BodyBytes) != nil || len(body.Messages) != 1 {
		return nil
	}
	if body.Messages[0].TypeUrl != "/weft.lottery.v1.MsgSubmitTicket" || m.Unmarshal(body.Messages[0].Value) != nil {
		return nil
	}
	return &m
}

// event is one event's attributes.
type event map[string]string

// events are the events of a type at a block's begin and end.
func (b block) events(kind string) (list []event) {
	for _, e := range b.results.FinalizeBlockEvents {
		if e.Type != kind {
			continue
		}
		out := event{}
		for _, a := range e.Attributes {
			out[a.Key] = a.Value
		}
		list = append(list, out)
	}
	return list
}

func (e event) number(key string) uint64 {
	n, _ := strconv.ParseUint(e[key], 10, 64) // what is no number equals nothing that is compared
	return n
}

// errPruned says that a node has no state of a height any more.
var errPruned = errors.New("the node has no state of that height any more (pruned): ask an archive node")

// at asks about the state of a height.
func (s source) at(height int64, method string, req, res chain.Message) error {
	err := s.node.Query(s.ctx, query+method, height, req, res)
	var refused *client.QueryError
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: height %d: %s", errPruned, height, refused.Reason())
	}
	return err
}

// operators are all of them at a height.
func (s source) operators(height int64) (map[string]lottery.OperatorInfo, error) {
	out := map[string]lottery.OperatorInfo{}
	next := &page.PageRequest{Limit: 200}
	for len(out) < maxOperators {
		var res lottery.QueryOperatorsResponse
		if err := s.at(height, "Operators", &lottery.QueryOperatorsRequest{Pagination: next}, &res); err != nil {
			return nil, err
		}
		for _, o := range res.Operators {
			out[o.Address] = o
		}
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			break
		}
		next = &page.PageRequest{Limit: 200, Key: res.Pagination.NextKey}
	}
	return out, nil
}
