package bank_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

func ask[R chain.Message](t testing.TB, w *world, method string, req chain.Message) R {
	t.Helper()
	res, err := w.query(method, req)
	require.NoError(t, err)
	return res.(R)
}

func TestQueries(t *testing.T) {
	g := balances(t, "10abc,20abd,30xyz", "5abc")
	g.DenomMetadata = []bankpb.Metadata{{Base: "abc", Display: "ABC"}}
	g.SendEnabled = []bankpb.SendEnabled{{Denom: "abd"}, {Denom: "xyz", Enabled: true}}
	w := newWorld(t, g)
	coin := func(denom, amount string) *base.Coin { return &base.Coin{Denom: denom, Amount: amount} }
	require.Equal(t, coin("abc", "10"), ask[*bankpb.QueryBalanceResponse](t, w, "Balance", &bankpb.QueryBalanceRequest{Address: text(1), Denom: "abc"}).Balance)
	require.Equal(t, coin("none", "0"), ask[*bankpb.QueryBalanceResponse](t, w, "Balance", &bankpb.QueryBalanceRequest{Address: text(1), Denom: "none"}).Balance, "never absent")
	require.Equal(t, coin("abc", "0"), ask[*bankpb.QueryBalanceResponse](t, w, "Balance", &bankpb.QueryBalanceRequest{Address: text(77), Denom: "abc"}).Balance)
	require.Equal(t, coin("abc", "10"), ask[*bankpb.QuerySpendableBalanceByDenomResponse](t, w, "SpendableBalanceByDenom", &bankpb.QuerySpendableBalanceByDenomRequest{Address: text(1), Denom: "abc"}).Balance)
	all := ask[*bankpb.QueryAllBalancesResponse](t, w, "AllBalances", &bankpb.QueryAllBalancesRequest{Address: text(1)})
	require.Equal(t, proto(t, "10abc,20abd,30xyz"), all.Balances)
	require.Equal(t, uint64(3), all.Pagination.Total)
	require.Empty(t, ask[*bankpb.QueryAllBalancesResponse](t, w, "AllBalances", &bankpb.QueryAllBalancesRequest{Address: text(77)}).Balances)
	require.Equal(t, proto(t, "10abc,20abd,30xyz"), ask[*bankpb.QuerySpendableBalancesResponse](t, w, "SpendableBalances", &bankpb.QuerySpendableBalancesRequest{Address: text(1)}).Balances)
	require.Equal(t, proto(t, "15abc,20abd,30xyz"), ask[*bankpb.QueryTotalSupplyResponse](t, w, "TotalSupply", &bankpb.QueryTotalSupplyRequest{}).Supply)
	require.Equal(t, *coin("abc", "15"), ask[*bankpb.QuerySupplyOfResponse](t, w, "SupplyOf", &bankpb.QuerySupplyOfRequest{Denom: "abc"}).Amount)
	require.Equal(t, *coin("none", "0"), ask[*bankpb.QuerySupplyOfResponse](t, w, "SupplyOf", &bankpb.QuerySupplyOfRequest{Denom: "none"}).Amount)
	require.True(t, ask[*bankpb.QueryParamsResponse](t, w, "Params", &bankpb.QueryParamsRequest{}).Params.DefaultSendEnabled)
	require.Equal(t, "ABC", ask[*bankpb.QueryDenomMetadataResponse](t, w, "DenomMetadata", &bankpb.QueryDenomMetadataRequest{Denom: "abc"}).Metadata.Display)
	require.Equal(t, "ABC", ask[*bankpb.QueryDenomMetadataByQueryStringResponse](t, w, "DenomMetadataByQueryString", &bankpb.QueryDenomMetadataByQueryStringRequest{Denom: "abc"}).Metadata.Display)
	require.Len(t, ask[*bankpb.QueryDenomsMetadataResponse](t, w, "DenomsMetadata", &bankpb.QueryDenomsMetadataRequest{}).Metadatas, 1)
	owners := ask[*bankpb.QueryDenomOwnersResponse](t, w, "DenomOwners", &bankpb.QueryDenomOwnersRequest{Denom: "abc"})
	require.Equal(t, []*bankpb.DenomOwner{{Address: text(1), Balance: *coin("abc", "10")}, {Address: text(2), Balance: *coin("abc", "5")}}, owners.DenomOwners)
	require.Equal(t, owners.DenomOwners, ask[*bankpb.QueryDenomOwnersByQueryResponse](t, w, "DenomOwnersByQuery", &bankpb.QueryDenomOwnersByQueryRequest{Denom: "abc"}).DenomOwners)
	require.Len(t, ask[*bankpb.QuerySendEnabledResponse](t, w, "SendEnabled", &bankpb.QuerySendEnabledRequest{}).SendEnabled, 2)
	require.Equal(t, []*bankpb.SendEnabled{{Denom: "abd"}}, ask[*bankpb.QuerySendEnabledResponse](t, w, "SendEnabled", &bankpb.QuerySendEnabledRequest{Denoms: []string{"abc", "abd"}}).SendEnabled)

	for name, c := range map[string]struct {
		method string
		req    chain.Message
		code   codes.Code
	}{
		"no address":     {"Balance", &bankpb.QueryBalanceRequest{Denom: "abc"}, codes.InvalidArgument},
		"no denom":       {"Balance", &bankpb.QueryBalanceRequest{Address: text(1)}, codes.InvalidArgument},
		"bad denom":      {"SupplyOf", &bankpb.QuerySupplyOfRequest{Denom: "a b"}, codes.InvalidArgument},
		"bad address":    {"AllBalances", &bankpb.QueryAllBalancesRequest{Address: "weft1"}, codes.InvalidArgument},
		"no metadata":    {"DenomMetadata", &bankpb.QueryDenomMetadataRequest{Denom: "xyz"}, codes.NotFound},
		"metadata denom": {"DenomMetadata", &bankpb.QueryDenomMetadataRequest{}, codes.InvalidArgument},
		"owners denom":   {"DenomOwners", &bankpb.QueryDenomOwnersRequest{}, codes.InvalidArgument},
		"1,001 denoms":   {"SendEnabled", &bankpb.QuerySendEnabledRequest{Denoms: make([]string, 1_001)}, codes.InvalidArgument},
		"key and offset": {"TotalSupply", &bankpb.QueryTotalSupplyRequest{Pagination: &query.PageRequest{Key: []byte("a"), Offset: 1}}, codes.InvalidArgument},
		"offset 2^63":    {"DenomOwners", &bankpb.QueryDenomOwnersRequest{Denom: "abc", Pagination: &query.PageRequest{Offset: 1 << 63}}, codes.InvalidArgument},
	} {
		_, err := w.query(c.method, c.req)
		require.Equal(t, c.code, status.Code(err), "%s: %v", name, err)
	}
}

