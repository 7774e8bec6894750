package wasm

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// Queries from outside. What is wrong with the request itself is a gRPC status,
// what is wrong with the state of things a verdict.

// maxPage bounds a page of a list.
const maxPage = 100

// positionBytes is the length of the place of birth in front of an address.
const positionBytes = 16

// page lists what lies under a prefix. The rest of each key goes to visit.
func page(env *chain.Env, prefix []byte, req *querypb.PageRequest, visit func(key, value []byte) error) (*querypb.PageResponse, error) {
	rules := wire.PageRules{MaxLimit: maxPage, KeyOnly: true}
	return wire.Page(env.Store(layout.Wasm), prefix, req, rules, func(key, value []byte) (bool, error) {
		return true, visit(key, value)
	})
}

func knownContract(env *chain.Env, text string) (chain.Address, error) {
	addr, err := env.Bech32().ParseAccount(text)
	if err != nil {
		return "", err
	}
	known, err := env.Store(layout.Wasm).Has(layout.WasmContract(addr))
	if err == nil && !known {
		err = errNoSuchContract(env.Bech32().Account(addr))
	}
	return addr, err
}

func (w *Wasm) queryContractInfo(env *chain.Env, req *wasmpb.QueryContractInfoRequest) (*wasmpb.QueryContractInfoResponse, error) {
	addr, err := env.Bech32().ParseAccount(req.Address)
	if err != nil {
		return nil, err
	}
	text := env.Bech32().Account(addr)
	info, err := contractInfo(env, addr)
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, errNoSuchContract(text)
	}
	return &wasmpb.QueryContractInfoResponse{Address: text, ContractInfo: *info}, nil
}

