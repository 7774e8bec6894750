package wasm

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// querier answers what a contract asks the chain. An answer depends on the
// state of the contract's own branch and on nothing else.
type querier struct {
	wasm     *Wasm
	env      *chain.Env
	contract chain.Address
}

// Query implements vm.Querier. The query runs on a branch that is dropped and
// on a meter of its own, whose use the caller's meter is charged with whatever
// comes of it. Running out of gas ends the caller too.
func (q *querier) Query(request []byte, gasLimit uint64) ([]byte, uint64, error) {
	parsed, err := cosmwasm.DecodeQueryRequest(request)
	if err != nil {
		return invalidRequest(request), 0, nil //nolint:nilerr // the contract is told, the call goes on
	}
	child := q.env.ChildWithGas(fromVM(gasLimit))
	before := q.env.Gas.Used()
	data, err := q.wasm.answer(child, q.contract, parsed)
	if meterErr := q.env.Gas.Use(child.Gas.Used(), locationSubQuery); meterErr != nil && (err == nil || !isFault(err)) {
		return nil, 0, vm.ErrOutOfGas
	}
	switch {
	case err == nil:
	case isFault(err):
		return nil, 0, err
	case unwinding(err):
		return nil, 0, vm.ErrOutOfGas
	}
	if err != nil {
		q.env.Calls.Trace.Catch(toldByQuery(err), err)
	}
	return answer(data, err), toVM(q.env.Gas.Used() - before), nil
}

// invalidRequest is the answer to what is no query. It does not have the
// parser's words: contracts pay for each byte, and those words may change.
func invalidRequest(request []byte) []byte {
	return answer(nil, &systemError{cosmwasm.SystemError{
		InvalidRequest: &cosmwasm.InvalidRequest{Err: "not a query request", Request: request},
	}})
}

func isFault(err error) bool {
	_, verdict := chain.Verdict(err)
	return !verdict
}

// systemError says that a query never reached anybody who could answer it.
type systemError struct{ why cosmwasm.SystemError }

func (e *systemError) Error() string { return "the chain cannot answer this query" }
func (e *systemError) Unwrap() error { return chain.ErrUnknownRequest }

func unsupported(kind string) error {
	return &systemError{cosmwasm.SystemError{UnsupportedRequest: &cosmwasm.UnsupportedRequest{Kind: kind}}}
}

// answer wraps the end of a query as contracts expect it.
func answer(data []byte, err error) []byte {
	var system *systemError
	var contract *noSuchContract
	var code *noSuchCode
	var res cosmwasm.QuerierResult
	switch {
	case err == nil:
		res.Ok = &cosmwasm.QueryResult{Ok: data}
	case errors.As(err, &system):
		res.Err = &system.why
	case errors.As(err, &contract):
		res.Err = &cosmwasm.SystemError{NoSuchContract: &cosmwasm.NoSuchContract{Addr: contract.addr}}
	case errors.As(err, &code):
		res.Err = &cosmwasm.SystemError{NoSuchCode: &cosmwasm.NoSuchCode{CodeID: code.id}}
	default:
		res.Ok = &cosmwasm.QueryResult{Err: redact(err)}
	}
	return res.JSON()
}

// answer serves a query of a contract.
func (w *Wasm) answer(env *chain.Env, asker chain.Address, q *cosmwasm.QueryRequest) ([]byte, error) {
	switch {
	case q.Bank != nil:
		return w.answerBank(env, q.Bank)
	case q.Custom != nil:
		return w.answerCustom(env, q.Custom)
	case q.IBC != nil:
		return answerIBC(env, asker, q.IBC)
	case q.Staking != nil:
		return w.answerStaking(env, q.Staking)
	case q.Stargate != nil:
		return nil, unsupported("Stargate queries are disabled on this chain")
	case q.Grpc != nil:
		return nil, unsupported("gRPC queries are disabled on this chain")
	case q.Wasm != nil:
		return w.answerWasm(env, q.Wasm)
	case q.Distribution != nil:
		return w.answerDistribution(env, q.Distribution)
	}
	return nil, &systemError{cosmwasm.SystemError{Unknown: &cosmwasm.Unknown{}}}
}

func (w *Wasm) answerWasm(env *chain.Env, q *cosmwasm.WasmQuery) ([]byte, error) {
	switch {
	case q.Smart != nil:
		addr, err := queriedAccount(env, q.Smart.ContractAddr)
		if err != nil {
			return nil, err
		}
		if !json.Valid(q.Smart.Msg) {
			return nil, fmt.Errorf("json msg: %w", ErrInvalid)
		}
		return w.Smart(env, addr, q.Smart.Msg)
	case q.Raw != nil:
		addr, err := queriedAccount(env, q.Raw.ContractAddr)
		if err != nil {
			return nil, err
		}
		return rawState(env, addr, q.Raw.Key)
	case q.ContractInfo != nil:
		return answerContractInfo(env, q.ContractInfo.ContractAddr)
	case q.CodeInfo != nil:
		return answerCodeInfo(env, q.CodeInfo.CodeID)
	case q.RawRange != nil:
		return answerRawRange(env, q.RawRange)
	}
	return nil, unsupported("unknown WasmQuery variant")
}

