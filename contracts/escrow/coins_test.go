package escrow_test

import (
	encoding "encoding/base64"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
)

func base64(text string) string { return encoding.StdEncoding.EncodeToString([]byte(text)) }

// coins reads coins like 5uweft,1atest.
func coins(t *testing.T, list string) (out sdk.Coins) {
	t.Helper()
	for one := range strings.SplitSeq(list, ",") {
		i := strings.IndexFunc(one, func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			continue
		}
		amount, ok := sdk.ParseUint256(one[:i])
		if !ok {
			t.Fatalf("coins %s", list)
		}
		out = append(out, sdk.Coin{Denom: one[i:], Amount: amount})
	}
	return out
}
