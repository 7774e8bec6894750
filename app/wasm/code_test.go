package wasm_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

func zip(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(data)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

// long is a code of exactly n bytes.
func long(w *world, n int) []byte {
	name := strings.Repeat("x", n-len(enginetest.Code("")))
	return w.engine.Add(name, scripted())
}

func TestStoreCodeSizes(t *testing.T) {
	const limit = 819_200
	w := newWorld(t, nil)
	send := func(code []byte) result {
		return w.send(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code})
	}
	requireCode(t, "sdk", 18, send(nil).err)
	require.NoError(t, send(long(w, limit)).err)
	requireCode(t, "sdk", 18, send(long(w, limit+1)).err)

	require.NoError(t, send(zip(t, long(w, limit-1))).err)
	requireCode(t, "wasm", 2, send(zip(t, long(w, limit))).err)   // the reference's reader stops there
	requireCode(t, "wasm", 2, send(zip(t, long(w, limit+1))).err) // whatever comes after
	requireCode(t, "wasm", 2, send(zip(t, make([]byte, 16<<20))).err)

	small := long(w, 200)
	require.NoError(t, send(append(zip(t, small), "trailing"...)).err)
	require.NoError(t, send(append(zip(t, small), zip(t, small)...)).err, "a second member is ignored")
	requireCode(t, "wasm", 2, send(zip(t, zip(t, small))).err)
	requireCode(t, "wasm", 2, send(zip(t, small)[:30]).err)
	requireCode(t, "wasm", 2, send([]byte{0x1f, 0x8b, 0x08}).err)
}

func TestStoreCodeGas(t *testing.T) {
	w := newWorld(t, nil)
	code := long(w, 1_000)
	w.store("alice", code) // the first one finds no counter
	plain := w.must(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code})
	zipped := zip(t, code)
	packed := w.must(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: zipped})
	require.Equal(t, uint64(len(zipped))*15/100, packed.gas-plain.gas)
	// Gas for compiling comes before the code is looked at.
	r := w.sendWithGas(4_000, &wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: make([]byte, 1_000)})
	requireCode(t, "sdk", 11, r.err)
	where, _ := chain.OutOfGasLocation(r.err)
	require.Equal(t, "wasm contract", where)
}

// The same bytes stored twice are two codes, and one blob.
func TestStoreCodeTwice(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	require.Equal(t, uint64(1), w.store("alice", code))
	require.Equal(t, uint64(2), w.store("bob", code))
	require.Equal(t, 1, w.engine.Compiled())
	for id := uint64(1); id <= 2; id++ {
		res, err := w.query("Code", &wasmpb.QueryCodeRequest{CodeID: id})
		require.NoError(t, err)
		require.Equal(t, code, res.(*wasmpb.QueryCodeResponse).Data)
	}
}

// A simulation charges the same, keeps nothing in the engine and does not tell
// the capabilities.
func TestStoreCodeSimulated(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	msg := &wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code}
	simulated := w.run(w.env.Begin(nil, txGas), msg) // a branch that nobody merges
	require.NoError(t, simulated.err)
	require.Zero(t, w.engine.Compiled())
	capability, ok := simulated.events[0].Get("required_capability")
	require.True(t, ok)
	require.Empty(t, capability)
	stored := w.must(msg)
	require.Equal(t, stored.gas, simulated.gas)
	require.Equal(t, stored.res, simulated.res)
	require.Equal(t, uint64(1), stored.res.(*wasmpb.MsgStoreCodeResponse).CodeID)

	// A later message of the same simulation finds the code.
	env := w.env.Begin(nil, txGas)
	other := w.run(env, &wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: w.engine.Add("other", scripted())})
	require.NoError(t, other.err)
	require.NoError(t, w.run(env, &wasmpb.MsgInstantiateContract{Sender: w.addr("alice"), CodeID: 2, Label: "x", Msg: []byte(`{}`)}).err)
}

func config(permission wasmpb.AccessType, addresses ...string) *wasmpb.AccessConfig {
	return &wasmpb.AccessConfig{Permission: permission, Addresses: addresses}
}

