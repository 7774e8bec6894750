package vm

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// addrGuest calls an address import with regionA, and regionB of 90 bytes if it
// takes a destination. It returns the error Region, or regionB if there is none.
func addrGuest(name, input string) *guest {
	g := newGuest(name).region(regionA, dataA, input)
	g.Data(regionB, regionOf(dataC+16, 90, 0))
	args := []int32{regionA, regionB}[:imports[importIndex(name)].params]
	return g.entry(
		g.call(name, args...), wat.LocalTee(0),
		wat.If(byte(wat.I32)), wat.LocalGet(0), wat.Else, wat.I32Const(regionB), wat.End)
}

func TestAddresses(t *testing.T) {
	padded := func(s string) string { return s + strings.Repeat("\x00", 32-len(s)) }
	for _, test := range []struct{ name, input, want string }{
		{"addr_validate", "bob", ""},
		{"addr_validate", "Bob", "address not normalized"},
		{"addr_validate", "", "Input is empty"},
		{"addr_validate", "\xff", "Input is not valid UTF-8"},
		{"addr_validate", strings.Repeat("a", maxHumanBytes), ""},
		{"addr_canonicalize", "bob", padded("bob")},
		{"addr_canonicalize", "", "Input is empty"},
		{"addr_canonicalize", "a\xc3", "Input is not valid UTF-8"},
		{"addr_canonicalize", strings.Repeat("a", 33), "too long"},
		{"addr_humanize", padded("bob"), "bob"},
		{"addr_humanize", "", "wrong length"}, // the backend decides
		{"addr_humanize", "\xff\xfe", "wrong length"},
		{"addr_humanize", strings.Repeat("a", maxCanonicalBytes), "wrong length"},
	} {
		res, _, err := run(t, addrGuest(test.name, test.input))
		require.NoError(t, err)
		require.Equal(t, test.want, string(res.Data), "%s %q", test.name, test.input)
		require.Zero(t, res.GasExternal, "address gas is internal")
	}
}

func TestAddressLimits(t *testing.T) {
	for name, n := range map[string]int{"addr_validate": maxHumanBytes, "addr_canonicalize": maxHumanBytes, "addr_humanize": maxCanonicalBytes} {
		_, _, err := run(t, addrGuest(name, strings.Repeat("a", n+1)))
		requireKind(t, KindCommunication, "Region length too big", err)
	}
}

// The gas of addr_validate, item by item.
func TestAddressGas(t *testing.T) {
	code := addrGuest("addr_validate", "bob").code()
	full, _, err := runCode(t, code, func(*Call) {})
	require.NoError(t, err)
	guest := uint64(4*115 + 3*1_610 + 1_610) // const, tee, (if taken: else) const, and call, if, end, end; deallocate's end
	read := uint64(gasReadBase)              // of the empty result Region
	host := gasHostCall + readCost(3) + stringCost(3) + priceAPI
	require.Equal(t, guest+read+host, full.GasUsed-uint64(1_610-115))
}

// fixedAPI answers with what a test wants.
type fixedAPI struct {
	text string
	err  error
	gas  uint64
}

func (f fixedAPI) Canonicalize(string) ([]byte, uint64, error) { return []byte(f.text), f.gas, f.err }
func (f fixedAPI) Humanize([]byte) (string, uint64, error)     { return f.text, f.gas, f.err }
func (f fixedAPI) Validate(string) (uint64, error)             { return f.gas, f.err }

func TestAddressBackends(t *testing.T) {
	broken := errors.New("broken disk")
	for _, name := range []string{"addr_validate", "addr_canonicalize", "addr_humanize"} {
		call := func(api fixedAPI) (Result, error) {
			res, _, err := runCode(t, addrGuest(name, "abc").code(), func(c *Call) { c.API = api })
			return res, err
		}
		res, err := call(fixedAPI{err: &UserError{strings.Repeat("é", 5_000)}})
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("é", 4_096), string(res.Data), "texts are cut")
		res, err = call(fixedAPI{err: &UserError{}})
		require.NoError(t, err)
		require.Empty(t, res.Data, "an empty text is a Region all the same")
		res, err = call(fixedAPI{err: ErrOutOfGas, gas: 5})
		requireKind(t, KindOutOfGas, "", err)
		require.Zero(t, res.GasLeft)
		_, err = call(fixedAPI{text: "x", gas: 1 << 63})
		requireKind(t, KindOutOfGas, "", err)
		_, err = call(fixedAPI{err: broken, gas: 1 << 63})
		require.ErrorIs(t, err, broken, "a fault outranks the gas")
		require.True(t, isFault(err))
		if name != "addr_validate" {
			_, err = call(fixedAPI{})
			requireFault(t, "empty address", err)
		}
	}
}

// A text that is not UTF-8 is a failure of the backend, as in the reference.
func TestHumanizeWithoutUTF8(t *testing.T) {
	_, _, err := runCode(t, addrGuest("addr_humanize", "abc").code(), func(c *Call) { c.API = fixedAPI{text: "\xff"} })
	requireKind(t, KindBackend, "VM received invalid UTF-8 data from backend", err)
}
