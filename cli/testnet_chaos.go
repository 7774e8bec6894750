//go:build weft_chaos

package cli

import (
	"path/filepath"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/testnet"
)

// Tamper implements testnet.Saboteur.
func (l *testnetLauncher) Tamper(n testnet.Node, layout *testnet.Layout) error {
	keys := layout.Keys
	address, err := chain.Bech32(defaultBech32).ParseAccount(keys[len(keys)-1].Address)
	if err != nil {
		return err
	}
	return node.TamperBalance(n.Home, address, layout.Denom)
}

// Twin implements testnet.Saboteur.
func (l *testnetLauncher) Twin(n testnet.Node, layout *testnet.Layout) (testnet.Node, error) {
	twin, err := l.makeHome(filepath.Dir(n.Home), layout, false, 0, nil)
	if err != nil {
		return twin, err
	}
	return twin, node.Twin(n.Home, twin.Home)
}

// Trouble implements testnet.Saboteur.
func (l *testnetLauncher) Trouble(n testnet.Node, t testnet.Trouble) error {
	return node.SetTrouble(n.Home, node.Trouble{Skew: t.Skew, Failing: t.Failing})
}
