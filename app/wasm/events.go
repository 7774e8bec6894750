package wasm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// Names of events and attributes that this package emits.
const (
	eventStoreCode    = "store_code"
	eventInstantiate  = "instantiate"
	eventExecute      = "execute"
	eventMigrate      = "migrate"
	eventSudo         = "sudo"
	eventReply        = "reply"
	eventPin          = "pin_code"
	eventUnpin        = "unpin_code"
	eventUpdateAdmin  = "update_contract_admin"
	eventUpdateLabel  = "update_contract_label"
	eventUpdateAccess = "update_code_access_config"
	eventWasm         = "wasm"
	eventCustomPrefix = "wasm-"

	attrContract   = "_contract_address"
	attrCodeID     = "code_id"
	attrChecksum   = "code_checksum"
	attrCapability = "required_capability"
	attrNewAdmin   = "new_admin_address"
	attrNewLabel   = "new_label"
	attrPermission = "code_permission"
	attrAddresses  = "authorized_addresses"

	// reservedPrefix opens the attribute keys that no contract may use.
	reservedPrefix = "_"
	// minEventType is the shortest type of a custom event.
	minEventType = 3
	// eventMessage is the type of event that is kept to the transaction and
	// never passes through a contract.
	eventMessage = "message"
)

func accessEvent(codeID uint64, config wasmpb.AccessConfig) chain.Event {
	e := chain.NewEvent(eventUpdateAccess, attrPermission, accessName(config.Permission), attrCodeID, strconv.FormatUint(codeID, 10))
	if config.Permission == wasmpb.AccessTypeAnyOfAddresses && len(config.Addresses) > 0 {
		e.Attributes = append(e.Attributes, chain.Attribute{Key: attrAddresses, Value: strings.Join(config.Addresses, ",")})
	}
	return e
}

// contractAttributes are a contract's attributes as they leave it: trimmed,
// behind its address, without keys that are reserved or empty.
func contractAttributes(contract string, own []chain.Attribute) ([]chain.Attribute, error) {
	out := make([]chain.Attribute, 1, len(own)+1)
	out[0] = chain.Attribute{Key: attrContract, Value: contract}
	for _, a := range own {
		key, value := strings.TrimSpace(a.Key), strings.TrimSpace(a.Value)
		if key == "" {
			return nil, fmt.Errorf("Empty attribute key. Value: %s: %w", a.Value, ErrInvalidEvent) //nolint:staticcheck // the reference's words
		}
		if strings.HasPrefix(key, reservedPrefix) {
			return nil, fmt.Errorf("Attribute key starts with reserved prefix %s: '%s': %w", reservedPrefix, key, ErrInvalidEvent) //nolint:staticcheck // the reference's words
		}
		out = append(out, chain.Attribute{Key: key, Value: value})
	}
	return out, nil
}

// contractEvents are what a response tells the world: an event "wasm" if it
// has attributes, then its own events under the prefix "wasm-".
func contractEvents(contract string, attributes []chain.Attribute, own []chain.Event) ([]chain.Event, error) {
	var out []chain.Event
	if len(attributes) > 0 {
		attrs, err := contractAttributes(contract, attributes)
		if err != nil {
			return nil, err
		}
		out = append(out, chain.Event{Type: eventWasm, Attributes: attrs})
	}
	for _, e := range own {
		typ := strings.TrimSpace(e.Type)
		if len(typ) < minEventType {
			return nil, fmt.Errorf("Event type too short: '%s': %w", typ, ErrInvalidEvent) //nolint:staticcheck // the reference's words
		}
		attrs, err := contractAttributes(contract, e.Attributes)
		if err != nil {
			return nil, err
		}
		out = append(out, chain.Event{Type: eventCustomPrefix + typ, Attributes: attrs})
	}
	return out, nil
}

// withoutMessages drops the events that say who sent which message: they are
// the transaction's, not the contract's.
func withoutMessages(events []chain.Event) []chain.Event {
	out := make([]chain.Event, 0, len(events))
	for _, e := range events {
		if e.Type != eventMessage {
			out = append(out, e)
		}
	}
	return out
}

// sortAttributes returns events whose attributes are in the order of their
// keys. The reference sorts the attributes of what a wasm submessage emitted
// before it hands them to a reply, and they stay so in the block.
func sortAttributes(events []chain.Event) []chain.Event {
	out := make([]chain.Event, len(events))
	for i, e := range events {
		sorted := slices.Clone(e.Attributes)
		slices.SortStableFunc(sorted, func(a, b chain.Attribute) int { return strings.Compare(a.Key, b.Key) })
		out[i] = chain.Event{Type: e.Type, Attributes: sorted}
	}
	return out
}