// queriedAccount reads the address in a query; its refusal is that of the
// reference, without a reason.
func queriedAccount(env *chain.Env, text string) (chain.Address, error) {
	addr, err := env.Bech32().ParseAccount(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", text, chain.ErrInvalidAddress)
	}
	return addr, nil
}

// Smart asks a contract's query entry point, on the meter of env. The contract
// cannot write; env should be a child that is dropped all the same. Queries nest
// as deep as the chain allows, ErrQueryDepth says that it is too deep.
func (w *Wasm) Smart(env *chain.Env, contract chain.Address, msg []byte) (data []byte, err error) {
	defer env.Enter(chain.Step{Contract: contract, Entry: entryQuery})(&err)
	env.Calls.QueryDepth++
	defer func() { env.Calls.QueryDepth-- }()
	if env.Calls.QueryDepth > env.Block.Params.MaxQueryDepth {
		return nil, ErrQueryDepth
	}
	in, err := loadInstance(env, contract)
	if err != nil {
		return nil, err
	}
	if err := setup(env, in.info.CodeID, in.code, entryQuery); err != nil {
		return nil, err
	}
	out, err := w.invoke(env, invocation{entryQuery, contract, in.code, [][]byte{msg}})
	if err != nil {
		return nil, err
	}
	res, err := cosmwasm.DecodeQueryResult(out)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", err, ErrVM)
	}
	if res.Err != "" {
		return nil, failedByContract(res.Err, ErrQueryFailed)
	}
	if res.Ok == nil {
		return []byte{}, nil
	}
	return res.Ok, nil
}

// rawState reads a key of a contract's state, nil if it is not there: one Get.
func rawState(env *chain.Env, contract chain.Address, key []byte) ([]byte, error) {
	if key == nil {
		return nil, nil
	}
	return env.Store(layout.Wasm).Get(append(layout.WasmState(contract), key...))
}

func answerContractInfo(env *chain.Env, text string) ([]byte, error) {
	addr, err := queriedAccount(env, text)
	if err != nil {
		return nil, err
	}
	info, err := contractInfo(env, addr)
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, errNoSuchContract(text)
	}
	isPinned, err := pinned(env, info.CodeID)
	if err != nil {
		return nil, err
	}
	return toJSON(cosmwasm.ContractInfoResponse{
		CodeID: info.CodeID, Creator: info.Creator, Admin: info.Admin,
		Pinned: isPinned, IBCPort: info.IBCPortID, IBC2Port: info.IBC2PortID,
	})
}

func answerCodeInfo(env *chain.Env, codeID uint64) ([]byte, error) {
	if codeID == 0 {
		return nil, fmt.Errorf("code id: %w", ErrEmpty)
	}
	info, err := codeInfo(env, codeID)
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, errNoSuchCode(codeID)
	}
	return toJSON(cosmwasm.CodeInfoResponse{
		CodeID: codeID, Creator: info.Creator, Checksum: hex.EncodeToString(info.CodeHash),
	})
}

// answerRawRange walks over a contract's state. The limit is 65,535 entries by
// its type; gas ends the walk before that.
func answerRawRange(env *chain.Env, q *cosmwasm.RawRangeQuery) ([]byte, error) {
	addr, err := queriedAccount(env, q.ContractAddr)
	if err != nil {
		return nil, err
	}
	if q.Order != "ascending" && q.Order != "descending" {
		return nil, fmt.Errorf("unknown order %s: %w", q.Order, chain.ErrInvalidRequest)
	}
	s := newStorage(env, addr)
	from, to := s.span(q.Start, q.End)
	it, err := s.store.Iterate(from, to, q.Order == "descending")
	if err != nil {
		return nil, err
	}
	res := cosmwasm.RawRangeResponse{Data: []cosmwasm.RawRangeEntry{}}
	for it.Valid() && len(res.Data) < int(q.Limit) && err == nil {
		res.Data = append(res.Data, cosmwasm.RawRangeEntry{Key: it.Key()[len(s.prefix):], Value: it.Value()})
		err = it.Next()
	}
	if err == nil && it.Valid() {
		res.NextKey = it.Key()[len(s.prefix):]
	}
	raw, jsonErr := toJSON(res) // before Close: the entries may not outlive the iterator
	if closeErr := it.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	return raw, jsonErr
}
