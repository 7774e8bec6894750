package node

import (
	"os"

	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain/layout"
)

// storesOf lists the stores of a home's chain: its genesis decides which modules
// there are. A home whose genesis cannot be read has those of every chain; who
// needs the genesis says what is wrong with it.
func storesOf(home string) []string {
	raw, err := os.ReadFile(genesisOf(home))
	if err != nil || len(raw) > maxGenesisBytes {
		return layout.Stores()
	}
	doc, err := types.GenesisDocFromJSON(raw)
	if err != nil {
		return layout.Stores()
	}
	stores, err := app.Stores(doc.AppState)
	if err != nil {
		return layout.Stores()
	}
	return stores
}
