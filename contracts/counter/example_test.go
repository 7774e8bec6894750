package counter_test

import (
	"fmt"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// A contract alone, called with messages in JSON. Package testkit has a whole
// chain around it.
func Example() {
	h := native.New(counter.Contract)
	if _, err := h.Instantiate("alice", `{"count":41}`); err != nil {
		fmt.Println(err)
	}
	res, err := h.Execute("bob", `{"increment":{}}`)
	fmt.Println(res.Attr("action"), err)
	_, err = h.Execute("bob", `{"reset":{"count":0}}`)
	fmt.Println(err)
	fmt.Println(h.Query(`{"count":{}}`))
	// Output:
	// increment <nil>
	// only the owner may reset the counter
	// {"count":42,"owner":"alice"} <nil>
}
