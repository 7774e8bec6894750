package sdk_test

import (
	"crypto/ed25519"
	"fmt"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// Ask asks another contract: the query {"read":{"text":"k"}}, and into what its
// answer is read.
func ExampleContext_Ask() {
	h := native.New(sdk.Contract{Execute: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
		var answer Note
		if err := c.Ask("other", "read", &Note{Text: "k"}, &answer); err != nil {
			return nil, err
		}
		mine, err := c.Balance(c.Self(), "uweft")
		return sdk.Respond("asked").Attr("answer", answer.Text).Attr("balance", mine.String()), err
	})})
	h.Balances["contract"] = sdk.Coins{sdk.NewCoin("uweft", 7)}
	h.Answer = func(request string) (string, error) {
		fmt.Println(request)
		return `{"text":"v","more":"is skipped"}`, nil
	}
	res, err := h.Execute("alice", `{}`)
	fmt.Println(res.Attributes, err)
	// Output:
	// {"wasm":{"smart":{"contract_addr":"other","msg":"eyJyZWFkIjp7InRleHQiOiJrIn19"}}}
	// [{action asked} {answer v} {balance 7}] <nil>
}

// The block says what time it is, and for all that a call does it is the same.
func ExampleContext_Block() {
	deadline := sdk.AtTime(2_000_000_000 * sdk.Second)
	h := native.New(sdk.Contract{Execute: sdk.Do(func(c *sdk.Context, _ *Note) (*sdk.Response, error) {
		b := c.Block()
		if deadline.Passed(b) {
			return nil, sdk.Error("too late: " + deadline.String())
		}
		return sdk.Respond("in time").Attr("height", sdk.U128(b.Height).String()), nil
	})})
	h.Block.Height, h.Block.Time = 5, 1_999_999_999*sdk.Second
	res, err := h.Execute("alice", `{}`)
	fmt.Println(res.Attributes, err)
	h.Block.Time += sdk.Second
	_, err = h.Execute("alice", `{}`)
	fmt.Println(err)
	// Output:
	// [{action in time} {height 5}] <nil>
	// too late: expiration time: 2000000000.000000000
}

// A text in a message becomes an address when the chain says that it is one.
func ExampleContext_Address() {
	play(func(c *sdk.Context) (*sdk.Response, error) {
		to, err := c.Address("bob")
		if err != nil {
			return nil, err
		}
		fmt.Println(to)
		_, err = c.Address("BOB")
		return nil, err
	})
	// Output:
	// bob
	// error: invalid address BOB: an address has small letters, digits, - and _ here
}

// Signatures are checked by the chain, for a price. Natively package testkit does
// it.
func ExampleContext_Ed25519Verify() {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	message := []byte("pay bob")
	signature := ed25519.Sign(key, message)
	h := native.New(sdk.Contract{Execute: sdk.Do(func(c *sdk.Context, n *Note) (*sdk.Response, error) {
		ok, err := c.Ed25519Verify([]byte(n.Text), signature, key.Public().(ed25519.PublicKey))
		if err != nil || !ok {
			return nil, sdk.Error("not signed")
		}
		return sdk.Respond("pay"), nil
	})})
	h.Verify = testkit.Crypto
	res, err := h.Execute("alice", `{"text":"pay bob"}`)
	fmt.Println(res.Attr("action"), err)
	_, err = h.Execute("alice", `{"text":"pay eve"}`)
	fmt.Println(err)
	// Output:
	// pay <nil>
	// not signed
}

// SHA256 takes parts, so that a node of a Merkle tree is hashed without a copy.
func ExampleSHA256() {
	left, right := sdk.SHA256([]byte("a")), sdk.SHA256([]byte("b"))
	root := sdk.SHA256(left[:], right[:])
	text := sdk.Hex(root[:])
	fmt.Println(text)
	back, ok := sdk.ParseHex(text)
	fmt.Println(len(back), ok)
	// Output:
	// e5a01fee14e0ed5c48714f22180f25ad8365b53f9779f79dc4a3d7e93963f94a
	// 32 true
}

// A Decimal is a rate. Fees round up, so that nobody pays none.
func ExampleDecimal() {
	fee := sdk.Permille(3)
	fmt.Println(fee, fee.Of(sdk.U128(999)), fee.OfUp(sdk.U128(999)))
	price := sdk.Ratio(sdk.U256(2), sdk.U256(3))
	fmt.Println(price, price.Less(sdk.One), price.Add(sdk.Percent(50)))
	// Output:
	// 0.003 2 3
	// 0.666666666666666666 true 1.166666666666666666
}

// A pool of x and y with shares: the first get the root of x·y, later ones their
// part; both rounded down.
func ExampleUint256_Sqrt() {
	x, y := sdk.U128(100_000), sdk.U128(50_000)
	shares := x.Wide().Mul(y.Wide()).Sqrt()
	fmt.Println(shares, x.MulDiv(sdk.U128(1), sdk.U128(3)), x.MulDivUp(sdk.U128(1), sdk.U128(3)))
	// Output: 70710 33333 33334
}
