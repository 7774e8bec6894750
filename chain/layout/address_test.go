package layout

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// The vectors are the reference's (wasm-module facts, section 3).
func TestContractAddress(t *testing.T) {
	for _, c := range []struct {
		code, instance uint64
		prefix, want   string
	}{
		{1, 1, "purple", "purple14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9smc2vxm"},
		{0, 0, "purple", "purple1w0w8sasnut0jx0vvsnvlc8nayq0q2ej8xgrpwgel05tn6wy4r57qfplul7"},
		{0, 1, "purple", "purple156r47kpk4va938pmtpuee4fh77847gqcw2dmpl2nnpwztwfgz04s5cr8hj"},
		{1, 0, "purple", "purple1mzdhwvvh22wrt07w59wxyd58822qavwkx5lcej7aqfkpqqlhaqfs5efvjk"},
		{1, 1, "wasm", "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"},
	} {
		require.Equal(t, c.want, chain.Bech32(c.prefix).Account(ContractAddress(c.code, c.instance)))
	}
}

func TestPredictableAddress(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		require.NoError(t, err)
		return b
	}
	checksum := unhex("13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5")
	creator := chain.Address(unhex("9999999999aaaaaaaaaabbbbbbbbbbcccccccccc"))
	require.Equal(t, "5e865d3e45ad3e961f77fd77d46543417ced44d924dc3e079b5415ff6775f847",
		hex.EncodeToString([]byte(PredictableAddress(checksum, creator, []byte{0x61}, nil))))
	require.Equal(t, "0995499608947a5281e2c7ebd71bdb26a1ad981946dad57f6c4d3ee35de77835",
		hex.EncodeToString([]byte(PredictableAddress(checksum, creator, []byte{0x61}, []byte("{}")))))
}
