package conformance

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/CosmWasm/wasmvm/v3/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/cosmwasm"
)

// pair is one document in the reference's type and in ours.
type pair struct{ theirs, ours any }

var documents = []pair{
	{types.Env{}, cosmwasm.Env{}},
	{types.MessageInfo{}, cosmwasm.MessageInfo{}},
	{types.MigrateInfo{}, cosmwasm.MigrateInfo{}},
	{types.ContractResult{}, cosmwasm.ContractResult{}},
	{types.Reply{}, cosmwasm.Reply{}},
	{types.QueryRequest{}, cosmwasm.QueryRequest{}},
	{types.SystemError{}, cosmwasm.SystemError{}},
	{types.SupplyResponse{}, cosmwasm.SupplyResponse{}},
	{types.BalanceResponse{}, cosmwasm.BalanceResponse{}},
	{types.AllBalancesResponse{}, cosmwasm.AllBalancesResponse{}},
	{types.DenomMetadataResponse{}, cosmwasm.DenomMetadataResponse{}},
	{types.AllDenomMetadataResponse{}, cosmwasm.AllDenomMetadataResponse{}},
	{types.BondedDenomResponse{}, cosmwasm.BondedDenomResponse{}},
	{types.AllValidatorsResponse{}, cosmwasm.AllValidatorsResponse{}},
	{types.ValidatorResponse{}, cosmwasm.ValidatorResponse{}},
	{types.AllDelegationsResponse{}, cosmwasm.AllDelegationsResponse{}},
	{types.DelegationResponse{}, cosmwasm.DelegationResponse{}},
	{types.DelegatorWithdrawAddressResponse{}, cosmwasm.DelegatorWithdrawAddressResponse{}},
	{types.DelegationRewardsResponse{}, cosmwasm.DelegationRewardsResponse{}},
	{types.DelegationTotalRewardsResponse{}, cosmwasm.DelegationTotalRewardsResponse{}},
	{types.DelegatorValidatorsResponse{}, cosmwasm.DelegatorValidatorsResponse{}},
	{types.PortIDResponse{}, cosmwasm.PortIDResponse{}},
	{types.ListChannelsResponse{}, cosmwasm.ListChannelsResponse{}},
	{types.ChannelResponse{}, cosmwasm.ChannelResponse{}},
	{types.ContractInfoResponse{}, cosmwasm.ContractInfoResponse{}},
	{types.CodeInfoResponse{}, cosmwasm.CodeInfoResponse{}},
	{types.RawRangeResponse{}, cosmwasm.RawRangeResponse{}},
	{types.IBCChannelOpenMsg{}, cosmwasm.IBCChannelOpenMsg{}},
	{types.IBCChannelConnectMsg{}, cosmwasm.IBCChannelConnectMsg{}},
	{types.IBCChannelCloseMsg{}, cosmwasm.IBCChannelCloseMsg{}},
	{types.IBCPacketReceiveMsg{}, cosmwasm.IBCPacketReceiveMsg{}},
	{types.IBCPacketAckMsg{}, cosmwasm.IBCPacketAckMsg{}},
	{types.IBCPacketTimeoutMsg{}, cosmwasm.IBCPacketTimeoutMsg{}},
	{types.IBCSourceCallbackMsg{}, cosmwasm.IBCSourceCallbackMsg{}},
	{types.IBCDestinationCallbackMsg{}, cosmwasm.IBCDestinationCallbackMsg{}},
	{types.IBC2PacketReceiveMsg{}, cosmwasm.IBC2PacketReceiveMsg{}},
	{types.IBC2PacketTimeoutMsg{}, cosmwasm.IBC2PacketTimeoutMsg{}},
	{types.IBC2AcknowledgeMsg{}, cosmwasm.IBC2AcknowledgeMsg{}},
	{types.IBC2PacketSendMsg{}, cosmwasm.IBC2PacketSendMsg{}},
	{types.IBCChannelOpenResult{}, cosmwasm.IBCChannelOpenResult{}},
	{types.IBCBasicResult{}, cosmwasm.IBCBasicResult{}},
	{types.IBCReceiveResult{}, cosmwasm.IBCReceiveResult{}},
}

// Random documents of the reference's types are read by our strict decoder and
// written again byte for byte.
func TestDocumentsOfTheReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range documents {
		for range 200 {
			theirs := reflect.New(reflect.TypeOf(p.theirs))
			fill(theirs.Elem(), rng)
			want, err := json.Marshal(theirs.Interface())
			require.NoError(t, err)
			ours := reflect.New(reflect.TypeOf(p.ours)).Interface()
			require.NoError(t, cosmwasm.Unmarshal(want, ours), "%s", want)
			got, err := json.Marshal(ours)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	}
}

// The answer to a query has the meaning that the reference gives to it.
func TestQuerierResultOfTheReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		var theirs types.QuerierResult
		fill(reflect.ValueOf(&theirs).Elem(), rng)
		want, err := json.Marshal(theirs)
		require.NoError(t, err)
		var ours cosmwasm.QuerierResult
		require.NoError(t, cosmwasm.Unmarshal(want, &ours), "%s", want)
		require.JSONEq(t, string(want), string(ours.JSON()))
	}
}

// fill sets a value to something random. Objects whose fields all are optional
// get one field, as enums have it.
func fill(v reflect.Value, rng *rand.Rand) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), rng)
	case reflect.Struct:
		if isEnum(v.Type()) {
			f := v.Field(rng.IntN(v.NumField()))
			if fill(f, rng); f.IsZero() {
				f.SetString("error")
			}
			return
		}
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.Pointer && rng.IntN(3) == 0 {
				continue
			}
			fill(v.Field(i), rng)
			if name := v.Type().Field(i).Name; v.Field(i).IsZero() && (name == "Kind" || name == "Addr" || name == "CodeID") {
				// The reference leaves these out when they are empty, which its
				// own other half cannot read; we do not.
				v.Field(i).Set(reflect.ValueOf(map[string]any{"Kind": "k", "Addr": "a", "CodeID": uint64(1)}[name]))
			}
		}
	case reflect.Slice:
		switch {
		case v.Type() == reflect.TypeFor[json.RawMessage]():
			v.SetBytes([]byte(`{"a":[1,null,"\u003c"]}`))
		case v.Type() == reflect.TypeFor[types.Checksum]():
			v.SetBytes(make([]byte, 32))
		case v.Type().Elem().Kind() == reflect.Uint8:
			b := make([]byte, 1+rng.IntN(40))
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
			v.SetBytes(b)
		default:
			v.Set(reflect.MakeSlice(v.Type(), 1+rng.IntN(2), 2))
			for i := range v.Len() {
				fill(v.Index(i), rng)
			}
		}
	case reflect.String:
		v.SetString([]string{"", "x", "wasm1xyz", "<&>\"\\\n\x01\u2028é😀"}[rng.IntN(4)])
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	case reflect.Int: // reply_on and vote options
		v.SetInt(1 + rng.Int64N(4))
	case reflect.Uint64, reflect.Uint32, reflect.Uint16:
		v.SetUint(rng.Uint64() >> (64 - v.Type().Bits()) >> rng.IntN(v.Type().Bits()))
	}
}

func isEnum(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		optional := strings.HasSuffix(f.Tag.Get("json"), ",omitempty")
		text := f.Type.Kind() == reflect.String && f.Name == "Err" || f.Type.Kind() == reflect.Slice && (f.Name == "Ok" || f.Name == "Custom")
		if !optional || f.Type.Kind() != reflect.Pointer && !text {
			return false
		}
	}
	return t.NumField() > 0
}