// queryContractHistory has an empty answer for an address that is no contract:
// clients count on that.
func (w *Wasm) queryContractHistory(env *chain.Env, req *wasmpb.QueryContractHistoryRequest) (*wasmpb.QueryContractHistoryResponse, error) {
	addr, err := env.Bech32().ParseAccount(req.Address)
	if err != nil {
		return nil, err
	}
	res := &wasmpb.QueryContractHistoryResponse{}
	res.Pagination, err = page(env, layout.WasmHistory(addr), req.Pagination, func(key, value []byte) error {
		var e wasmpb.ContractCodeHistoryEntry
		if err := e.Unmarshal(value); err != nil {
			return damaged(key, err)
		}
		res.Entries = append(res.Entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

func (w *Wasm) queryContractsByCode(env *chain.Env, req *wasmpb.QueryContractsByCodeRequest) (*wasmpb.QueryContractsByCodeResponse, error) {
	if req.CodeID == 0 {
		return nil, errZeroCodeID()
	}
	res := &wasmpb.QueryContractsByCodeResponse{}
	var err error
	res.Pagination, err = page(env, layout.WasmByCode(req.CodeID), req.Pagination, func(key, _ []byte) error {
		addr, err := indexed(env, key)
		res.Contracts = append(res.Contracts, addr)
		return err
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

func (w *Wasm) queryContractsByCreator(env *chain.Env, req *wasmpb.QueryContractsByCreatorRequest) (*wasmpb.QueryContractsByCreatorResponse, error) {
	creator, err := env.Bech32().ParseAccount(req.CreatorAddress)
	if err != nil {
		return nil, err
	}
	res := &wasmpb.QueryContractsByCreatorResponse{}
	res.Pagination, err = page(env, layout.WasmByCreator(creator), req.Pagination, func(key, _ []byte) error {
		addr, err := indexed(env, key)
		res.ContractAddresses = append(res.ContractAddresses, addr)
		return err
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// indexed reads the contract out of an index key.
func indexed(env *chain.Env, key []byte) (string, error) {
	if len(key) <= positionBytes {
		return "", damaged(key, fmt.Errorf("an index key of %d bytes", len(key)))
	}
	return env.Bech32().Account(chain.Address(key[positionBytes:])), nil
}

func errZeroCodeID() error { return fmt.Errorf("code id: %w", ErrInvalid) }

func (w *Wasm) queryAllContractState(env *chain.Env, req *wasmpb.QueryAllContractStateRequest) (*wasmpb.QueryAllContractStateResponse, error) {
	addr, err := knownContract(env, req.Address)
	if err != nil {
		return nil, err
	}
	res := &wasmpb.QueryAllContractStateResponse{}
	res.Pagination, err = page(env, layout.WasmState(addr), req.Pagination, func(key, value []byte) error {
		res.Models = append(res.Models, model(key, value))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// model copies an entry: an iterator's bytes do not outlive it.
func model(key, value []byte) wasmpb.Model {
	return wasmpb.Model{Key: append([]byte{}, key...), Value: append([]byte{}, value...)}
}

func (w *Wasm) queryRawContractState(env *chain.Env, req *wasmpb.QueryRawContractStateRequest) (*wasmpb.QueryRawContractStateResponse, error) {
	addr, err := knownContract(env, req.Address)
	if err != nil {
		return nil, err
	}
	data, err := rawState(env, addr, req.QueryData)
	if err != nil {
		return nil, err
	}
	return &wasmpb.QueryRawContractStateResponse{Data: data}, nil
}

// querySmartContractState has a meter of its own, so that a query can be
// refused for its gas although nobody pays for it.
func (w *Wasm) querySmartContractState(env *chain.Env, req *wasmpb.QuerySmartContractStateRequest) (*wasmpb.QuerySmartContractStateResponse, error) {
	if !json.Valid(req.QueryData) {
		return nil, status.Error(codes.InvalidArgument, "invalid query data")
	}
	addr, err := env.Bech32().ParseAccount(req.Address)
	if err != nil {
		return nil, err
	}
	child := env.ChildWithGas(min(env.Gas.Left(), env.Block.Params.QueryGasLimit))
	data, err := w.Smart(child, addr, req.QueryData)
	if where, ranOut := chain.OutOfGasLocation(err); ranOut {
		return nil, fmt.Errorf("out of gas in location: %s; gasWanted: %d, gasUsed: %d: %w",
			where, child.Gas.Limit(), child.Gas.Used(), chain.ErrOutOfGas)
	}
	if err != nil {
		return nil, err
	}
	return &wasmpb.QuerySmartContractStateResponse{Data: data}, nil
}

func requiredCode(env *chain.Env, id uint64) (*wasmpb.CodeInfo, error) {
	if id == 0 {
		return nil, errZeroCodeID()
	}
	info, err := codeInfo(env, id)
	if err == nil && info == nil {
		err = errNoSuchCode(id)
	}
	return info, err
}

func codeResponse(id uint64, info *wasmpb.CodeInfo) wasmpb.CodeInfoResponse {
	return wasmpb.CodeInfoResponse{
		CodeID: id, Creator: info.Creator, DataHash: info.CodeHash, InstantiatePermission: info.InstantiateConfig,
	}
}

func (w *Wasm) queryCode(env *chain.Env, req *wasmpb.QueryCodeRequest) (*wasmpb.QueryCodeResponse, error) {
	info, err := requiredCode(env, req.CodeID)
	if err != nil {
		return nil, err
	}
	sum, err := checksum(info)
	if err != nil {
		return nil, err
	}
	data, err := codeBytes(env, sum)
	if err != nil {
		return nil, err
	}
	res := codeResponse(req.CodeID, info)
	return &wasmpb.QueryCodeResponse{CodeInfo: &res, Data: data}, nil
}

func (w *Wasm) queryCodeInfo(env *chain.Env, req *wasmpb.QueryCodeInfoRequest) (*wasmpb.QueryCodeInfoResponse, error) {
	info, err := requiredCode(env, req.CodeID)
	if err != nil {
		return nil, err
	}
	return &wasmpb.QueryCodeInfoResponse{
		CodeID: req.CodeID, Creator: info.Creator, Checksum: info.CodeHash, InstantiatePermission: info.InstantiateConfig,
	}, nil
}

func (w *Wasm) queryCodes(env *chain.Env, req *wasmpb.QueryCodesRequest) (*wasmpb.QueryCodesResponse, error) {
	res := &wasmpb.QueryCodesResponse{}
	var err error
	res.Pagination, err = page(env, layout.WasmCodePrefix, req.Pagination, func(key, value []byte) error {
		id, err := keyNumber(key)
		if err != nil {
			return err
		}
		var info wasmpb.CodeInfo
		if err := info.Unmarshal(value); err != nil {
			return damaged(key, err)
		}
		res.CodeInfos = append(res.CodeInfos, codeResponse(id, &info))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

func (w *Wasm) queryPinnedCodes(env *chain.Env, req *wasmpb.QueryPinnedCodesRequest) (*wasmpb.QueryPinnedCodesResponse, error) {
	res := &wasmpb.QueryPinnedCodesResponse{}
	var err error
	res.Pagination, err = page(env, layout.WasmPinnedPrefix, req.Pagination, func(key, _ []byte) error {
		id, err := keyNumber(key)
		res.CodeIDs = append(res.CodeIDs, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

func (w *Wasm) queryParams(env *chain.Env, _ *wasmpb.QueryParamsRequest) (*wasmpb.QueryParamsResponse, error) {
	p, err := params(env)
	if err != nil {
		return nil, err
	}
	return &wasmpb.QueryParamsResponse{Params: p}, nil
}

func (w *Wasm) queryWasmLimitsConfig(*chain.Env, *wasmpb.QueryWasmLimitsConfigRequest) (*wasmpb.QueryWasmLimitsConfigResponse, error) {
	return &wasmpb.QueryWasmLimitsConfigResponse{Config: w.limits}, nil
}

// queryBuildAddress tells where instantiate2 would put a contract.
func (w *Wasm) queryBuildAddress(env *chain.Env, req *wasmpb.QueryBuildAddressRequest) (*wasmpb.QueryBuildAddressResponse, error) {
	if err := env.Gas.Use(gasBuildAddress, locationBuildAddress); err != nil {
		return nil, err
	}
	hash, err := hex.DecodeString(req.CodeHash)
	if err != nil || len(hash) != 32 {
		return nil, status.Error(codes.InvalidArgument, "invalid code hash: write 32 bytes as 64 hex digits")
	}
	creator, err := env.Bech32().ParseAccount(req.CreatorAddress)
	if err != nil {
		return nil, within("invalid creator address", err)
	}
	salt, err := hex.DecodeString(req.Salt)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "invalid salt: %v", err)
	}
	if err := checkSalt(salt); err != nil {
		return nil, err
	}
	if len(req.InitArgs) > 0 {
		if err := checkPayload(req.InitArgs); err != nil {
			return nil, err
		}
	}
	addr := layout.PredictableAddress(hash, creator, salt, req.InitArgs)
	return &wasmpb.QueryBuildAddressResponse{Address: env.Bech32().Account(addr)}, nil
}
