package wasm

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// isAuthority reports whether an account is the chain's authority, which may
// do to codes and contracts what their owners may. A chain without an
// authority has nobody of that kind.
func isAuthority(env *chain.Env, addr chain.Address) bool {
	authority := env.Block.Params.Authority
	return authority != "" && addr == authority
}

// requireAuthority refuses everyone but the authority.
func requireAuthority(env *chain.Env, text string) (chain.Address, error) {
	addr, err := env.Bech32().ParseAccount(text)
	if err != nil {
		return "", within("authority", err)
	}
	if !isAuthority(env, addr) {
		return "", fmt.Errorf("invalid authority: expected %s, got %s: %w",
			env.Bech32().Account(env.Block.Params.Authority), text, chain.ErrUnauthorized)
	}
	return addr, nil
}

// modifiable reads a contract's record and refuses a sender who is not its
// admin: one Get.
func modifiable(env *chain.Env, contract, sender chain.Address, refusal string) (*wasmpb.ContractInfo, error) {
	info, err := contractInfo(env, contract)
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, fmt.Errorf("unknown contract: %w", chain.ErrInvalidRequest)
	}
	isAdmin := info.Admin != "" && info.Admin == env.Bech32().Account(sender)
	if !isAdmin && !isAuthority(env, sender) {
		return nil, fmt.Errorf("%s: %w", refusal, chain.ErrUnauthorized)
	}
	return info, nil
}

// modify reads a contract that the sender may change, changes it and writes it
// back: one Get, one Set.
func modify(env *chain.Env, senderText, contractText string, change func(*wasmpb.ContractInfo)) (string, error) {
	sender, err := env.Bech32().ParseAccount(senderText)
	if err != nil {
		return "", within("sender", err)
	}
	contract, err := env.Bech32().ParseAccount(contractText)
	if err != nil {
		return "", within("contract", err)
	}
	info, err := modifiable(env, contract, sender, "can not modify contract")
	if err != nil {
		return "", err
	}
	change(info)
	return env.Bech32().Account(contract), save(env, layout.WasmContract(contract), info)
}

// updateAdmin handles MsgUpdateAdmin.
func (w *Wasm) updateAdmin(env *chain.Env, msg *wasmpb.MsgUpdateAdmin) (*wasmpb.MsgUpdateAdminResponse, error) {
	admin, err := env.Bech32().ParseAccount(msg.NewAdmin)
	if err != nil {
		return nil, within("new admin", err)
	}
	if err := setAdmin(env, msg.Sender, msg.Contract, env.Bech32().Account(admin)); err != nil {
		return nil, err
	}
	return &wasmpb.MsgUpdateAdminResponse{}, nil
}

// clearAdmin handles MsgClearAdmin: nobody may migrate the contract any more.
func (w *Wasm) clearAdmin(env *chain.Env, msg *wasmpb.MsgClearAdmin) (*wasmpb.MsgClearAdminResponse, error) {
	if err := setAdmin(env, msg.Sender, msg.Contract, ""); err != nil {
		return nil, err
	}
	return &wasmpb.MsgClearAdminResponse{}, nil
}

func setAdmin(env *chain.Env, sender, contract, admin string) error {
	addr, err := modify(env, sender, contract, func(info *wasmpb.ContractInfo) { info.Admin = admin })
	if err != nil {
		return err
	}
	env.Events.Emit(chain.NewEvent(eventUpdateAdmin, attrContract, addr, attrNewAdmin, admin))
	return nil
}

// updateLabel handles MsgUpdateContractLabel.
func (w *Wasm) updateLabel(env *chain.Env, msg *wasmpb.MsgUpdateContractLabel) (*wasmpb.MsgUpdateContractLabelResponse, error) {
	addr, err := modify(env, msg.Sender, msg.Contract, func(info *wasmpb.ContractInfo) { info.Label = msg.NewLabel })
	if err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent(eventUpdateLabel, attrContract, addr, attrNewLabel, msg.NewLabel))
	return &wasmpb.MsgUpdateContractLabelResponse{}, nil
}
