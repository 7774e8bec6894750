package app

import (
	"io"

	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/state/snapshot"
)

// View returns a view of the last commit, which the caller closes.
func (a *App) View() *state.View { return a.store.Latest() }

// Restore takes the state after a height from a snapshot; the App must not have
// any. The error is snapshot.ErrStream or state.ErrSnapshot if it is not the state
// with that app hash: then the App is as it was.
func (a *App) Restore(r io.Reader, height int64, appHash []byte) error {
	if err := snapshot.Read(r, a.store, height, appHash); err != nil {
		return err
	}
	a.genesis = nil
	return a.resume()
}
