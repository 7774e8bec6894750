package app

import "github.com/weftchain/weft/app/upgrade"

// migrations are the upgrades whose binary this is and that change the state. An
// entry stays as long as nodes may start from a state before it.
var migrations = map[string]upgrade.Migration{}

// UpgradeNeeded is the fault of a block that belongs to another binary.
type UpgradeNeeded = upgrade.Needed

// ErrWrongBinary is the fault of a binary that cannot go on with a state.
var ErrWrongBinary = upgrade.ErrWrongBinary

// knownUpgrades joins migrations and names without one.
func knownUpgrades(names []string) map[string]upgrade.Migration {
	known := map[string]upgrade.Migration{}
	for name, migrate := range migrations { //weft:sorted a map again
		known[name] = migrate
	}
	for _, name := range names {
		if _, has := known[name]; !has {
			known[name] = nil
		}
	}
	return known
}

// Migrates reports whether there is a migration of that name.
func Migrates(name string) bool {
	_, ok := migrations[name]
	return ok
}
