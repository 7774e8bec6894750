package wasm

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// updateParams handles MsgUpdateParams.
func (w *Wasm) updateParams(env *chain.Env, msg *wasmpb.MsgUpdateParams) (*wasmpb.MsgUpdateParamsResponse, error) {
	if _, err := requireAuthority(env, msg.Authority); err != nil {
		return nil, err
	}
	if err := save(env, layout.WasmParams, &msg.Params); err != nil {
		return nil, err
	}
	return &wasmpb.MsgUpdateParamsResponse{}, nil
}

// addUploaders handles MsgAddCodeUploadParamsAddresses.
func (w *Wasm) addUploaders(env *chain.Env, msg *wasmpb.MsgAddCodeUploadParamsAddresses) (*wasmpb.MsgAddCodeUploadParamsAddressesResponse, error) {
	err := changeUploaders(env, msg.Authority, func(list []string) []string {
		for _, a := range msg.Addresses {
			if !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
		return list
	})
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgAddCodeUploadParamsAddressesResponse{}, nil
}

// removeUploaders handles MsgRemoveCodeUploadParamsAddresses.
func (w *Wasm) removeUploaders(env *chain.Env, msg *wasmpb.MsgRemoveCodeUploadParamsAddresses) (*wasmpb.MsgRemoveCodeUploadParamsAddressesResponse, error) {
	err := changeUploaders(env, msg.Authority, func(list []string) []string {
		return slices.DeleteFunc(list, func(a string) bool { return slices.Contains(msg.Addresses, a) })
	})
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgRemoveCodeUploadParamsAddressesResponse{}, nil
}

// changeUploaders edits the list of those who may store code. There is one
// only if the chain's rule for uploads is a list.
func changeUploaders(env *chain.Env, authority string, edit func([]string) []string) error {
	if _, err := requireAuthority(env, authority); err != nil {
		return err
	}
	p, err := params(env)
	if err != nil {
		return err
	}
	if p.CodeUploadAccess.Permission != wasmpb.AccessTypeAnyOfAddresses {
		return fmt.Errorf("permission: %w", ErrInvalid)
	}
	p.CodeUploadAccess.Addresses = edit(p.CodeUploadAccess.Addresses)
	return save(env, layout.WasmParams, &p)
}

// sudoContract handles MsgSudoContract.
func (w *Wasm) sudoContract(env *chain.Env, msg *wasmpb.MsgSudoContract) (*wasmpb.MsgSudoContractResponse, error) {
	if _, err := requireAuthority(env, msg.Authority); err != nil {
		return nil, err
	}
	contract, err := env.Bech32().ParseAccount(msg.Contract)
	if err != nil {
		return nil, within("contract", err)
	}
	data, err := w.Sudo(env, contract, msg.Msg)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgSudoContractResponse{Data: data}, nil
}

// pinCodes handles MsgPinCodes.
func (w *Wasm) pinCodes(env *chain.Env, msg *wasmpb.MsgPinCodes) (*wasmpb.MsgPinCodesResponse, error) {
	if _, err := requireAuthority(env, msg.Authority); err != nil {
		return nil, err
	}
	for _, id := range msg.CodeIDs {
		if err := w.pin(env, id); err != nil {
			return nil, err
		}
	}
	return &wasmpb.MsgPinCodesResponse{}, nil
}

// pin makes loading a code cheap for everybody from now on.
func (w *Wasm) pin(env *chain.Env, codeID uint64) error {
	code, err := w.pinnable(env, codeID, gasPin, "pin code")
	if err != nil {
		return err
	}
	if env.Lasting() {
		if err := w.engine.Pin(code); err != nil {
			return engineVerdict(err, ErrPinFailed)
		}
	}
	if err := env.Store(layout.Wasm).Set(layout.WasmPinned(codeID), bytes.Clone(layout.WasmPinnedMarker)); err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent(eventPin, attrCodeID, strconv.FormatUint(codeID, 10)))
	return nil
}

