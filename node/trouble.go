//go:build !weft_chaos

package node

import (
	dbm "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/state"
)

// What tests of networks put between a node and its key, its state and its
// databases is in no binary that ships: here all pass as they are.

func troubledKey(_ string, key types.PrivValidator) types.PrivValidator { return key }

func troubledState(_ string, o state.Options) state.Options { return o }

func troubledDB(_, _ string, db dbm.DB) dbm.DB { return db }
