package cli

import "github.com/weftchain/weft/node"

// genesisPrefix is the prefix of addresses in the genesis of a home, "" if
// there is none that can be read: commands that need it say so themselves.
func genesisPrefix(home string) string {
	info, err := node.ReadGenesisInfo(home)
	if err != nil {
		return ""
	}
	return string(info.Bech32)
}

// genesisChainID is the chain id in the genesis of a home, "" if there is none
// that can be read.
func genesisChainID(home string) string {
	info, err := node.ReadGenesisInfo(home)
	if err != nil {
		return ""
	}
	return info.ChainID
}
