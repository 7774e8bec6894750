package cli

import (
	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	nodeservice "github.com/weftchain/weft/proto/cosmos/base/node/v1beta1"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	tmservice "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
)

const (
	cometService = "/cosmos.base.tendermint.v1beta1.Service/"
	nodeService  = "/cosmos.base.node.v1beta1.Service/"
)

// queryComet asks for the node and its blocks in the forms of gRPC and REST.
func (r *run) queryComet() *cobra.Command {
	atHeight := func(c call, req func(height int64, p *page.PageRequest) chain.Message) *cobra.Command {
		c.req = func(a []string, p *page.PageRequest) (chain.Message, error) {
			height, err := heightArg(a)
			return req(height, p), err
		}
		return r.queryOf(c)
	}
	set := pages("validator-set", "Who signs the latest block", cometService+"GetLatestValidatorSet",
		func(_ []string, p *page.PageRequest) chain.Message {
			return &tmservice.GetLatestValidatorSetRequest{Pagination: p}
		},
		empty[tmservice.GetLatestValidatorSetResponse]())
	set.aliases = []string{"validator-set-latest", "comet-validator-set", "cometbft-validator-set", "tendermint-validator-set"}
	return newGroup("comet", "The node and its blocks, as gRPC and REST show them",
		r.queryOf(method("node-info", "What the node is and runs", cometService+"GetNodeInfo",
			nothing[tmservice.GetNodeInfoRequest](), empty[tmservice.GetNodeInfoResponse]())),
		r.queryOf(method("syncing", "Whether the node still catches up", cometService+"GetSyncing",
			nothing[tmservice.GetSyncingRequest](), empty[tmservice.GetSyncingResponse]())),
		r.queryOf(method("block-latest", "The latest block", cometService+"GetLatestBlock",
			nothing[tmservice.GetLatestBlockRequest](), empty[tmservice.GetLatestBlockResponse]())),
		atHeight(method("block-by-height HEIGHT", "One block", cometService+"GetBlockByHeight", nil, empty[tmservice.GetBlockByHeightResponse]()),
			func(height int64, _ *page.PageRequest) chain.Message {
				return &tmservice.GetBlockByHeightRequest{Height: height}
			}),
		r.queryOf(set),
		atHeight(pages("validator-set-by-height HEIGHT", "Who signs one block", cometService+"GetValidatorSetByHeight", nil, empty[tmservice.GetValidatorSetByHeightResponse]()),
			func(height int64, p *page.PageRequest) chain.Message {
				return &tmservice.GetValidatorSetByHeightRequest{Height: height, Pagination: p}
			}),
		r.queryOf(method("block-results-latest", "What executing the latest block gave", cometService+"GetLatestBlockResults",
			nothing[tmservice.GetLatestBlockResultsRequest](), empty[tmservice.GetLatestBlockResultsResponse]())),
		atHeight(method("block-results HEIGHT", "What executing one block gave", cometService+"GetBlockResults", nil, empty[tmservice.GetBlockResultsResponse]()),
			func(height int64, _ *page.PageRequest) chain.Message {
				return &tmservice.GetBlockResultsRequest{Height: height}
			}),
	)
}

// queryNode asks how the node is set up.
func (r *run) queryNode() *cobra.Command {
	return newGroup("node", "How the node is set up and how far it is",
		r.queryOf(method("config", "Its prices and what it keeps", nodeService+"Config",
			nothing[nodeservice.ConfigRequest](), empty[nodeservice.ConfigResponse]())),
		r.queryOf(method("status", "Its latest height and state", nodeService+"Status",
			nothing[nodeservice.StatusRequest](), empty[nodeservice.StatusResponse]())),
	)
}
