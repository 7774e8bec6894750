package multisig_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/multisig"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// FuzzExecute: whatever is sent, the contract does not panic, and what it has
// stored can be read.
func FuzzExecute(f *testing.F) {
	for _, l := range lives {
		for _, s := range l.steps {
			f.Add(s.msg)
		}
	}
	f.Fuzz(func(t *testing.T, msg string) {
		h := native.New(multisig.Contract)
		if _, err := h.Instantiate("creator", lives[0].start); err != nil {
			t.Fatal(err)
		}
		_, first := h.Execute("alice", open)
		_, err := h.Execute("alice", msg)
		_, asked := h.Query(msg)
		for _, err := range []error{first, err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		if _, err := h.Query(`{"list_proposals":{}}`); err != nil {
			t.Fatalf("%q: %v", msg, err)
		}
		if h.Store["config"] == "" || h.Store["\x00\x06votersalice"] != "1" {
			t.Fatalf("%q changed what is fixed", msg)
		}
	})
}

// outcome is the status that a proposal gets when the votes come in this order,
// and the one after its end.
func outcome(t *rapid.T, start string, votes []string) (before, after string) {
	h := native.New(multisig.Contract)
	if _, err := h.Instantiate("creator", start); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Execute("voter-0", `{"propose":{"title":"","description":"","msgs":[]}}`); err != nil {
		t.Fatal(err)
	}
	status := func() string {
		answer, err := h.Query(`{"proposal":{"proposal_id":1}}`)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(answer, `"status":"`)
		status, _, _ := strings.Cut(rest, `"`)
		return status
	}
	for _, v := range votes {
		settled := status()
		if _, err := h.Execute(v[:7], `{"vote":{"proposal_id":1,"vote":"`+v[8:]+`"}}`); err != nil && !strings.HasPrefix(err.Error(), "Unauthorized") {
			t.Fatal(err)
		}
		if now := status(); settled != "open" && now != settled {
			t.Fatalf("%s became %s", settled, now)
		}
	}
	before = status()
	h.Block.Height += 10
	after = status()
	_, executed := h.Execute("nobody", `{"execute":{"proposal_id":1}}`)
	_, closed := h.Execute("nobody", `{"close":{"proposal_id":1}}`)
	if (executed == nil) != (after == "passed") || executed == nil && closed == nil {
		t.Fatalf("%s: execute %v, close %v", after, executed, closed)
	}
	return before, after
}

// TestVotes: a status that is settled stays; after the end each proposal is
// settled; who votes first makes no difference unless a share is of a part.
func TestVotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Uint64Range(0, 20), 2, 6).Draw(t, "weights")
		var voters, votes []string
		total := uint64(0)
		for i, w := range weights {
			voters = append(voters, fmt.Sprintf(`{"addr":"voter-%d","weight":%d}`, i, w))
			if v := rapid.SampledFrom([]string{"", "yes", "no", "abstain", "veto"}).Draw(t, "vote"); v != "" && i > 0 {
				votes = append(votes, fmt.Sprintf("voter-%d %s", i, v))
			}
			total += w
		}
		if total == 0 {
			t.Skip("nobody can vote")
		}
		percent := func(low int) string { return fmt.Sprintf("%.2f", float64(rapid.IntRange(low, 100).Draw(t, "%"))/100) }
		count := fmt.Sprintf(`{"absolute_count":{"weight":%d}}`, rapid.Uint64Range(1, total).Draw(t, "count"))
		threshold := rapid.SampledFrom([]string{
			count, `{"absolute_percentage":{"percentage":"` + percent(50) + `"}}`,
			`{"threshold_quorum":{"threshold":"` + percent(50) + `","quorum":"` + percent(1) + `"}}`,
		}).Draw(t, "threshold")
		start := `{"voters":[` + strings.Join(voters, ",") + `],"threshold":` + threshold + `,"max_voting_period":{"height":10}}`
		before, after := outcome(t, start, votes)
		if after == "open" || before != "open" && before != after {
			t.Fatalf("%s, after the end %s", before, after)
		}
		other := slices.Clone(votes)
		rand.New(rand.NewSource(1)).Shuffle(len(other), func(i, k int) { other[i], other[k] = other[k], other[i] })
		if _, again := outcome(t, start, other); again != after && threshold == count {
			t.Fatalf("%s in one order, %s in another", after, again)
		}
	})
}
