package conformance

import (
	"encoding/json"
	"testing"

	"github.com/weftchain/weft/vm"
)

const hackatomInit = `{"verifier": "fred", "beneficiary": "bob"}`

// The numbers of wasmvm v3.0.7, internal/api/lib_test.go.
func TestGasOfTheReference(t *testing.T) {
	engines := map[string]func() (*vm.Engine, error){"compiler": compiler, "interpreter": interpreter}
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			c := newContractOn(t, engine, "hackatom")
			check(t, "hackatom instantiate", c.instantiate("creator", hackatomInit), 0xdf0642)
			data, gas := c.execute("fred", `{"release":{}}`)
			check(t, "hackatom execute release", gas, 0x16d1167)
			checkRelease(t, data)

			c = newContractOn(t, engine, "cyberpunk")
			check(t, "cyberpunk instantiate", c.instantiate("creator", `{}`), 0x8bbb63)
		})
	}
}

func check(t *testing.T, what string, got, want uint64) {
	t.Helper()
	if got != want {
		t.Errorf("%s used %#x gas, the reference %#x (difference %d)", what, got, want, int64(got-want))
	}
}

func checkRelease(t *testing.T, data json.RawMessage) {
	t.Helper()
	t.Logf("%s", data)
}
