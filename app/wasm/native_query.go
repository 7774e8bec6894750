package wasm

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// maxMetadataPage bounds the page of denoms that a contract gets at once.
const maxMetadataPage = 100

func (w *Wasm) answerBank(env *chain.Env, q *cosmwasm.BankQuery) ([]byte, error) {
	switch {
	case q.AllBalances != nil:
		addr, err := queriedAccount(env, q.AllBalances.Address)
		if err != nil {
			return nil, err
		}
		coins, err := w.bank.Balances(env, addr)
		if err != nil {
			return nil, err
		}
		return toJSON(cosmwasm.AllBalancesResponse{Amount: contractCoins(coins)})
	case q.Balance != nil:
		addr, err := queriedAccount(env, q.Balance.Address)
		if err != nil {
			return nil, err
		}
		amount, err := w.bank.Balance(env, addr, q.Balance.Denom)
		if err != nil {
			return nil, err
		}
		return toJSON(cosmwasm.BalanceResponse{Amount: cosmwasm.Coin{Denom: q.Balance.Denom, Amount: amount.String()}})
	case q.Supply != nil:
		amount, err := w.bank.Supply(env, q.Supply.Denom)
		if err != nil {
			return nil, err
		}
		return toJSON(cosmwasm.SupplyResponse{Amount: cosmwasm.Coin{Denom: q.Supply.Denom, Amount: amount.String()}})
	case q.DenomMetadata != nil:
		m, err := w.bank.Metadata(env, q.DenomMetadata.Denom)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return nil, fmt.Errorf("%s: %w", q.DenomMetadata.Denom, chain.ErrNotFound)
		}
		return toJSON(cosmwasm.DenomMetadataResponse{Metadata: metadata(m)})
	case q.AllDenomMetadata != nil:
		return w.answerAllMetadata(env, q.AllDenomMetadata)
	}
	return nil, unsupported("unknown BankQuery variant")
}

func (w *Wasm) answerAllMetadata(env *chain.Env, q *cosmwasm.AllDenomMetadataQuery) ([]byte, error) {
	page := &querypb.PageRequest{Limit: maxMetadataPage}
	if p := q.Pagination; p != nil {
		page.Key, page.Reverse = p.Key, p.Reverse
		if p.Limit != 0 {
			page.Limit = min(uint64(p.Limit), maxMetadataPage)
		}
	}
	list, next, err := w.bank.AllMetadata(env, page)
	if err != nil {
		if unwinding(err) {
			return nil, err
		}
		return nil, chain.ErrInvalidRequest
	}
	res := cosmwasm.AllDenomMetadataResponse{Metadata: make([]cosmwasm.DenomMetadata, len(list)), NextKey: next}
	for i := range list {
		res.Metadata[i] = metadata(&list[i])
	}
	return toJSON(res)
}

func metadata(m *bankpb.Metadata) cosmwasm.DenomMetadata {
	units := make([]cosmwasm.DenomUnit, len(m.DenomUnits))
	for i, u := range m.DenomUnits {
		aliases := u.Aliases
		if aliases == nil {
			aliases = []string{} // contracts do not read null
		}
		units[i] = cosmwasm.DenomUnit{Denom: u.Denom, Exponent: u.Exponent, Aliases: aliases}
	}
	return cosmwasm.DenomMetadata{
		Description: m.Description, DenomUnits: units, Base: m.Base, Display: m.Display,
		Name: m.Name, Symbol: m.Symbol, URI: m.Uri, URIHash: m.UriHash,
	}
}

// answerIBC: there are no connections to other chains. Many contracts ask in
// passing, so they are told that there is nothing instead of being refused.
func answerIBC(env *chain.Env, asker chain.Address, q *cosmwasm.IBCQuery) ([]byte, error) {
	switch {
	case q.PortID != nil:
		info, err := contractInfo(env, asker)
		if err != nil {
			return nil, err
		}
		res := cosmwasm.PortIDResponse{}
		if info != nil { // a contract that is being instantiated has no record yet
			res.PortID = info.IBCPortID
		}
		return toJSON(res)
	case q.ListChannels != nil:
		return toJSON(cosmwasm.ListChannelsResponse{Channels: []cosmwasm.IBCChannel{}})
	case q.Channel != nil:
		return toJSON(cosmwasm.ChannelResponse{})
	}
	return nil, unsupported("unknown IBCQuery variant")
}
