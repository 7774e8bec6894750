package abci

import (
	"context"

	abcicli "github.com/cometbft/cometbft/abci/client"
	"github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/service"
	"github.com/cometbft/cometbft/proxy"

	"github.com/weftchain/weft/chain"
)

// creator makes clients that call the Server without a lock. CometBFT's own
// clients for an application in the same process let only one query run at a
// time, or stop queries while a block is executed; App needs neither.
type creator struct{ server *Server }

// NewCreator returns what a CometBFT node is built with.
func NewCreator(s *Server) proxy.ClientCreator { return creator{s} }

// NewABCIClient returns a client for one of the four connections.
func (c creator) NewABCIClient() (abcicli.Client, error) {
	client := &client{Server: c.server}
	client.BaseService = *service.NewBaseService(nil, "weft", client)
	return client, nil
}

type client struct {
	service.BaseService
	*Server
	callback abcicli.Callback
}

// SetResponseCallback is called once, before the first CheckTxAsync.
func (c *client) SetResponseCallback(cb abcicli.Callback) { c.callback = cb }

// CheckTxAsync checks at once and calls back before it returns. A fault becomes
// a refusal: it is reported by then and the node stops, while an error here would
// end the process with a panic of CometBFT before it has said why.
func (c *client) CheckTxAsync(ctx context.Context, req *types.RequestCheckTx) (*abcicli.ReqRes, error) {
	res, err := c.CheckTx(ctx, req)
	if err != nil {
		res = &types.ResponseCheckTx{
			Code: chain.ErrInternal.Code, Codespace: chain.ErrInternal.Codespace, Log: "this node cannot check transactions: " + err.Error(),
		}
	}
	request, response := types.ToRequestCheckTx(req), types.ToResponseCheckTx(res)
	c.callback(request, response)
	done := abcicli.NewReqRes(request)
	done.Response = response
	done.InvokeCallback()
	return done, nil
}

// Error reports that the connection works: it is a function call.
func (c *client) Error() error { return nil }

// Flush has nothing to flush.
func (c *client) Flush(context.Context) error { return nil }

// Echo answers what it got.
func (c *client) Echo(_ context.Context, msg string) (*types.ResponseEcho, error) {
	return &types.ResponseEcho{Message: msg}, nil
}
