package wasm

import (
	"fmt"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// migrateContract handles MsgMigrateContract.
func (w *Wasm) migrateContract(env *chain.Env, msg *wasmpb.MsgMigrateContract) (*wasmpb.MsgMigrateContractResponse, error) {
	sender, err := env.Bech32().ParseAccount(msg.Sender)
	if err != nil {
		return nil, within("sender", err)
	}
	contract, err := env.Bech32().ParseAccount(msg.Contract)
	if err != nil {
		return nil, within("contract", err)
	}
	data, err := w.migrate(env, contract, sender, msg.CodeID, msg.Msg)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgMigrateContractResponse{Data: data}, nil
}

// migrate gives a contract another code and lets that code run its migrate
// entry point, unless both codes carry the same migrate version.
func (w *Wasm) migrate(env *chain.Env, contract, sender chain.Address, codeID uint64, msg []byte) (data []byte, err error) {
	defer env.Enter(chain.Step{Contract: contract, Entry: entryMigrate, CodeID: codeID})(&err)
	info, code, err := mayMigrate(env, contract, sender, codeID)
	if err != nil {
		return nil, err
	}
	analysis, err := w.analyze(env, code)
	if err != nil {
		return nil, err
	}
	switch {
	case !analysis.HasIBCEntryPoints && info.IBCPortID != "":
		return nil, fmt.Errorf("requires ibc callbacks: %w", ErrMigrationFailed)
	case analysis.HasIBCEntryPoints && info.IBCPortID == "":
		info.IBCPortID = portID(env, contract)
	}
	info.IBC2PortID = port2ID(env, contract)
	old, err := codeInfo(env, info.CodeID)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, fmt.Errorf("contract %x has code %d, of which there is no record", string(contract), info.CodeID)
	}
	oldAnalysis, err := w.analyze(env, old)
	if err != nil {
		return nil, err
	}
	var res *cosmwasm.Response
	if !sameVersion(analysis.MigrateVersion, oldAnalysis.MigrateVersion) {
		res, err = w.callMigrate(env, contract, sender, codeID, code, oldAnalysis.MigrateVersion, msg)
		if err != nil {
			return nil, err
		}
	}
	if err := recordMigration(env, contract, info, codeID, msg); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent(eventMigrate, attrCodeID, strconv.FormatUint(codeID, 10),
		attrContract, env.Bech32().Account(contract)))
	if res == nil {
		return nil, nil
	}
	data, err = w.handle(env, contract, res)
	if err != nil {
		return nil, within("dispatch", err)
	}
	return data, nil
}

// mayMigrate reads the contract and its new code and refuses a sender who may
// not bring them together: two Gets.
func mayMigrate(env *chain.Env, contract, sender chain.Address, codeID uint64) (*wasmpb.ContractInfo, *wasmpb.CodeInfo, error) {
	info, err := modifiable(env, contract, sender, "can not migrate")
	if err != nil {
		return nil, nil, err
	}
	code, err := codeInfo(env, codeID)
	if err != nil {
		return nil, nil, err
	}
	if code == nil {
		return nil, nil, fmt.Errorf("unknown code: %w", chain.ErrInvalidRequest)
	}
	if !isAuthority(env, sender) && !allowed(code.InstantiateConfig, env.Bech32().Account(sender)) {
		return nil, nil, fmt.Errorf("to use new code: %w", chain.ErrUnauthorized)
	}
	return info, code, nil
}

func (w *Wasm) analyze(env *chain.Env, code *wasmpb.CodeInfo) (vm.Analysis, error) {
	vmCode, err := loadCode(env, code)
	if err != nil {
		return vm.Analysis{}, err
	}
	a, err := w.engine.Analyze(vmCode)
	if err != nil {
		return vm.Analysis{}, engineVerdict(err, ErrVM)
	}
	return a, nil
}

func sameVersion(a, b *uint64) bool { return a != nil && b != nil && *a == *b }

// callMigrate runs the new code on the contract's state.
func (w *Wasm) callMigrate(env *chain.Env, contract, sender chain.Address, codeID uint64, code *wasmpb.CodeInfo, oldVersion *uint64, msg []byte) (*cosmwasm.Response, error) {
	if err := setup(env, codeID, code, entryMigrate); err != nil {
		return nil, err
	}
	info, err := toJSON(cosmwasm.MigrateInfo{Sender: env.Bech32().Account(sender), OldMigrateVersion: oldVersion})
	if err != nil {
		return nil, err
	}
	return w.respond(env, invocation{entryMigrate, contract, code, [][]byte{msg, info}}, ErrMigrationFailed)
}

// recordMigration moves the contract from the index of its old code to that of
// its new one and writes its history on.
func recordMigration(env *chain.Env, contract chain.Address, info *wasmpb.ContractInfo, codeID uint64, msg []byte) error {
	_, last, err := lastHistory(env, contract)
	if err != nil {
		return err
	}
	if last == nil || last.Updated == nil {
		return fmt.Errorf("contract %x has no history", string(contract))
	}
	store := env.Store(layout.Wasm)
	if err := store.Delete(byCodeKey(contract, last)); err != nil {
		return err
	}
	entry := wasmpb.ContractCodeHistoryEntry{
		Operation: wasmpb.ContractCodeHistoryOperationTypeMigrate, CodeID: codeID, Updated: position(env), Msg: msg,
	}
	info.CodeID = codeID
	if err := appendHistory(env, contract, entry); err != nil {
		return err
	}
	if err := store.Set(byCodeKey(contract, &entry), []byte{}); err != nil {
		return err
	}
	return save(env, layout.WasmContract(contract), info)
}
