package wasm

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	basepb "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// Bounds of messages.
const (
	maxLabelBytes = 128
	maxSaltBytes  = 64
	maxCodeIDs    = 50
)

// The checks of this file need no state. They run before the fee is taken and
// again when a contract sends the message.

// field is a named part of a message that must be an address.
type field struct{ name, text string }

func checkAccounts(bech32 chain.Bech32, fields ...field) error {
	for _, f := range fields {
		if _, err := bech32.ParseAccount(f.text); err != nil {
			return within(f.name, err)
		}
	}
	return nil
}

func checkWasmBytes(p *chain.Params, code []byte) error {
	if len(code) == 0 {
		return fmt.Errorf("code bytes is required: %v: %w", ErrEmpty, chain.ErrInvalidRequest)
	}
	n := uint64(len(code))
	if n > p.MaxWasmBytes && (n > p.WASI.MaxWasmBytes || !mayBeLong(p, code)) {
		return fmt.Errorf("code bytes cannot be longer than %d bytes: %v: %w", p.MaxWasmBytes, ErrLimit, chain.ErrInvalidRequest)
	}
	return nil
}

func checkPermission(bech32 chain.Bech32, c *wasmpb.AccessConfig) error {
	if c == nil {
		return nil
	}
	if err := checkAccess(bech32, c); err != nil {
		return within("instantiate permission", err)
	}
	return nil
}

func checkLabel(label string) error {
	switch {
	case label == "":
		return fmt.Errorf("label: is required: %w", ErrEmpty)
	case len(label) > maxLabelBytes:
		return fmt.Errorf("label: cannot be longer than %d characters: %w", maxLabelBytes, ErrLimit)
	case strings.TrimSpace(label) != label:
		return fmt.Errorf("label: label must not start/end with whitespaces: %w", ErrInvalid)
	case !printable(label):
		return fmt.Errorf("label: label must have printable characters only: %w", ErrInvalid)
	}
	return nil
}

// printable wants valid UTF-8 without control characters: an invalid byte reads
// as U+FFFD and would not come out as it went in.
func printable(s string) bool {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
	return kept == s
}

func checkSalt(salt []byte) error {
	switch n := len(salt); {
	case n == 0:
		return fmt.Errorf("salt: is required: %w", ErrEmpty)
	case n > maxSaltBytes:
		return fmt.Errorf("salt: cannot be longer than %d characters: %w", maxSaltBytes, ErrLimit)
	}
	return nil
}

func checkPayload(msg []byte) error {
	if !json.Valid(msg) {
		return fmt.Errorf("payload msg: %w", ErrInvalid)
	}
	return nil
}

// parseFunds reads coins that must be sorted, positive and each there once.
func parseFunds(list []basepb.Coin) (chain.Coins, error) {
	coins, err := wire.Coins(list)
	if err == nil {
		err = coins.Validate()
	}
	if err != nil {
		return nil, within("funds", err)
	}
	return coins, nil
}

func checkCodeIDs(ids []uint64) error {
	switch n := len(ids); {
	case n == 0:
		return fmt.Errorf("empty code ids: %w", chain.ErrInvalidRequest)
	case n > maxCodeIDs:
		return fmt.Errorf("total number of code ids is greater than %d: %w", maxCodeIDs, chain.ErrInvalidRequest)
	}
	seen := make(map[uint64]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			return fmt.Errorf("duplicate code ids: %w", chain.ErrInvalidRequest)
		}
		seen[id] = true
	}
	return nil
}

func checkStoreCode(b *chain.Block, m *wasmpb.MsgStoreCode) error {
	if err := checkAccounts(b.Bech32, field{"sender", m.Sender}); err != nil {
		return err
	}
	if err := checkWasmBytes(&b.Params, m.WASMByteCode); err != nil {
		return err
	}
	return checkPermission(b.Bech32, m.InstantiatePermission)
}

// instantiateMsg is what MsgInstantiateContract and MsgInstantiateContract2
// have in common.
type instantiateMsg interface {
	GetSender() string
	GetAdmin() string
	GetCodeID() uint64
	GetLabel() string
	GetMsg() wasmpb.RawContractMessage
	GetFunds() []basepb.Coin
}

func checkBirth(b *chain.Block, m instantiateMsg) error {
	if err := checkAccounts(b.Bech32, field{"sender", m.GetSender()}); err != nil {
		return err
	}
	if m.GetCodeID() == 0 {
		return errCodeIDRequired()
	}
	if err := checkLabel(m.GetLabel()); err != nil {
		return err
	}
	if _, err := parseFunds(m.GetFunds()); err != nil {
		return err
	}
	if m.GetAdmin() != "" {
		if err := checkAccounts(b.Bech32, field{"admin", m.GetAdmin()}); err != nil {
			return err
		}
	}
	return checkPayload(m.GetMsg())
}

func errCodeIDRequired() error {
	return fmt.Errorf("code id is required: %w", chain.ErrInvalidRequest)
}

