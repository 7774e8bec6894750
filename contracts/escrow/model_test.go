package escrow_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/escrow"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestConserves: whatever happens, what the escrows hold is what the contract has,
// and nothing of anybody is lost.
func TestConserves(t *testing.T) {
	base := newMarket(testkit.New(t, contracts))
	arb := base.Account("arb")
	rapid.Check(t, func(t *rapid.T) {
		m := base
		m.Chain = base.Fork(t)
		pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, what) }
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			id := pick("id", "one", "two", "six")
			sender := map[string]sdk.Addr{"src": m.src, "eve": m.eve, "arb": arb}[pick("sender", "src", "eve", "arb")]
			amount := rapid.IntRange(0, 20).Draw(t, "amount")
			funds := fmt.Sprintf("%d%s", amount, pick("denom", "uweft", "atest"))
			if amount == 0 {
				funds = ""
			}
			var err error
			switch pick("action", "create", "top_up", "send create", "send top_up", "approve", "refund", "later") {
			case "create":
				_, err = m.Execute(sender, m.escrow, ending(m.create(id, arb), m.Height()+2), funds)
			case "top_up":
				_, err = m.Execute(sender, m.escrow, `{"top_up":{"id":"`+id+`"}}`, funds)
			case "send create":
				err = m.send(amount, ending(m.create(id, arb), m.Height()+2))
			case "send top_up":
				err = m.send(amount, `{"top_up":{"id":"`+id+`"}}`)
			case "approve":
				_, err = m.Execute(sender, m.escrow, `{"approve":{"id":"`+id+`"}}`)
			case "refund":
				_, err = m.Execute(sender, m.escrow, `{"refund":{"id":"`+id+`"}}`)
			case "later":
				m.NextBlock()
			}
			_ = err // allowed or not, the sums must hold
			m.conserved(t, arb)
		}
	})
}

// ending gives a create message an end.
func ending(create string, height uint64) string {
	return fmt.Sprintf(`%s,"end_height":%d}}`, create[:len(create)-2], height)
}

func (m market) conserved(t *rapid.T, arb sdk.Addr) {
	var list escrow.ListAnswer
	m.MustQuery(m.escrow, `{"list":{}}`, &list)
	held, tokens := map[string]uint64{}, uint64(0)
	for _, id := range list.Escrows {
		var d escrow.DetailsAnswer
		m.MustQuery(m.escrow, testkit.Msg("details", escrow.QueryDetails{ID: id}), &d)
		for _, coin := range d.NativeBalance {
			held[coin.Denom] += coin.Amount[0]
		}
		for _, coin := range d.Cw20Balance {
			tokens += coin.Amount.Lo
		}
	}
	for _, denom := range []string{"uweft", "atest"} {
		if got := m.Balance(m.escrow, denom); got != held[denom] {
			t.Fatalf("the escrows hold %d%s, the contract has %d", held[denom], denom, got)
		}
	}
	if got := m.tokens(m.escrow); got != fmt.Sprint(tokens) {
		t.Fatalf("the escrows hold %d tokens, the contract has %s", tokens, got)
	}
	if all := m.Balance(m.src, "uweft") + m.Balance(m.eve, "uweft") + m.Balance(m.rec, "uweft") + m.Balance(arb, "uweft") + held["uweft"]; all != 2000 {
		t.Fatalf("of 2000uweft there are %d", all)
	}
}
