package wasm

import (
	"strings"
	"testing"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
)

func TestJSON(t *testing.T) {
	m := &jsonpb.Marshaler{OrigName: true, EmitDefaults: true}
	for _, c := range []struct {
		want string
		v    proto.Message
	}{
		{`{"permission":"Everybody","addresses":[]}`, &AccessConfig{Permission: AccessTypeEverybody}},
		{`{"permission":"AnyOfAddresses","addresses":["a"]}`, &AccessConfig{Permission: AccessTypeAnyOfAddresses, Addresses: []string{"a"}}},
		{`{"permission":"Unspecified","addresses":[]}`, &AccessConfig{}},
		{`{"key":"636F","value":"AQ=="}`, &Model{Key: []byte("co"), Value: []byte{1}}},
		{`{"data":{"verifier":"x"}}`, &QuerySmartContractStateResponse{Data: []byte(`{"verifier":"x"}`)}},
		{`{"data":"AQ=="}`, &QueryRawContractStateResponse{Data: []byte{1}}},
		{`{"sender":"s","contract":"c","msg":{"b":18446744073709551615,"a":1},"funds":[]}`, &MsgExecuteContract{Sender: "s", Contract: "c", Msg: []byte(`{"b":18446744073709551615,"a":1}`)}},
		{`{"code_upload_access":{"permission":"Nobody","addresses":[]},"instantiate_default_permission":"Everybody"}`, &Params{CodeUploadAccess: AccessConfig{Permission: AccessTypeNobody}, InstantiateDefaultPermission: AccessTypeEverybody}},
	} {
		want, v := c.want, c.v
		got, err := m.MarshalToString(v)
		require.NoError(t, err)
		require.Equal(t, want, got)
		back := proto.Clone(v)
		back.Reset()
		require.NoError(t, jsonpb.UnmarshalString(got, back))
		again, err := m.MarshalToString(back)
		require.NoError(t, err)
		require.Equal(t, want, again)
	}
	var c AccessConfig
	require.NoError(t, jsonpb.UnmarshalString(`{"permission":"ACCESS_TYPE_NOBODY"}`, &c))
	require.Equal(t, AccessTypeNobody, c.Permission)
	require.NoError(t, jsonpb.UnmarshalString(`{"permission":3}`, &c))
	require.Equal(t, AccessTypeEverybody, c.Permission)
	require.Error(t, jsonpb.UnmarshalString(`{"permission":"everyone"}`, &c))
	require.Error(t, jsonpb.UnmarshalString(`{"key":"0x"}`, &Model{}))
	require.True(t, strings.HasPrefix(AccessTypeEverybody.String(), "ACCESS_TYPE"))
}
