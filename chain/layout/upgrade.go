package layout

// Keys of upgrades, in store Params; a chain that never planned one has none.
var (
	UpgradePlan       = []byte{0x06}
	UpgradeDonePrefix = []byte{0x07}
)

// UpgradeDone is the key of an upgrade that was done; the value is 0x01.
func UpgradeDone(height int64, name string) []byte {
	return append(append([]byte{0x07}, Uint64(uint64(height))...), name...)
}
