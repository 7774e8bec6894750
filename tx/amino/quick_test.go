package amino
import ("testing"; "github.com/stretchr/testify/require"
 wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
 base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
 _ "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)
func TestQuick(t *testing.T){
 m := &wasm.MsgExecuteContract{Sender:"a<",Contract:"b",Msg:[]byte(`{"b":1.0,"a":[1e30, 12345678901234567890]}`), Funds: []base.Coin{{Denom:"x"}}}
 raw,err := m.Marshal(); require.NoError(t,err)
 out,err := Any("/cosmwasm.wasm.v1.MsgExecuteContract", raw, Numbers)
 require.NoError(t,err); t.Log(string(out))
 for _, n := range Names() { _, err := describe(n); if err!=nil {t.Log(err)} }
}
