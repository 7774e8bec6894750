package wasm

import "github.com/weftchain/weft/chain"

// Prefixes of the names of messages and of query methods.
const (
	msgPrefix   = "/cosmwasm.wasm.v1.Msg"
	queryPrefix = "/cosmwasm.wasm.v1.Query/"
)

// Messages lists the messages that this package handles.
func (w *Wasm) Messages() []chain.Route {
	return []chain.Route{
		chain.NewMsg(msgPrefix+"StoreCode", checkStoreCode, w.storeCode),
		chain.NewMsg(msgPrefix+"InstantiateContract", checkInstantiate, w.instantiateContract),
		chain.NewMsg(msgPrefix+"InstantiateContract2", checkInstantiate2, w.instantiateContract2),
		chain.NewMsg(msgPrefix+"ExecuteContract", checkExecute, w.executeContract),
		chain.NewMsg(msgPrefix+"MigrateContract", checkMigrate, w.migrateContract),
		chain.NewMsg(msgPrefix+"UpdateAdmin", checkUpdateAdmin, w.updateAdmin),
		chain.NewMsg(msgPrefix+"ClearAdmin", checkClearAdmin, w.clearAdmin),
		chain.NewMsg(msgPrefix+"UpdateContractLabel", checkUpdateLabel, w.updateLabel),
		chain.NewMsg(msgPrefix+"UpdateInstantiateConfig", checkUpdateConfig, w.updateInstantiateConfig),
		chain.NewMsg(msgPrefix+"UpdateParams", checkUpdateParams, w.updateParams),
		chain.NewMsg(msgPrefix+"SudoContract", checkSudo, w.sudoContract),
		chain.NewMsg(msgPrefix+"PinCodes", checkPin, w.pinCodes),
		chain.NewMsg(msgPrefix+"UnpinCodes", checkUnpin, w.unpinCodes),
		chain.NewMsg(msgPrefix+"StoreAndInstantiateContract", checkStoreAndInstantiate, w.storeAndInstantiate),
		chain.NewMsg(msgPrefix+"AddCodeUploadParamsAddresses", checkAddUploaders, w.addUploaders),
		chain.NewMsg(msgPrefix+"RemoveCodeUploadParamsAddresses", checkRemoveUploaders, w.removeUploaders),
		chain.NewMsg(msgPrefix+"StoreAndMigrateContract", checkStoreAndMigrate, w.storeAndMigrate),
	}
}

// Queries lists the query methods that this package serves.
func (w *Wasm) Queries() []chain.Route {
	return []chain.Route{
		chain.NewQuery(queryPrefix+"ContractInfo", w.queryContractInfo),
		chain.NewQuery(queryPrefix+"ContractHistory", w.queryContractHistory),
		chain.NewQuery(queryPrefix+"ContractsByCode", w.queryContractsByCode),
		chain.NewQuery(queryPrefix+"AllContractState", w.queryAllContractState),
		chain.NewQuery(queryPrefix+"RawContractState", w.queryRawContractState),
		chain.NewQuery(queryPrefix+"SmartContractState", w.querySmartContractState),
		chain.NewQuery(queryPrefix+"Code", w.queryCode),
		chain.NewQuery(queryPrefix+"Codes", w.queryCodes),
		chain.NewQuery(queryPrefix+"CodeInfo", w.queryCodeInfo),
		chain.NewQuery(queryPrefix+"PinnedCodes", w.queryPinnedCodes),
		chain.NewQuery(queryPrefix+"Params", w.queryParams),
		chain.NewQuery(queryPrefix+"ContractsByCreator", w.queryContractsByCreator),
		chain.NewQuery(queryPrefix+"WasmLimitsConfig", w.queryWasmLimitsConfig),
		chain.NewQuery(queryPrefix+"BuildAddress", w.queryBuildAddress),
	}
}
