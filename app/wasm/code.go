package wasm

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// storeCode handles MsgStoreCode.
func (w *Wasm) storeCode(env *chain.Env, msg *wasmpb.MsgStoreCode) (*wasmpb.MsgStoreCodeResponse, error) {
	sender, err := env.Bech32().ParseAccount(msg.Sender)
	if err != nil {
		return nil, within("sender", err)
	}
	id, sum, err := w.create(env, sender, msg.WASMByteCode, msg.InstantiatePermission)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgStoreCodeResponse{CodeID: id, Checksum: sum[:]}, nil
}

// create keeps a code under a new number, also if its bytes are known.
func (w *Wasm) create(env *chain.Env, creator chain.Address, code []byte, access *wasmpb.AccessConfig) (uint64, [32]byte, error) {
	fail := func(err error) (uint64, [32]byte, error) { return 0, [32]byte{}, err }
	config, err := w.uploadAccess(env, creator, access)
	if err != nil {
		return fail(err)
	}
	if code, err = uncompress(env, code); err != nil {
		return fail(err)
	}
	sum, capabilities, err := w.admit(env, code)
	if err != nil {
		return fail(err)
	}
	id, err := nextID(env, layout.WasmNextCodeID)
	if err != nil {
		return fail(err)
	}
	info := &wasmpb.CodeInfo{CodeHash: sum[:], Creator: env.Bech32().Account(creator), InstantiateConfig: config}
	if err := save(env, layout.WasmCode(id), info); err != nil {
		return fail(err)
	}
	if err := env.FreeStore(layout.Wasm).Set(layout.WasmCodeBytes(sum), code); err != nil {
		return fail(err)
	}
	env.Events.Emit(storeCodeEvent(id, sum, capabilities))
	return id, sum, nil
}

// uploadAccess decides who may instantiate the code, and refuses a creator who
// may not store it or gives more than the chain allows: two Gets.
func (w *Wasm) uploadAccess(env *chain.Env, creator chain.Address, access *wasmpb.AccessConfig) (wasmpb.AccessConfig, error) {
	if _, err := params(env); err != nil {
		return wasmpb.AccessConfig{}, err
	}
	p, err := params(env) // the reference reads them for each of the two questions
	if err != nil {
		return wasmpb.AccessConfig{}, err
	}
	account := env.Bech32().Account(creator)
	standard := defaultConfig(p.InstantiateDefaultPermission, account)
	config := standard
	if access != nil {
		config = *access
	}
	if isAuthority(env, creator) || allowed(p.CodeUploadAccess, account) && narrower(config, standard) {
		return config, nil
	}
	return wasmpb.AccessConfig{}, fmt.Errorf("can not create code: %w", chain.ErrUnauthorized)
}

// uncompress returns plain wasm for plain wasm or gzip.
func uncompress(env *chain.Env, code []byte) ([]byte, error) {
	if !isGzip(code) {
		return code, nil
	}
	if err := env.Gas.Use(uncompressCost(len(code)), locationUncompress); err != nil {
		return nil, err
	}
	p := &env.Block.Params
	limit := p.MaxWasmBytesUncompressed
	if p.WASI.MaxWasmBytes >= limit && mayBeLong(p, code) {
		limit = p.WASI.MaxWasmBytes + 1 // gunzip stays below its limit
	}
	plain, err := gunzip(code, limit)
	if err != nil {
		return nil, fmt.Errorf("uncompress wasm archive: %v: %w", err, ErrCreateFailed)
	}
	return plain, nil
}

// admit charges for compiling a code and lets the engine judge it. Outside of
// a transaction (a simulation, a check) the engine keeps nothing and the
// capabilities are not reported, as in the reference.
func (w *Wasm) admit(env *chain.Env, code []byte) (sum [32]byte, capabilities []string, err error) {
	if err := useVM(env.Gas, toVM(uint64(len(code))*gasCompilePerByte)); err != nil {
		return sum, nil, err
	}
	var a vm.Analysis
	limits := wasiLimits(&env.Block.Params.WASI)
	if err := w.chargeCompileWork(env, code, limits); err != nil {
		return sum, nil, err
	}
	if !env.Decided() {
		a, err = w.engine.CheckWithin(code, limits)
		sum = sha256.Sum256(code)
	} else {
		sum, a, err = w.engine.Admit(code, limits)
		capabilities = slices.Sorted(slices.Values(a.Capabilities))
	}
	// What _initialize used is due also if it failed.
	if err := chargeInitialize(env, a); err != nil {
		return sum, nil, err
	}
	if err != nil {
		return sum, nil, engineVerdict(err, ErrCreateFailed)
	}
	return sum, capabilities, nil
}

// engineVerdict makes a verdict of the engine's opinion on a code; everything
// else is a fault.
func engineVerdict(err error, verdict *chain.Error) error {
	var own *vm.Error
	if !errors.As(err, &own) {
		return err
	}
	return fmt.Errorf("%s: %w", own.Error(), verdict)
}

func storeCodeEvent(id uint64, sum [32]byte, capabilities []string) chain.Event {
	e := chain.NewEvent(eventStoreCode, attrChecksum, hex.EncodeToString(sum[:]), attrCodeID, strconv.FormatUint(id, 10))
	if len(capabilities) == 0 {
		capabilities = []string{""}
	}
	for _, c := range capabilities {
		e.Attributes = append(e.Attributes, chain.Attribute{Key: attrCapability, Value: c})
	}
	return e
}

// updateInstantiateConfig handles MsgUpdateInstantiateConfig.
func (w *Wasm) updateInstantiateConfig(env *chain.Env, msg *wasmpb.MsgUpdateInstantiateConfig) (*wasmpb.MsgUpdateInstantiateConfigResponse, error) {
	sender, err := env.Bech32().ParseAccount(msg.Sender)
	if err != nil {
		return nil, within("sender", err)
	}
	info, err := codeInfo(env, msg.CodeID)
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, errNoSuchCode(msg.CodeID)
	}
	p, err := params(env)
	if err != nil {
		return nil, err
	}
	config := *msg.NewInstantiatePermission
	mayUpdate := info.Creator == env.Bech32().Account(sender) && narrowerType(config.Permission, p.InstantiateDefaultPermission)
	if !mayUpdate && !isAuthority(env, sender) {
		return nil, fmt.Errorf("can not modify code access config: %w", chain.ErrUnauthorized)
	}
	info.InstantiateConfig = config
	if err := save(env, layout.WasmCode(msg.CodeID), info); err != nil {
		return nil, err
	}
	env.Events.Emit(accessEvent(msg.CodeID, config))
	return &wasmpb.MsgUpdateInstantiateConfigResponse{}, nil
}
