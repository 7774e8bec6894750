package conformance

import (
	"testing"

	"github.com/weftchain/weft/vm"
)

const hackatomInit = `{"verifier": "fred", "beneficiary": "bob"}`

// eachEngine runs a test with the compiler and with the interpreter.
func eachEngine(t *testing.T, test func(t *testing.T, engine func() (*vm.Engine, error))) {
	t.Helper()
	t.Run("compiler", func(t *testing.T) { test(t, compiler) })
	t.Run("interpreter", func(t *testing.T) { test(t, interpreter) })
}

func wantGas(t *testing.T, what string, got, want uint64) {
	t.Helper()
	if got != want {
		t.Errorf("%s used %#x gas, the reference uses %#x (difference %d)", what, got, want, int64(got-want))
	}
}

// The numbers of wasmvm v3.0.7, internal/api/lib_test.go: TestExecute,
// TestExecuteCpuLoop.
func TestGasOfTheReference(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine func() (*vm.Engine, error)) {
		c := newContractOn(t, engine, "hackatom")
		wantGas(t, "hackatom instantiate", c.instantiate("creator", hackatomInit), 0xdf0642)
		_, gas := c.execute("fred", `{"release":{}}`)
		wantGas(t, "hackatom execute release", gas, 0x16d1167)

		c = newContractOn(t, engine, "cyberpunk")
		wantGas(t, "cyberpunk instantiate", c.instantiate("creator", `{}`), 0x8bbb63)
	})
}

// TestMultipleInstances of the reference: two states of one code.
func TestGasOfMultipleInstances(t *testing.T) {
	one := newContract(t, "hackatom")
	one.querier = bank("contract", "100", "ATOM")
	two := newContract(t, "hackatom")
	two.querier = one.querier
	wantGas(t, "first instantiate", one.instantiate("regen", hackatomInit), 0xddc58e)
	wantGas(t, "second instantiate", two.instantiate("chrous", `{"verifier": "mary", "beneficiary": "sue"}`), 0xde7b78)

	res, err := one.call("execute", env, info("mary"), `{"release":{}}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, text := contractResult(t, res.Data); text != "Unauthorized" {
		t.Errorf("mary released fred's funds: %s", res.Data)
	}
	wantGas(t, "refused execute", res.GasUsed, 0xcbbc1d)
	_, gas := one.execute("fred", `{"release":{}}`)
	wantGas(t, "first execute", gas, 0x16c87fb)
	_, gas = two.execute("mary", `{"release":{}}`)
	wantGas(t, "second execute", gas, 0x16cccb1)
}

// At every limit a call either does exactly what it does without one, or runs
// out of gas with nothing left; external gas never exceeds what a full run has.
func TestEveryGasLimit(t *testing.T) {
	full := newContract(t, "hackatom")
	res, err := full.call("instantiate", env, info("creator"), hackatomInit)
	if err != nil {
		t.Fatal(err)
	}
	need := res.GasUsed + res.GasExternal
	if res.GasExternal != setPrice || res.GasLeft != gasLimit-need {
		t.Errorf("gas does not add up: %+v", res)
	}
	oracle := newContractOn(t, interpreter, "hackatom")
	limits := []uint64{0, 1, 114, 115, need - setPrice, need - 1, need, need + 1}
	for limit := uint64(1_000); limit < need; limit += need / 150 {
		limits = append(limits, limit)
	}
	for _, limit := range limits {
		c := newContract(t, "hackatom")
		got, err := c.callWith(limit, "instantiate", env, info("creator"), hackatomInit)
		oracle.store = newStore()
		same, oracleErr := oracle.callWith(limit, "instantiate", env, info("creator"), hackatomInit)
		if (err == nil) != (oracleErr == nil) || got.GasUsed != same.GasUsed || got.GasExternal != same.GasExternal || got.GasLeft != same.GasLeft {
			t.Errorf("limit %d: the compiler gives %+v (%v), the interpreter %+v (%v)", limit, got, err, same, oracleErr)
		}
		if limit >= need {
			if err != nil || got.GasUsed != res.GasUsed || string(got.Data) != string(res.Data) {
				t.Errorf("limit %d: %+v, %v", limit, got, err)
			}
			continue
		}
		if !isOutOfGas(err) || got.GasLeft != 0 || got.GasUsed+got.GasExternal != limit || got.Data != nil {
			t.Errorf("limit %d of %d: %+v, %v", limit, need, got, err)
		}
	}
}
