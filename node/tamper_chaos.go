//go:build weft_chaos

package node

import (
	"os"
	"path/filepath"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/state"
)

// TamperBalance gives an account a hundred times its coins in the files of a home
// whose node is stopped. It is in no binary that ships.
func TamperBalance(home string, account chain.Address, denom string) error {
	return state.Tamper(stateDir(home), storesOf(home), layout.Bank, layout.BankBalance(account, denom),
		func(value []byte) []byte { return append(value, '0', '0') })
}

// Twin makes a home for a second node with the consensus key of a home, which both
// will sign with: what an operator must never do. It is in no binary that ships.
func Twin(home, twin string) error {
	for _, name := range []string{"priv_validator_key.json", "genesis.json"} {
		data, err := os.ReadFile(filepath.Join(configDir(home), name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(configDir(twin), name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
