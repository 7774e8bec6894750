package miner

import (
	"context"
	"errors"
	"fmt"

	"github.com/cosmos/gogoproto/proto"
	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// query begins the lottery's methods.
const query = "/weft.lottery.v1.Query/"

// Node is a Source that speaks to one node and believes it.
type Node struct {
	Client *client.Client
	// Prefix is that of the chain's addresses.
	Prefix chain.Bech32
}

// Work implements Source.
func (n Node) Work(ctx context.Context, who Who) (*Work, error) {
	req := &lottery.QueryWorkRequest{Payout: n.Prefix.Account(chain.Address(who.Payout)), Tag: who.Tag}
	if len(who.Operator) > 0 {
		req.Operator = n.Prefix.Account(chain.Address(who.Operator))
	}
	var res lottery.QueryWorkResponse
	if err := n.Client.Query(ctx, query+"Work", 0, req, &res); err != nil {
		return nil, err
	}
	return NewWork(who, &res)
}

// Submit implements Source.
func (n Node) Submit(ctx context.Context, f Found) error {
	raw, err := Transaction(f.Message())
	if err != nil {
		return err
	}
	_, err = n.Client.Broadcast(ctx, raw)
	return verdict(err)
}

// verdict sorts what a node answered.
func verdict(err error) error {
	if errors.Is(err, client.ErrPending) {
		return ErrKnown
	}
	var r *client.RejectedError
	if !errors.As(err, &r) {
		return err
	}
	if r.Codespace != "lottery" {
		return err // the mempool is full, or the like
	}
	switch r.Code {
	case 2:
		return fmt.Errorf("%w: %s", ErrStale, r.Log)
	case 6:
		return ErrKept
	case 7:
		return fmt.Errorf("%w: %s", ErrWeak, r.Log)
	case 17:
		return ErrLater
	}
	return fmt.Errorf("%w: %s", ErrRefused, r.Log)
}

// Transaction is the transaction of a ticket: the message alone.
func Transaction(m *lottery.MsgSubmitTicket) ([]byte, error) {
	value, err := m.Marshal()
	if err != nil {
		return nil, err
	}
	body, err := (&txpb.TxBody{Messages: []*types.Any{{TypeUrl: "/" + proto.MessageName(m), Value: value}}}).Marshal()
	if err != nil {
		return nil, err
	}
	return (&txpb.TxRaw{BodyBytes: body}).Marshal()
}
