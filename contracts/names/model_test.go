package names_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/names"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// model is what the name service ought to be, in days and the simplest words.
type model struct {
	today  int
	owner  map[string]string
	until  map[string]int
	income uint64
}

// rents of a year, by name.
var perYear = map[string]uint64{"bob": 365_000, "bobo": 36_500, "bobby": 100}

// rent rounds up.
func rent(name string, days int) uint64 { return (perYear[name]*uint64(days) + 364) / 365 }

func (m *model) free(name string) bool    { return m.owner[name] == "" || m.today >= m.until[name]+30 }
func (m *model) expired(name string) bool { return m.today >= m.until[name] }

// step does what a message says, if the model allows it.
func (m *model) step(action, who, name, other string, days int, paid uint64) (msg string, allowed bool) {
	switch action {
	case "register":
		if allowed = m.free(name) && days >= 90 && days <= 3650 && paid == rent(name, days); allowed {
			m.owner[name], m.until[name] = who, m.today+days
			m.income += paid
		}
		return fmt.Sprintf(`{"register":{"name":%q,"days":%d}}`, name, days), allowed
	case "renew":
		if allowed = !m.free(name) && days > 0 && days <= 3650 && m.until[name]+days <= m.today+3650 && paid == rent(name, days); allowed {
			m.until[name] += days
			m.income += paid
		}
		return fmt.Sprintf(`{"renew":{"name":%q,"days":%d}}`, name, days), allowed
	}
	allowed = m.owner[name] == who && !m.expired(name) && paid == 0
	switch {
	case action == "transfer" && allowed:
		m.owner[name] = other
	case action == "release" && allowed:
		m.owner[name] = ""
	}
	if action == "transfer" {
		return fmt.Sprintf(`{"transfer":{"name":%q,"to":%q}}`, name, other), allowed
	}
	return fmt.Sprintf(`{"release":{"name":%q}}`, name), allowed
}

// TestModel: whatever is sent, the contract allows what the model allows, has all
// rent that was paid and not withdrawn, and lists each name at its owner.
func TestModel(t *testing.T) {
	people := []string{"alice", "bob", "carl"}
	rapid.Check(t, func(t *rapid.T) {
		h := host(native.New(names.Contract))
		if _, err := h.Instantiate("admin", start); err != nil {
			t.Fatal(err)
		}
		m := model{owner: map[string]string{}, until: map[string]int{}}
		pick := func(from []string, what string) string { return rapid.SampledFrom(from).Draw(t, what) }
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			who, name, action := pick(people, "who"), pick([]string{"bob", "bobo", "bobby"}, "name"), pick([]string{"register", "renew", "transfer", "release", "later", "later"}, "action")
			days := rapid.SampledFrom([]int{0, 1, 29, 30, 31, 60, 89, 90, 91, 3559, 3560, 3650, 3651}).Draw(t, "days")
			if action == "later" {
				m.today += min(days, 91)
				h.Block.Time = now + sdk.Timestamp(m.today)*day
				continue
			}
			paid := uint64(0)
			if action == "register" || action == "renew" {
				paid = rent(name, days) + rapid.SampledFrom([]uint64{0, 0, 0, 1}).Draw(t, "too much")
			}
			msg, allowed := m.step(action, who, name, pick(people, "other"), days, paid)
			got := play(h, step{who, msg, paid, ""})
			if strings.HasPrefix(got, "error") == allowed {
				t.Fatalf("%s by %s with %d: %s, want allowed %v", msg, who, paid, got, allowed)
			}
		}
		if got := h.Balances["contract"].Of("uweft").String(); got != fmt.Sprint(m.income) {
			t.Fatalf("the contract has %s of %d", got, m.income)
		}
		for _, person := range people {
			var own []string
			for name, owner := range m.owner {
				if owner == person {
					own = append(own, name)
				}
			}
			slices.Sort(own)
			got, err := h.Query(fmt.Sprintf(`{"names":{"owner":%q}}`, person))
			if n := strings.Count(got, `"name"`); n != len(own) || err != nil {
				t.Fatalf("%s has %s, %v, want %v", person, got, err, own)
			}
			for _, name := range own {
				if !strings.Contains(got, fmt.Sprintf(`"name":%q`, name)) {
					t.Fatalf("%s has %s, want %v", person, got, own)
				}
			}
		}
	})
}
