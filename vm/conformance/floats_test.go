package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
)

// number is an operand or a result of a float instruction, floats as their bits.
type number struct {
	U32 *uint32 `json:"u32,omitempty"`
	U64 *uint64 `json:"u64,omitempty"`
	F32 *uint32 `json:"f32,omitempty"`
	F64 *uint64 `json:"f64,omitempty"`
}

// String is the form that the golden hash was made from.
func (n number) String() string {
	switch {
	case n.U32 != nil:
		return fmt.Sprintf("U32(%d)", *n.U32)
	case n.U64 != nil:
		return fmt.Sprintf("U64(%d)", *n.U64)
	case n.F32 != nil:
		return fmt.Sprintf("F32(%d)", *n.F32)
	}
	return fmt.Sprintf("F64(%d)", *n.F64)
}

// floats runs 70 float instructions with operands from a number of seeds and
// writes down what they give.
func floats(t *testing.T, engine func() (*vm.Engine, error), seeds int) string {
	t.Helper()
	c := newContractOn(t, engine, "floaty_2.0")
	var instructions []string
	require.NoError(t, json.Unmarshal(c.query(`{"instructions":{}}`), &instructions))
	require.Len(t, instructions, 70)
	var out strings.Builder
	for _, instruction := range instructions {
		for seed := range seeds {
			args := c.query(fmt.Sprintf(`{"random_args_for":{"instruction":%q,"seed":%d}}`, instruction, seed))
			res, err := c.call("query", env, fmt.Sprintf(`{"run":{"instruction":%q,"args":%s}}`, instruction, args))
			var result string
			if err != nil {
				result = strings.TrimPrefix(err.Error(), "Error calling the VM: Error executing Wasm: ")
			} else {
				ok, _ := contractResult(t, res.Data)
				var n number
				require.NoError(t, json.Unmarshal(binary(t, ok), &n))
				result = n.String()
			}
			fmt.Fprintf(&out, "%s%d%s", instruction, seed, result)
		}
	}
	return out.String()
}

// TestFloats of the reference: results and traps hash to a known value.
func TestFloats(t *testing.T) {
	sum := sha256.Sum256([]byte(floats(t, compiler, 150)))
	require.Equal(t, "95f70fa6451176ab04a9594417a047a1e4d8e2ff809609b8f81099496bee2393", hex.EncodeToString(sum[:]))
}

func TestFloatsOfTheInterpreter(t *testing.T) {
	const seeds = 5
	require.Equal(t, floats(t, compiler, seeds), floats(t, interpreter, seeds))
}