func checkInstantiate(b *chain.Block, m *wasmpb.MsgInstantiateContract) error {
	return checkBirth(b, m)
}

func checkInstantiate2(b *chain.Block, m *wasmpb.MsgInstantiateContract2) error {
	if err := checkBirth(b, m); err != nil {
		return err
	}
	return checkSalt(m.Salt)
}

func checkExecute(b *chain.Block, m *wasmpb.MsgExecuteContract) error {
	if err := checkAccounts(b.Bech32, field{"sender", m.Sender}, field{"contract", m.Contract}); err != nil {
		return err
	}
	if _, err := parseFunds(m.Funds); err != nil {
		return err
	}
	return checkPayload(m.Msg)
}

func checkMigrate(b *chain.Block, m *wasmpb.MsgMigrateContract) error {
	if m.CodeID == 0 {
		return errCodeIDRequired()
	}
	if err := checkAccounts(b.Bech32, field{"sender", m.Sender}, field{"contract", m.Contract}); err != nil {
		return err
	}
	return checkPayload(m.Msg)
}

func checkUpdateAdmin(b *chain.Block, m *wasmpb.MsgUpdateAdmin) error {
	err := checkAccounts(b.Bech32, field{"sender", m.Sender}, field{"contract", m.Contract}, field{"new admin", m.NewAdmin})
	if err == nil && strings.EqualFold(m.Sender, m.NewAdmin) {
		err = fmt.Errorf("new admin is the same as the old: %w", ErrInvalid)
	}
	return err
}

func checkClearAdmin(b *chain.Block, m *wasmpb.MsgClearAdmin) error {
	return checkAccounts(b.Bech32, field{"sender", m.Sender}, field{"contract", m.Contract})
}

func checkUpdateLabel(b *chain.Block, m *wasmpb.MsgUpdateContractLabel) error {
	if err := checkAccounts(b.Bech32, field{"sender", m.Sender}, field{"contract", m.Contract}); err != nil {
		return err
	}
	return checkLabel(m.NewLabel)
}

func checkUpdateConfig(b *chain.Block, m *wasmpb.MsgUpdateInstantiateConfig) error {
	if err := checkAccounts(b.Bech32, field{"sender", m.Sender}); err != nil {
		return err
	}
	if m.CodeID == 0 {
		return errCodeIDRequired()
	}
	if m.NewInstantiatePermission == nil {
		return fmt.Errorf("instantiate permission is required: %w", chain.ErrInvalidRequest)
	}
	return checkPermission(b.Bech32, m.NewInstantiatePermission)
}

func checkUpdateParams(b *chain.Block, m *wasmpb.MsgUpdateParams) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}); err != nil {
		return err
	}
	return checkParams(b.Bech32, &m.Params)
}

func checkPin(b *chain.Block, m *wasmpb.MsgPinCodes) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}); err != nil {
		return err
	}
	return checkCodeIDs(m.CodeIDs)
}

func checkUnpin(b *chain.Block, m *wasmpb.MsgUnpinCodes) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}); err != nil {
		return err
	}
	return checkCodeIDs(m.CodeIDs)
}

func checkSudo(b *chain.Block, m *wasmpb.MsgSudoContract) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}, field{"contract", m.Contract}); err != nil {
		return err
	}
	return checkPayload(m.Msg)
}

func checkAddUploaders(b *chain.Block, m *wasmpb.MsgAddCodeUploadParamsAddresses) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}); err != nil {
		return err
	}
	return checkAddresses(b.Bech32, m.Addresses)
}

func checkRemoveUploaders(b *chain.Block, m *wasmpb.MsgRemoveCodeUploadParamsAddresses) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}); err != nil {
		return err
	}
	return checkAddresses(b.Bech32, m.Addresses)
}

// checkStoreAndInstantiate does not look at source, builder and code hash:
// they are notes for people, and no rule of this chain reads them.
func checkStoreAndInstantiate(b *chain.Block, m *wasmpb.MsgStoreAndInstantiateContract) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}); err != nil {
		return err
	}
	if err := checkLabel(m.Label); err != nil {
		return err
	}
	if _, err := parseFunds(m.Funds); err != nil {
		return err
	}
	if m.Admin != "" {
		if err := checkAccounts(b.Bech32, field{"admin", m.Admin}); err != nil {
			return err
		}
	}
	if err := checkPayload(m.Msg); err != nil {
		return err
	}
	if err := checkWasmBytes(&b.Params, m.WASMByteCode); err != nil {
		return err
	}
	return checkPermission(b.Bech32, m.InstantiatePermission)
}

func checkStoreAndMigrate(b *chain.Block, m *wasmpb.MsgStoreAndMigrateContract) error {
	if err := checkAccounts(b.Bech32, field{"authority", m.Authority}, field{"contract", m.Contract}); err != nil {
		return err
	}
	if err := checkPayload(m.Msg); err != nil {
		return err
	}
	if err := checkWasmBytes(&b.Params, m.WASMByteCode); err != nil {
		return err
	}
	return checkPermission(b.Bech32, m.InstantiatePermission)
}