func (w *world) setParams(upload *wasmpb.AccessConfig, instantiate wasmpb.AccessType) {
	w.t.Helper()
	w.must(&wasmpb.MsgUpdateParams{Authority: w.addr("authority"), Params: wasmpb.Params{
		CodeUploadAccess: *upload, InstantiateDefaultPermission: instantiate,
	}})
}

func TestUploadPermissions(t *testing.T) {
	const (
		nobody, everybody, some = wasmpb.AccessTypeNobody, wasmpb.AccessTypeEverybody, wasmpb.AccessTypeAnyOfAddresses
	)
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	alice, bob := w.addr("alice"), w.addr("bob")
	for i, c := range []struct {
		upload  *wasmpb.AccessConfig
		def     wasmpb.AccessType
		from    string
		want    *wasmpb.AccessConfig
		refused bool
	}{
		{config(everybody), everybody, "alice", nil, false},
		{config(nobody), everybody, "alice", nil, true},
		{config(nobody), everybody, "authority", nil, false},
		{config(some, bob), everybody, "alice", nil, true},
		{config(some, bob), everybody, "bob", nil, false},
		{config(everybody), nobody, "alice", config(everybody), true},
		{config(everybody), nobody, "alice", config(nobody), false},
		{config(everybody), some, "alice", config(some, alice), false},
		{config(everybody), some, "alice", config(some, alice, bob), true},
		{config(everybody), some, "alice", config(nobody), false},
		{config(everybody), some, "alice", config(everybody), true},
	} {
		w.setParams(c.upload, c.def)
		r := w.send(&wasmpb.MsgStoreCode{Sender: w.addr(c.from), WASMByteCode: code, InstantiatePermission: c.want})
		if c.refused {
			requireCode(t, "sdk", 4, r.err)
		} else {
			require.NoError(t, r.err, "case %d", i)
		}
	}
}

func TestAccessConfigs(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	var many []string
	for i := range 51 {
		many = append(many, w.addr(fmt.Sprint("user", i)))
	}
	upper := strings.ToUpper(w.addr("alice"))
	for i, c := range []struct {
		config    *wasmpb.AccessConfig
		codespace string
		code      uint32
	}{
		{config(0), "wasm", 12},
		{config(2), "wasm", 14}, // ONLY_ADDRESS of old versions
		{config(9), "wasm", 14},
		{config(wasmpb.AccessTypeAnyOfAddresses), "wasm", 12},
		{config(wasmpb.AccessTypeAnyOfAddresses, many[:50]...), "", 0},
		{config(wasmpb.AccessTypeAnyOfAddresses, many...), "sdk", 18},
		{config(wasmpb.AccessTypeAnyOfAddresses, "nobody"), "sdk", 7},
		{config(wasmpb.AccessTypeAnyOfAddresses, w.addr("alice"), w.addr("alice")), "wasm", 15},
		{config(wasmpb.AccessTypeAnyOfAddresses, w.addr("alice"), upper), "wasm", 15},
	} {
		r := w.send(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code, InstantiatePermission: c.config})
		if c.code == 0 {
			require.NoError(t, r.err, "case %d", i)
			continue
		}
		requireCode(t, c.codespace, c.code, r.err)
	}
}

