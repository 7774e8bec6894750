package abci

import (
	"github.com/cometbft/cometbft/abci/types"

	"github.com/weftchain/weft/chain"
)

// events turns weft's events into CometBFT's; every attribute is indexed.
func events(list []chain.Event) []types.Event {
	out := make([]types.Event, len(list))
	for i, e := range list {
		out[i] = types.Event{Type: e.Type, Attributes: make([]types.EventAttribute, len(e.Attributes))}
		for j, a := range e.Attributes {
			out[i].Attributes[j] = types.EventAttribute{Key: a.Key, Value: a.Value, Index: true}
		}
	}
	return out
}

// Events turns CometBFT's events, as it keeps them of blocks, back into weft's.
func Events(list []types.Event) []chain.Event {
	out := make([]chain.Event, len(list))
	for i, e := range list {
		out[i] = chain.Event{Type: e.Type, Attributes: make([]chain.Attribute, len(e.Attributes))}
		for j, a := range e.Attributes {
			out[i].Attributes[j] = chain.Attribute{Key: a.Key, Value: a.Value}
		}
	}
	return out
}
