package rpc

// method is what the door knows of one function of CometBFT's RPC.
type method struct {
	// cost is what a call takes out of its client's allowance; one unit is
	// about the work of one small transaction in a batch (50 µs).
	cost int64
	// heavy methods read a lot; few of them run at once.
	heavy bool
	// waits says that the method mostly waits: it takes no turn from others.
	waits bool
	// indexed methods answer from the index, which lags behind the state.
	indexed bool
	// params are the names by which a call by URI may give its parameters.
	params []string
}

// methods are all that can be reached. What is not here, such as CometBFT's
// unsafe routes, does not exist for the world, whatever config.toml says.
var methods = map[string]method{
	"health":               {cost: 1},
	"status":               {cost: 2},
	"net_info":             {cost: 5},
	"blockchain":           {cost: 20, params: []string{"minHeight", "maxHeight"}},
	"genesis":              {cost: 200, heavy: true},
	"genesis_chunked":      {cost: 200, heavy: true, params: []string{"chunk"}},
	"block":                {cost: 10, params: []string{"height"}},
	"block_by_hash":        {cost: 10, params: []string{"hash"}},
	"block_results":        {cost: 20, params: []string{"height"}},
	"commit":               {cost: 5, params: []string{"height"}},
	"header":               {cost: 2, params: []string{"height"}},
	"header_by_hash":       {cost: 2, params: []string{"hash"}},
	"check_tx":             {cost: 5, params: []string{"tx"}},
	"tx":                   {cost: 5, indexed: true, params: []string{"hash", "prove"}},
	"tx_search":            {cost: 20, indexed: true, params: []string{"query", "prove", "page", "per_page", "order_by"}},
	"block_search":         {cost: 50, indexed: true, heavy: true, params: []string{"query", "page", "per_page", "order_by"}},
	"validators":           {cost: 10, params: []string{"height", "page", "per_page"}},
	"dump_consensus_state": {cost: 100, heavy: true},
	"consensus_state":      {cost: 20},
	"consensus_params":     {cost: 2, params: []string{"height"}},
	"unconfirmed_txs":      {cost: 20, params: []string{"limit"}},
	"num_unconfirmed_txs":  {cost: 1},
	"broadcast_tx_commit":  {cost: 20, waits: true, params: []string{"tx"}},
	"broadcast_tx_sync":    {cost: 1, params: []string{"tx"}},
	"broadcast_tx_async":   {cost: 1, params: []string{"tx"}},
	"abci_query":           {cost: 5, params: []string{"path", "data", "height", "prove"}},
	"abci_info":            {cost: 1},
	"broadcast_evidence":   {cost: 20, params: []string{"evidence"}},
}

// socketMethods are answered by the WebSocket's own side.
var socketMethods = map[string]method{
	"subscribe":       {cost: 20, params: []string{"query"}},
	"unsubscribe":     {cost: 2, params: []string{"query"}},
	"unsubscribe_all": {cost: 2},
}

// pageCost is the cost of a request to the pages below /weft/.
const pageCost = 10

// bytesPerUnit is how many bytes of a question or an answer cost one unit more.
const bytesPerUnit = 64 << 10

func sizeCost(bytes int) int64 { return int64(bytes) / bytesPerUnit }