// TestOwnersPages: pages both ways, and keys that nobody handed out.
func TestOwnersPages(t *testing.T) {
	var list []string
	for range 25 {
		list = append(list, "5abc")
	}
	w := newWorld(t, balances(t, list...))
	for _, reverse := range []bool{false, true} {
		seen := map[string]bool{}
		req := &query.PageRequest{Limit: 7, Reverse: reverse}
		for range 10 {
			res := ask[*bankpb.QueryDenomOwnersResponse](t, w, "DenomOwners", &bankpb.QueryDenomOwnersRequest{Denom: "abc", Pagination: req})
			for _, o := range res.DenomOwners {
				require.False(t, seen[o.Address])
				require.Equal(t, "5", o.Balance.Amount)
				seen[o.Address] = true
			}
			if req.Key = res.Pagination.NextKey; req.Key == nil {
				break
			}
		}
		require.Len(t, seen, 25)
	}
	for _, key := range [][]byte{{0}, {1}, {0xff}, []byte("key of another list"), make([]byte, 1_000)} {
		for _, reverse := range []bool{false, true} {
			res := ask[*bankpb.QueryDenomOwnersResponse](t, w, "DenomOwners", &bankpb.QueryDenomOwnersRequest{Denom: "abc", Pagination: &query.PageRequest{Key: key, Reverse: reverse, Limit: 1 << 63}})
			for _, o := range res.DenomOwners {
				_, err := prefix.ParseAccount(o.Address)
				require.NoError(t, err)
			}
		}
	}
}