func TestInstantiatePermission(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	w.instantiate("c", w.store("alice", code), `{}`)
	only := config(wasmpb.AccessTypeAnyOfAddresses, w.addr("bob"))
	r := w.must(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code, InstantiatePermission: only})
	id := r.res.(*wasmpb.MsgStoreCodeResponse).CodeID
	instantiate := func(from string) error {
		return w.send(&wasmpb.MsgInstantiateContract{Sender: w.addr(from), CodeID: id, Label: "x", Msg: []byte(`{}`)}).err
	}
	requireCode(t, "sdk", 4, instantiate("alice"))
	require.NoError(t, instantiate("bob"))
	require.NoError(t, instantiate("authority"))
	// Migration asks the same of the new code.
	requireCode(t, "sdk", 4, w.send(&wasmpb.MsgMigrateContract{Sender: w.addr("alice"), Contract: w.addr("c"), CodeID: id, Msg: []byte(`{}`)}).err)
	// For a contract's message it is the contract's address that counts.
	script := fmt.Sprintf(`{"msgs":[{"do":{"wasm":{"instantiate":{"code_id":%d,"label":"x","msg":{},"funds":[]}}}}]}`, id)
	requireCode(t, "sdk", 4, w.send(&wasmpb.MsgExecuteContract{Sender: w.addr("bob"), Contract: w.addr("c"), Msg: []byte(script)}).err)

	update := func(from string, c *wasmpb.AccessConfig) result {
		return w.send(&wasmpb.MsgUpdateInstantiateConfig{Sender: w.addr(from), CodeID: id, NewInstantiatePermission: c})
	}
	requireCode(t, "sdk", 4, update("bob", only).err)
	requireCode(t, "sdk", 18, update("alice", nil).err)
	r = update("alice", config(wasmpb.AccessTypeAnyOfAddresses, w.addr("c"), w.addr("alice")))
	require.NoError(t, r.err)
	require.Equal(t, []chain.Event{chain.NewEvent("update_code_access_config",
		"code_permission", "AnyOfAddresses", "code_id", fmt.Sprint(id), "authorized_addresses", w.addr("c")+","+w.addr("alice"))}, r.events)
	require.NoError(t, w.execute("c", script).err)
	// Wider than the chain's default is for the authority.
	w.setParams(config(wasmpb.AccessTypeEverybody), wasmpb.AccessTypeNobody)
	requireCode(t, "sdk", 4, update("alice", config(wasmpb.AccessTypeEverybody)).err)
	r = update("authority", config(wasmpb.AccessTypeEverybody))
	require.NoError(t, r.err)
	require.Equal(t, []chain.Event{chain.NewEvent("update_code_access_config", "code_permission", "Everybody", "code_id", fmt.Sprint(id))}, r.events)
	requireCode(t, "wasm", 28, w.send(&wasmpb.MsgUpdateInstantiateConfig{
		Sender: w.addr("alice"), CodeID: 99, NewInstantiatePermission: only,
	}).err)
}

func TestUploaders(t *testing.T) {
	w := newWorld(t, nil)
	add := func(from string, names ...string) error {
		m := &wasmpb.MsgAddCodeUploadParamsAddresses{Authority: w.addr(from)}
		for _, n := range names {
			m.Addresses = append(m.Addresses, w.addr(n))
		}
		return w.send(m).err
	}
	requireCode(t, "sdk", 4, add("alice", "bob"))
	requireCode(t, "wasm", 14, add("authority", "bob")) // everybody may
	w.setParams(config(wasmpb.AccessTypeAnyOfAddresses, w.addr("alice")), wasmpb.AccessTypeEverybody)
	require.NoError(t, add("authority", "bob", "alice"))
	require.NoError(t, w.send(&wasmpb.MsgRemoveCodeUploadParamsAddresses{
		Authority: w.addr("authority"), Addresses: []string{w.addr("alice"), w.addr("carol")},
	}).err)
	res, err := w.query("Params", &wasmpb.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, []string{w.addr("bob")}, res.(*wasmpb.QueryParamsResponse).Params.CodeUploadAccess.Addresses)
}