// unpinCodes handles MsgUnpinCodes.
func (w *Wasm) unpinCodes(env *chain.Env, msg *wasmpb.MsgUnpinCodes) (*wasmpb.MsgUnpinCodesResponse, error) {
	if _, err := requireAuthority(env, msg.Authority); err != nil {
		return nil, err
	}
	for _, id := range msg.CodeIDs {
		if err := w.unpin(env, id); err != nil {
			return nil, err
		}
	}
	return &wasmpb.MsgUnpinCodesResponse{}, nil
}

// unpin takes a pin back. Another code number may still pin the same bytes in
// state; that the engine lets them go costs time and changes no result.
func (w *Wasm) unpin(env *chain.Env, codeID uint64) error {
	code, err := w.pinnable(env, codeID, gasUnpin, "unpin code")
	if err != nil {
		return err
	}
	if env.Lasting() {
		w.engine.Unpin(code.Checksum)
	}
	if err := env.Store(layout.Wasm).Delete(layout.WasmPinned(codeID)); err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent(eventUnpin, attrCodeID, strconv.FormatUint(codeID, 10)))
	return nil
}

func (w *Wasm) pinnable(env *chain.Env, codeID, gas uint64, what string) (vm.Code, error) {
	info, err := codeInfo(env, codeID)
	if err != nil {
		return vm.Code{}, err
	}
	if info == nil {
		return vm.Code{}, errNoSuchCode(codeID)
	}
	if err := env.Gas.Use(gas, locationLoading+what); err != nil {
		return vm.Code{}, err
	}
	return loadCode(env, info)
}

// WarmPinned lets the engine load all codes that are pinned. A node calls it
// when it starts; it changes no state and no result.
func (w *Wasm) WarmPinned(env *chain.Env) error {
	return eachKey(env.FreeStore(layout.Wasm), layout.WasmPinnedPrefix, func(key, _ []byte) error {
		id, err := keyNumber(key)
		if err != nil {
			return err
		}
		info, err := codeInfo(env, id)
		if err != nil {
			return err
		}
		if info == nil {
			return errors.New("store wasm pins code " + strconv.FormatUint(id, 10) + ", of which there is no record")
		}
		code, err := loadCode(env, info)
		if err != nil {
			return err
		}
		return w.engine.Pin(code)
	})
}

// storeAndInstantiate handles MsgStoreAndInstantiateContract.
func (w *Wasm) storeAndInstantiate(env *chain.Env, msg *wasmpb.MsgStoreAndInstantiateContract) (*wasmpb.MsgStoreAndInstantiateContractResponse, error) {
	authority, err := requireAuthority(env, msg.Authority)
	if err != nil {
		return nil, err
	}
	funds, err := parseFunds(msg.Funds)
	if err != nil {
		return nil, err
	}
	admin, err := normalAdmin(env, msg.Admin)
	if err != nil {
		return nil, err
	}
	id, _, err := w.create(env, authority, msg.WASMByteCode, msg.InstantiatePermission)
	if err != nil {
		return nil, err
	}
	addr, data, err := w.instantiate(env, birth{
		codeID: id, creator: authority, admin: admin, label: msg.Label,
		msg: msg.Msg, funds: funds, address: classicAddress(id),
	})
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgStoreAndInstantiateContractResponse{Address: env.Bech32().Account(addr), Data: data}, nil
}

// storeAndMigrate handles MsgStoreAndMigrateContract.
func (w *Wasm) storeAndMigrate(env *chain.Env, msg *wasmpb.MsgStoreAndMigrateContract) (*wasmpb.MsgStoreAndMigrateContractResponse, error) {
	authority, err := requireAuthority(env, msg.Authority)
	if err != nil {
		return nil, err
	}
	contract, err := env.Bech32().ParseAccount(msg.Contract)
	if err != nil {
		return nil, within("contract", err)
	}
	id, sum, err := w.create(env, authority, msg.WASMByteCode, msg.InstantiatePermission)
	if err != nil {
		return nil, err
	}
	data, err := w.migrate(env, contract, authority, id, msg.Msg)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgStoreAndMigrateContractResponse{CodeID: id, Checksum: sum[:], Data: data}, nil
}
