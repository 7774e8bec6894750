// Package doctor examines whether a machine and a home are fit to run a node:
// disk, clock, ports, peers, keys, configuration, version. Each check says what it
// found, what the limit is and what to do. It changes nothing but a probe file
// that it removes again.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/state"
)

// Finding is the result of a check.
type Finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Value  string `json:"value"`
	Limit  string `json:"limit,omitempty"`
	Remedy string `json:"remedy,omitempty"` // if not ok
}

// Patient is what is examined.
type Patient struct {
	Home string
	// Config and ConfigErr are what reading the configuration gave.
	Config    node.Config
	ConfigErr error
	// TimeServer is asked for the time by SNTP; empty: nobody is.
	TimeServer string

	running bool
	height  int64
}

// patience bounds each network question.
const patience = 3 * time.Second

// Examine makes all checks. Without a readable configuration those that need it
// are left out.
func Examine(ctx context.Context, p Patient) []Finding {
	height, err := node.StateHeight(p.Home)
	p.height = height
	p.running = errors.Is(err, state.ErrLocked)
	list := []Finding{p.version(), p.config()}
	if err != nil && !p.running {
		list = append(list, Finding{Check: "state", Value: err.Error(), Remedy: "Restore " + p.Home + "/data from a backup, or take the state anew with weft sync in an empty home."})
	}
	list = append(list, p.disk(), p.fsync(), p.files(), p.clock(ctx))
	if p.ConfigErr != nil {
		return list
	}
	list = append(list, p.genesis(), p.keys())
	list = append(list, p.modes()...)
	list = append(list, p.ports()...)
	return append(list, p.peers(ctx)...)
}

// verdict is a finding with or without its remedy.
func verdict(check string, ok bool, value, limit, remedy string) Finding {
	f := Finding{Check: check, OK: ok, Value: value, Limit: limit}
	if !ok {
		f.Remedy = remedy
	}
	return f
}

// version looks whether this binary is the one that the home waits for.
func (p Patient) version() Finding {
	value := node.Version
	if node.Commit != "" {
		value += " (" + node.Commit[:min(12, len(node.Commit))] + ")"
	}
	last, err := node.ReadUpgradeInfo(p.Home)
	if err != nil {
		return verdict("version", false, err.Error(), "", "Repair or remove the file.")
	}
	if last == nil {
		return verdict("version", true, value, "", "")
	}
	return verdict("version", node.KnowsUpgrade(last.Name), value, fmt.Sprintf("for upgrade %q at height %d", last.Name, last.Height),
		"Run the binary of that upgrade; weft start --supervise does so by itself.")
}

func (p Patient) config() Finding {
	err := p.ConfigErr
	if err == nil {
		err = p.Config.Validate()
	}
	if err != nil {
		return verdict("configuration", false, err.Error(), "known keys, values in bounds", "Correct the file; weft init makes one with all keys explained.")
	}
	return verdict("configuration", true, "config.toml and app.toml", "known keys, values in bounds", "")
}

func (p Patient) genesis() Finding {
	info, err := node.ReadGenesisInfo(p.Home)
	if err == nil {
		err = node.ValidateGenesis(p.Config.Comet.GenesisFile())
	}
	if err != nil {
		return verdict("genesis", false, err.Error(), "", "Finish a genesis of your own with weft genesis collect-gentxs; else get genesis.json anew from those who run the chain and compare its SHA-256 with theirs.")
	}
	return verdict("genesis", true, "chain "+info.ChainID, "", "")
}

// newNetwork is how old a genesis is of a network that may not have begun.
const newNetwork = 24 * time.Hour

// begins tells whether this may be one of the first nodes of a new network.
func (p Patient) begins() bool {
	info, err := node.ReadGenesisInfo(p.Home)
	return err == nil && !p.running && p.height == 0 && time.Since(info.Time) < newNetwork
}

func (p Patient) keys() Finding {
	const check = "keys"
	if err := p.Config.CheckKeys(); err != nil {
		return verdict(check, false, err.Error(), "one signer", "Restore a missing file from the backup of this very node; of two signers keep one.")
	}
	if at := p.Config.Comet.PrivValidatorListenAddr; at != "" {
		return verdict(check, true, "a remote signer dials "+at, "one signer", "")
	}
	return verdict(check, true, "key and state of the validator", "one signer", "")
}