// Without an authority its messages are nobody's.
func TestNoAuthority(t *testing.T) {
	w := newWorld(t, nil)
	w.env.Block.Params.Authority = ""
	for _, msg := range []chain.Message{
		&wasmpb.MsgPinCodes{Authority: w.addr("authority"), CodeIDs: []uint64{1}},
		&wasmpb.MsgUnpinCodes{Authority: w.addr("authority"), CodeIDs: []uint64{1}},
		&wasmpb.MsgSudoContract{Authority: w.addr("authority"), Contract: w.addr("bob"), Msg: []byte(`{}`)},
		&wasmpb.MsgUpdateParams{Authority: w.addr("authority"), Params: wasmpb.Params{
			CodeUploadAccess: *config(wasmpb.AccessTypeNobody), InstantiateDefaultPermission: wasmpb.AccessTypeNobody,
		}},
		&wasmpb.MsgStoreAndInstantiateContract{
			Authority: w.addr("authority"), WASMByteCode: enginetest.Code("x"), Label: "x", Msg: []byte(`{}`),
		},
		&wasmpb.MsgStoreAndMigrateContract{
			Authority: w.addr("authority"), WASMByteCode: enginetest.Code("x"), Contract: w.addr("bob"), Msg: []byte(`{}`),
		},
	} {
		requireCode(t, "sdk", 4, w.send(msg).err)
	}
}

func TestAuthorityStores(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	r := w.must(&wasmpb.MsgStoreAndInstantiateContract{
		Authority: w.addr("authority"), WASMByteCode: code, Label: "x", Msg: []byte(`{"data":"d"}`),
	})
	born := r.res.(*wasmpb.MsgStoreAndInstantiateContractResponse)
	require.Equal(t, w.text(layout.ContractAddress(1, 1)), born.Address)
	require.Equal(t, "d", string(born.Data))
	r = w.must(&wasmpb.MsgStoreAndMigrateContract{
		Authority: w.addr("authority"), WASMByteCode: w.engine.Add("other", scripted()), Contract: born.Address, Msg: []byte(`{"data":"e"}`),
	})
	moved := r.res.(*wasmpb.MsgStoreAndMigrateContractResponse)
	require.Equal(t, uint64(2), moved.CodeID)
	require.Equal(t, "e", string(moved.Data))
}

func TestPinLists(t *testing.T) {
	w := newWorld(t, nil)
	ids := make([]uint64, 51)
	for i := range ids {
		ids[i] = uint64(i + 1)
	}
	pin := func(ids ...uint64) error {
		return w.send(&wasmpb.MsgPinCodes{Authority: w.addr("authority"), CodeIDs: ids}).err
	}
	requireCode(t, "sdk", 18, pin())
	requireCode(t, "sdk", 18, pin(1, 2, 1))
	requireCode(t, "sdk", 18, pin(ids...))
	requireCode(t, "wasm", 28, pin(ids[:50]...))
	id := w.store("alice", w.engine.Add("script", scripted()))
	require.NoError(t, pin(id))
	require.Equal(t, 1, w.engine.Pinned())
	other := newWorld(t, nil)
	require.Zero(t, other.engine.Pinned())
	require.NoError(t, w.wasm.WarmPinned(w.env))
}

// A contract is migrated without being called if both codes say that their
// state has the same form.
func TestMigrateVersions(t *testing.T) {
	one, two := uint64(1), uint64(2)
	w := newWorld(t, nil)
	ids := map[string]uint64{}
	for name, v := range map[string]*uint64{"none": nil, "one": &one, "same": &one, "two": &two} {
		c := scripted()
		c.MigrateVersion = v
		ids[name] = w.store("alice", w.engine.Add(name, c))
	}
	for _, c := range []struct {
		from, to string
		called   bool
	}{
		{"one", "same", false},
		{"one", "one", false},
		{"one", "two", true},
		{"none", "none", true},
		{"none", "one", true},
		{"one", "none", true},
	} {
		w.instantiate("c", ids[c.from], `{}`)
		r := w.must(&wasmpb.MsgMigrateContract{
			Sender: w.addr("alice"), Contract: w.addr("c"), CodeID: ids[c.to], Msg: []byte(`{"data":"called"}`),
		})
		require.Equal(t, c.called, r.res.(*wasmpb.MsgMigrateContractResponse).Data != nil, "%+v", c)
		res, err := w.query("ContractInfo", &wasmpb.QueryContractInfoRequest{Address: w.addr("c")})
		require.NoError(t, err)
		require.Equal(t, ids[c.to], res.(*wasmpb.QueryContractInfoResponse).ContractInfo.CodeID)
	}
}
