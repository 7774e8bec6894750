package wasm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// maxAddresses bounds the addresses of an access config.
const maxAddresses = 50

// everybody is the access config that lets everybody in.
var everybody = wasmpb.AccessConfig{Permission: wasmpb.AccessTypeEverybody}

// DefaultParams lets everybody store and instantiate code.
func DefaultParams() wasmpb.Params {
	return wasmpb.Params{CodeUploadAccess: everybody, InstantiateDefaultPermission: wasmpb.AccessTypeEverybody}
}

// allowed reports whether the config lets the account with that text in.
func allowed(c wasmpb.AccessConfig, account string) bool {
	switch c.Permission {
	case wasmpb.AccessTypeEverybody:
		return true
	case wasmpb.AccessTypeAnyOfAddresses:
		return slices.Contains(c.Addresses, account)
	default:
		return false
	}
}

// narrowerType reports whether everyone that sub lets in super lets in too, as
// far as the types alone tell.
func narrowerType(sub, super wasmpb.AccessType) bool {
	switch super {
	case wasmpb.AccessTypeEverybody:
		return sub != wasmpb.AccessTypeUnspecified
	case wasmpb.AccessTypeNobody:
		return sub == wasmpb.AccessTypeNobody
	case wasmpb.AccessTypeAnyOfAddresses:
		return sub == wasmpb.AccessTypeNobody || sub == wasmpb.AccessTypeAnyOfAddresses
	default:
		return false
	}
}

// narrower reports whether everyone that sub lets in super lets in too.
func narrower(sub, super wasmpb.AccessConfig) bool {
	if super.Permission != wasmpb.AccessTypeAnyOfAddresses || sub.Permission != wasmpb.AccessTypeAnyOfAddresses {
		return narrowerType(sub.Permission, super.Permission)
	}
	for _, a := range sub.Addresses {
		if !slices.Contains(super.Addresses, a) {
			return false
		}
	}
	return true
}

// defaultConfig is what a code gets whose creator named no config.
func defaultConfig(t wasmpb.AccessType, creator string) wasmpb.AccessConfig {
	c := wasmpb.AccessConfig{Permission: t}
	if t == wasmpb.AccessTypeAnyOfAddresses {
		c.Addresses = []string{creator}
	}
	return c
}

func checkAccessType(t wasmpb.AccessType) error {
	switch t {
	case wasmpb.AccessTypeUnspecified:
		return fmt.Errorf("type: %w", ErrEmpty)
	case wasmpb.AccessTypeNobody, wasmpb.AccessTypeEverybody, wasmpb.AccessTypeAnyOfAddresses:
		return nil
	}
	return fmt.Errorf("unknown type: %d: %w", t, ErrInvalid)
}

func checkAccess(bech32 chain.Bech32, c *wasmpb.AccessConfig) error {
	if err := checkAccessType(c.Permission); err != nil {
		return err
	}
	if c.Permission != wasmpb.AccessTypeAnyOfAddresses {
		return nil
	}
	return within("addresses", checkAddresses(bech32, c.Addresses))
}

// checkAddresses wants 1 to 50 different addresses. They are counted before
// any of them is looked at.
func checkAddresses(bech32 chain.Bech32, list []string) error {
	if len(list) == 0 {
		return fmt.Errorf("addresses: %w", ErrEmpty)
	}
	if len(list) > maxAddresses {
		return fmt.Errorf("total number of addresses is greater than %d: %w", maxAddresses, chain.ErrInvalidRequest)
	}
	for i, a := range list {
		if _, err := bech32.ParseAccount(a); err != nil {
			return fmt.Errorf("address: %s: %w", a, err)
		}
		for _, earlier := range list[:i] {
			if strings.EqualFold(a, earlier) {
				return fmt.Errorf("duplicate addresses: %w", ErrDuplicate)
			}
		}
	}
	return nil
}

func checkParams(bech32 chain.Bech32, p *wasmpb.Params) error {
	if err := checkAccessType(p.InstantiateDefaultPermission); err != nil {
		return within("instantiate default permission", err)
	}
	if err := checkAccess(bech32, &p.CodeUploadAccess); err != nil {
		return within("upload access", err)
	}
	return nil
}

// accessName is the name of an access type in events and JSON.
func accessName(t wasmpb.AccessType) string {
	switch t {
	case wasmpb.AccessTypeNobody:
		return "Nobody"
	case wasmpb.AccessTypeEverybody:
		return "Everybody"
	case wasmpb.AccessTypeAnyOfAddresses:
		return "AnyOfAddresses"
	default:
		return "Unspecified"
	}
}
