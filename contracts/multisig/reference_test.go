//go:build reference

package multisig_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/multisig"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestReference plays the same lives with the cw3-fixed-multisig 1.0 that
// WEFT_CW3 names, and compares every answer and the store:
//
//	WEFT_CW3=…/cw3_fixed_multisig.wasm go test -tags reference -run Reference -v ./contracts/multisig
func TestReference(t *testing.T) {
	code, err := os.ReadFile(os.Getenv("WEFT_CW3"))
	if err != nil {
		t.Fatal(err)
	}
	ref, own := testkit.NewWasm(t, code), testkit.NewWasm(t, testkit.Build(t, "./wasm"))
	for _, l := range lives {
		theirs, ours := native.NewRunner(ref.Run), native.NewRunner(own.Run)
		for _, h := range []*native.Host{theirs, ours} {
			if _, err := h.Instantiate("creator", l.start); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range l.steps {
			got, want := play(ours, s), play(theirs, s)
			if s.sender != "+" {
				t.Logf("%s\n%12d %.150s\n%12d %.150s", s.msg, own.GasUsed, got, ref.GasUsed, want)
			}
			same := canonical(got) == canonical(want) || s.want == "error" && strings.HasPrefix(want, "error ")
			if !same && !strings.HasPrefix(want, got) { // errors of CW3 go on with the place in its source
				t.Errorf("%s: %s %s\n ours %s\ntheirs %s", l.name, s.sender, s.msg, got, want)
			}
		}
		for key, want := range theirs.Store {
			if key != "contract_info" && canonical(ours.Store[key]) != canonical(want) {
				t.Errorf("%q is %s, in CW3 %s", key, ours.Store[key], want)
			}
		}
		if len(theirs.Store) != len(ours.Store) {
			t.Errorf("%d keys, %d in CW3", len(ours.Store), len(theirs.Store))
		}
		moved := native.New(multisig.Contract)
		moved.Store = theirs.Store
		if _, err := moved.Migrate("admin", `{}`, 0); err != nil {
			t.Error(err)
		}
	}
}

func canonical(doc string) string {
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return doc
	}
	out, _ := json.Marshal(v)
	return string(out)
}
