package nft_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// model is what a collection ought to be, in the simplest words.
type model struct {
	owner     map[string]string          // by token
	spender   map[string]map[string]bool // by token
	operators map[string]map[string]bool // by owner
}

func (m *model) mayApprove(who, id string) bool {
	owner := m.owner[id]
	return owner != "" && (who == owner || m.operators[owner][who])
}

func (m *model) maySpend(who, id string) bool {
	return m.mayApprove(who, id) || m.spender[id][who]
}

// step does what a message says, if the model allows it.
func (m *model) step(action, who, id, other string) (msg string, allowed bool) {
	switch action {
	case "mint":
		if allowed = who == "minty" && m.owner[id] == ""; allowed {
			m.owner[id], m.spender[id] = other, map[string]bool{}
		}
		return fmt.Sprintf(`{"mint":{"token_id":%q,"owner":%q}}`, id, other), allowed
	case "transfer_nft":
		if allowed = m.maySpend(who, id); allowed {
			m.owner[id], m.spender[id] = other, map[string]bool{}
		}
		return fmt.Sprintf(`{"transfer_nft":{"token_id":%q,"recipient":%q}}`, id, other), allowed
	case "burn":
		if allowed = m.maySpend(who, id); allowed {
			delete(m.owner, id)
			delete(m.spender, id)
		}
		return fmt.Sprintf(`{"burn":{"token_id":%q}}`, id), allowed
	case "approve", "revoke":
		if allowed = m.mayApprove(who, id); allowed {
			m.spender[id][other] = action == "approve"
		}
		return fmt.Sprintf(`{%q:{"token_id":%q,"spender":%q}}`, action, id, other), allowed
	}
	if m.operators[who] == nil {
		m.operators[who] = map[string]bool{}
	}
	m.operators[who][other] = action == "approve_all"
	return fmt.Sprintf(`{%q:{"operator":%q}}`, action, other), true
}

// TestModel: whatever is sent, the contract allows what the model allows, the
// number of tokens is the length of the list, and the lists of the owners are
// what the tokens say.
func TestModel(t *testing.T) {
	people := []string{"minty", "alice", "bob", "carl"}
	ids := []string{"1", "10", "2"}
	actions := []string{"mint", "mint", "transfer_nft", "transfer_nft", "burn", "approve", "revoke", "approve_all", "revoke_all"}
	rapid.Check(t, func(t *rapid.T) {
		h := native.New(nft.Contract)
		if _, err := h.Instantiate("creator", start); err != nil {
			t.Fatal(err)
		}
		m := model{map[string]string{}, map[string]map[string]bool{}, map[string]map[string]bool{}}
		pick := func(from []string, what string) string { return rapid.SampledFrom(from).Draw(t, what) }
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			who := pick(people, "who")
			msg, allowed := m.step(pick(actions, "action"), who, pick(ids, "id"), pick(people, "other"))
			if _, err := h.Execute(who, msg); (err == nil) != allowed {
				t.Fatalf("%s by %s: %v, want allowed %v", msg, who, err, allowed)
			}
		}
		var all []string
		for _, person := range people {
			var own []string
			for _, id := range ids {
				if m.owner[id] == person {
					own = append(own, id)
				}
			}
			all = append(all, own...)
			asks(t, h, fmt.Sprintf(`{"tokens":{"owner":%q}}`, person), `{"tokens":`+quoted(own)+`}`)
		}
		slices.Sort(all)
		asks(t, h, `{"all_tokens":{}}`, `{"tokens":`+quoted(all)+`}`)
		asks(t, h, `{"num_tokens":{}}`, fmt.Sprintf(`{"count":%d}`, len(all)))
	})
}

func quoted(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return `["` + strings.Join(list, `","`) + `"]`
}

func asks(t *rapid.T, h *native.Host, msg, want string) {
	t.Helper()
	if got, err := h.Query(msg); got != want || err != nil {
		t.Fatalf("%s: %s, %v, want %s", msg, got, err, want)
	}
}

// FuzzExecute: whatever is sent, the contract does not panic.
func FuzzExecute(f *testing.F) {
	for _, s := range steps {
		f.Add(s.msg)
	}
	f.Fuzz(func(t *testing.T, msg string) {
		h := native.New(nft.Contract)
		if _, err := h.Instantiate("alice", strings.Replace(start, "minty", "alice", 1)); err != nil {
			t.Fatal(err)
		}
		_, err := h.Execute("alice", msg)
		_, asked := h.Query(msg)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
	})
}
