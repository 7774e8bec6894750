package wasm

import (
	"fmt"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// birth is a contract that is about to be.
type birth struct {
	codeID  uint64
	creator chain.Address
	admin   string // "" for none
	label   string
	msg     []byte
	funds   chain.Coins
	// address decides where the contract lives.
	address func(env *chain.Env, code *wasmpb.CodeInfo) (chain.Address, error)
}

// classicAddress counts instances over the whole chain: one Get, one Set.
func classicAddress(codeID uint64) func(*chain.Env, *wasmpb.CodeInfo) (chain.Address, error) {
	return func(env *chain.Env, _ *wasmpb.CodeInfo) (chain.Address, error) {
		id, err := nextID(env, layout.WasmNextInstanceID)
		return layout.ContractAddress(codeID, id), err
	}
}

// predictableAddress depends on the code, the creator, the salt and, if fixed,
// the message.
func predictableAddress(creator chain.Address, salt, fixedMsg []byte) func(*chain.Env, *wasmpb.CodeInfo) (chain.Address, error) {
	return func(_ *chain.Env, code *wasmpb.CodeInfo) (chain.Address, error) {
		return layout.PredictableAddress(code.CodeHash, creator, salt, fixedMsg), nil
	}
}

// instantiateContract handles MsgInstantiateContract.
func (w *Wasm) instantiateContract(env *chain.Env, msg *wasmpb.MsgInstantiateContract) (*wasmpb.MsgInstantiateContractResponse, error) {
	b, err := newBirth(env, msg)
	if err != nil {
		return nil, err
	}
	b.address = classicAddress(msg.CodeID)
	addr, data, err := w.instantiate(env, b)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgInstantiateContractResponse{Address: env.Bech32().Account(addr), Data: data}, nil
}

// instantiateContract2 handles MsgInstantiateContract2.
func (w *Wasm) instantiateContract2(env *chain.Env, msg *wasmpb.MsgInstantiateContract2) (*wasmpb.MsgInstantiateContract2Response, error) {
	b, err := newBirth(env, msg)
	if err != nil {
		return nil, err
	}
	var fixed []byte
	if msg.FixMsg {
		fixed = msg.Msg
	}
	b.address = predictableAddress(b.creator, msg.Salt, fixed)
	addr, data, err := w.instantiate(env, b)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgInstantiateContract2Response{Address: env.Bech32().Account(addr), Data: data}, nil
}

// newBirth reads what both messages have in common. They were checked before.
func newBirth(env *chain.Env, msg instantiateMsg) (birth, error) {
	creator, err := env.Bech32().ParseAccount(msg.GetSender())
	if err != nil {
		return birth{}, within("sender", err)
	}
	funds, err := parseFunds(msg.GetFunds())
	if err != nil {
		return birth{}, err
	}
	admin, err := normalAdmin(env, msg.GetAdmin())
	if err != nil {
		return birth{}, err
	}
	return birth{
		codeID: msg.GetCodeID(), creator: creator, admin: admin,
		label: msg.GetLabel(), msg: msg.GetMsg(), funds: funds,
	}, nil
}

// normalAdmin is an admin's address in its one valid spelling.
func normalAdmin(env *chain.Env, admin string) (string, error) {
	if admin == "" {
		return "", nil
	}
	addr, err := env.Bech32().ParseAccount(admin)
	if err != nil {
		return "", within("admin", err)
	}
	return env.Bech32().Account(addr), nil
}

// instantiate makes a contract and runs its instantiate entry point, in the
// order of the reference, because the order decides what is charged before
// what is refused.
func (w *Wasm) instantiate(env *chain.Env, b birth) (addr chain.Address, data []byte, err error) {
	defer env.Enter(chain.Step{Entry: entryInstantiate, CodeID: b.codeID})(&err)
	fail := func(err error) (chain.Address, []byte, error) { return "", nil, err }
	code, err := codeInfo(env, b.codeID)
	if err != nil {
		return fail(err)
	}
	if code == nil {
		return fail(errNoSuchCode(b.codeID))
	}
	if err := setup(env, b.codeID, code, entryInstantiate); err != nil {
		return fail(err)
	}
	if !isAuthority(env, b.creator) && !allowed(code.InstantiateConfig, env.Bech32().Account(b.creator)) {
		return fail(fmt.Errorf("can not instantiate: %w", chain.ErrUnauthorized))
	}
	if addr, err = b.address(env, code); err != nil {
		return fail(err)
	}
	env.Calls.Trace.Name(addr)
	if err := w.occupy(env, addr); err != nil {
		return fail(err)
	}
	if err := w.transfer(env, b.creator, addr, b.funds); err != nil {
		return fail(err)
	}
	info := messageInfo(env, b.creator, b.funds)
	res, err := w.respond(env, invocation{entryInstantiate, addr, code, [][]byte{info, b.msg}}, ErrInstantiateFailed)
	if err != nil {
		return fail(err)
	}
	if err := w.recordBirth(env, addr, b, code); err != nil {
		return fail(err)
	}
	env.Events.Emit(chain.NewEvent(eventInstantiate, attrContract, env.Bech32().Account(addr),
		attrCodeID, strconv.FormatUint(b.codeID, 10)))
	data, err = w.handle(env, addr, res)
	if err != nil {
		return fail(within("dispatch", err))
	}
	return addr, data, nil
}

// occupy makes sure that an account stands at a contract's address that only
// the contract can use. Whoever sent coins there before keeps nobody out.
func (w *Wasm) occupy(env *chain.Env, addr chain.Address) error {
	taken, err := env.Store(layout.Wasm).Has(layout.WasmContract(addr))
	if err != nil {
		return err
	}
	if taken {
		return fmt.Errorf("contract address already exists, try a different combination of creator, checksum and salt: %w", ErrDuplicate)
	}
	exists, claimed, err := w.accounts.State(env, addr)
	switch {
	case err != nil:
		return err
	case claimed:
		return fmt.Errorf("address is claimed by external account: %w", ErrAccountExists)
	case exists:
		return nil
	}
	return w.accounts.Create(env, addr)
}

// transfer moves the coins of a call, if there are any, before the contract
// runs. Who sent which message is not told: no message was sent.
func (w *Wasm) transfer(env *chain.Env, from, to chain.Address, coins chain.Coins) error {
	if coins.IsZero() {
		return nil
	}
	if err := w.bank.CheckSendEnabled(env, coins); err != nil {
		return err
	}
	if w.bank.Blocked(to) {
		return fmt.Errorf("%s is not allowed to receive funds: %w", env.Bech32().Account(to), chain.ErrUnauthorized)
	}
	quiet := *env
	quiet.Events = &chain.Events{}
	if err := w.bank.Send(&quiet, from, to, coins); err != nil {
		return err
	}
	env.Events.Emit(withoutMessages(quiet.Events.List())...)
	return nil
}

// recordBirth writes a contract's records before its messages go out, so that
// they can call it.
func (w *Wasm) recordBirth(env *chain.Env, addr chain.Address, b birth, code *wasmpb.CodeInfo) error {
	vmCode, err := loadCode(env, code)
	if err != nil {
		return err
	}
	analysis, err := w.engine.Analyze(vmCode)
	if err != nil {
		return engineVerdict(err, ErrVM)
	}
	info := &wasmpb.ContractInfo{
		CodeID: b.codeID, Creator: env.Bech32().Account(b.creator), Admin: b.admin,
		Label: b.label, Created: position(env), IBC2PortID: port2ID(env, addr),
	}
	if analysis.HasIBCEntryPoints {
		info.IBCPortID = portID(env, addr)
	}
	entry := wasmpb.ContractCodeHistoryEntry{
		Operation: wasmpb.ContractCodeHistoryOperationTypeInit, CodeID: b.codeID, Updated: info.Created, Msg: b.msg,
	}
	store := env.Store(layout.Wasm)
	if err := store.Set(byCodeKey(addr, &entry), []byte{}); err != nil {
		return err
	}
	if err := store.Set(byCreatorKey(b.creator, addr, entry.Updated), []byte{}); err != nil {
		return err
	}
	if err := appendHistory(env, addr, entry); err != nil {
		return err
	}
	return save(env, layout.WasmContract(addr), info)
}
