package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

// TestCurrencies pins how coins are named to people.
func TestCurrencies(t *testing.T) {
	metadata := func(m bankpb.Metadata) []bankpb.Metadata {
		m.Base = "uthing"
		m.DenomUnits = []*bankpb.DenomUnit{{Denom: "uthing"}, nil, {Denom: "thing", Exponent: 8}, {Denom: "huge", Exponent: 19}}
		return []bankpb.Metadata{{Base: "other", Display: "uthing"}, m}
	}
	for name, c := range map[string]struct {
		denom    string
		metadata []bankpb.Metadata
		want     keplrCurrency
	}{
		"by custom":             {"uweft", nil, keplrCurrency{"WEFT", "uweft", 6, nil}},
		"too short for custom":  {"ust", nil, keplrCurrency{"ust", "ust", 0, nil}},
		"a path":                {"udenom/x", nil, keplrCurrency{"udenom/x", "udenom/x", 0, nil}},
		"an IBC denom":          {"ibc/27394FB092D2ECCD56123C74F36E4C1F", nil, keplrCurrency{"ibc/27394FB092D2ECCD56123C74F36E4C1F", "ibc/27394FB092D2ECCD56123C74F36E4C1F", 0, nil}},
		"with symbol":           {"uthing", metadata(bankpb.Metadata{Display: "thing", Symbol: "TNG"}), keplrCurrency{"TNG", "uthing", 8, nil}},
		"without symbol":        {"uthing", metadata(bankpb.Metadata{Display: "thing"}), keplrCurrency{"THING", "uthing", 8, nil}},
		"more decimals than 18": {"uthing", metadata(bankpb.Metadata{Display: "huge"}), keplrCurrency{"THING", "uthing", 6, nil}},
		"no display":            {"uthing", metadata(bankpb.Metadata{}), keplrCurrency{"THING", "uthing", 6, nil}},
	} {
		require.Equal(t, c.want, currencyOf(c.denom, c.metadata), name)
	}
}

// TestLocalURL pins what a browser on the node's own machine opens.
func TestLocalURL(t *testing.T) {
	for listen, want := range map[string]string{
		"tcp://127.0.0.1:26657":   "http://localhost:26657",
		"tcp://0.0.0.0:26657":     "http://localhost:26657",
		"tcp://[::]:80":           "http://localhost:80",
		":26657":                  "http://localhost:26657",
		"tcp://10.1.2.3:26657":    "http://10.1.2.3:26657",
		"tcp://node.example:1":    "http://node.example:1",
		"tcp://[2001:db8::1]:443": "http://[2001:db8::1]:443",
	} {
		require.Equal(t, want, localURL(listen), listen)
	}
}
