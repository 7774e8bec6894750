package multisig_test

import (
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/multisig"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
)

func sdkSeconds(n uint64) sdk.Timestamp { return sdk.Timestamp(n) * sdk.Second }

// TestInstantiate: what could never work is refused at the start.
func TestInstantiate(t *testing.T) {
	const (
		two    = `[{"addr":"alice","weight":1},{"addr":"bob","weight":1}]`
		count  = `{"absolute_count":{"weight":1}}`
		period = `{"height":1}`
	)
	for _, c := range []struct{ voters, threshold, period, want string }{
		{two, count, period, ""},
		{two, `{"absolute_count":{"weight":2}}`, `{"time":1}`, ""},
		{two, `{"absolute_percentage":{"percentage":"0.5"}}`, period, ""},
		{two, `{"absolute_percentage":{"percentage":"1"}}`, period, ""},
		{two, `{"threshold_quorum":{"threshold":"1.0","quorum":"0.000000000000000001"}}`, period, ""},
		{`[]`, count, period, multisig.ErrNoVoters.Error()},
		{`[{"addr":"alice","weight":1},{"addr":"alice","weight":2}]`, count, period, multisig.ErrDuplicateVoter.Error()},
		{`[{"addr":"A","weight":1}]`, count, period, "invalid address A"},
		{`[{"addr":"alice","weight":-1}]`, count, period, "expected an integer"},
		{`[{"addr":"alice","weight":18446744073709551615},{"addr":"bob","weight":1}]`, count, period, multisig.ErrWeightOverflow.Error()},
		{two, `{"absolute_count":{"weight":0}}`, period, multisig.ErrZeroWeight.Error()},
		{two, `{"absolute_count":{"weight":3}}`, period, multisig.ErrUnreachable.Error()},
		{two, `{"absolute_percentage":{"percentage":"0.499999999999999999"}}`, period, multisig.ErrThreshold.Error()},
		{two, `{"absolute_percentage":{"percentage":"1.000000000000000001"}}`, period, multisig.ErrThreshold.Error()},
		{two, `{"threshold_quorum":{"threshold":"0.4","quorum":"1"}}`, period, multisig.ErrThreshold.Error()},
		{two, `{"threshold_quorum":{"threshold":"0.5","quorum":"0"}}`, period, multisig.ErrZeroQuorum.Error()},
		{two, `{"threshold_quorum":{"threshold":"0.5","quorum":"1.01"}}`, period, multisig.ErrUnreachableQuorum.Error()},
		{two, `{"absolute_percentage":{"percentage":"0.5000000000000000001"}}`, period, "at most 18 places"},
		{two, `{"absolute_percentage":{"percentage":0.5}}`, period, "expected a text"},
		{two, `{}`, period, "expected exactly one of absolute_count, absolute_percentage, threshold_quorum"},
		{two, `{"absolute_count":null}`, period, "expected an object"},
		{two, `{"absolute_count":{"weight":1},"absolute_percentage":{"percentage":"0.5"}}`, period, "expected exactly one of absolute_count, absolute_percentage, threshold_quorum"},
		{two, count, `{}`, "expected exactly one of height, time"},
		{two, count, `{"height":1,"time":1}`, "expected exactly one of height, time"},
		{two, count, `{"height":0}`, multisig.ErrNoPeriod.Error()},
		{two, count, `{"time":0}`, multisig.ErrNoPeriod.Error()},
	} {
		doc := `{"voters":` + c.voters + `,"threshold":` + c.threshold + `,"max_voting_period":` + c.period + `}`
		_, err := native.New(multisig.Contract).Instantiate("creator", doc)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %s", doc, err, c.want)
		}
	}
}

// TestStricter: where this contract refuses what CW3 lets pass.
func TestStricter(t *testing.T) {
	h := native.New(multisig.Contract)
	if _, err := h.Instantiate("creator", `{"voters":[{"addr":"alice","weight":4},{"addr":"bob","weight":6},{"addr":"zero","weight":0}],
		"threshold":{"threshold_quorum":{"threshold":"0.5","quorum":"0.4"}},"max_voting_period":{"height":18446744073709551615}}`); err != nil {
		t.Fatal(err)
	}
	refused := func(sender, msg string, want sdk.Error) {
		t.Helper()
		if _, err := h.Execute(sender, msg); err == nil || err.Error() != string(want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	// Alice alone is the quorum: a vote that is over at once would be hers.
	refused("alice", `{"propose":{"title":"","description":"","msgs":[],"latest":{"at_height":12345}}}`, multisig.ErrExpired)
	refused("alice", `{"propose":{"title":"","description":"","msgs":[],"earliest":{"at_height":12345}}}`, multisig.ErrEarliest)
	refused("alice", `{"propose":{"title":"","description":"`+strings.Repeat("d", 1<<16-10)+`","msgs":[{"bank":{}}]}}`, multisig.ErrTooLarge)
	if _, err := h.Execute("alice", `{"propose":{"title":"","description":"`+strings.Repeat("d", 1<<16-11)+`","msgs":[{"bank":1}],"earliest":null}}`); err != nil {
		t.Error(err)
	}
	// Who abstains is no reason for a proposal to pass.
	if _, err := h.Execute("zero", `{"propose":{"title":"","description":"","msgs":[],"latest":{"at_height":12346}}}`); err != nil {
		t.Fatal(err)
	}
	for _, voter := range []string{"alice", "bob"} {
		if res, err := h.Execute(voter, `{"vote":{"proposal_id":2,"vote":"abstain"}}`); err != nil || res.Attr("status") != "Open" {
			t.Error(res, err)
		}
	}
	h.Block.Height++
	refused("zero", `{"execute":{"proposal_id":2}}`, multisig.ErrNotPassed)
	// The period is longer than there are blocks.
	if got, err := h.Query(`{"proposal":{"proposal_id":1}}`); err != nil || !strings.Contains(got, `"expires":{"at_height":18446744073709551615}`) {
		t.Error(got[:100], err)
	}
}

// TestMigrate: only over the store of a multisig.
func TestMigrate(t *testing.T) {
	const here = `{"contract":"weft:multisig","version":"1.0.0"}`
	for old, ok := range map[string]bool{
		"": false, `{"contract":"crates` + `.io:cw3-flex-multisig","version":"1.0.1"}`: false,
		`{"contract":"crates` + `.io:cw3-fixed-multisig","version":"1.0.1"}`: true, here: true,
	} {
		h := native.New(multisig.Contract)
		if old != "" {
			h.Store["contract_info"] = old
		}
		_, err := h.Migrate("admin", `{}`, 0)
		if ok && (err != nil || h.Store["contract_info"] != here) || !ok && (err == nil || err.Error() != string(multisig.ErrNotCW3)) {
			t.Errorf("%s: %v, %s", old, err, h.Store["contract_info"])
		}
	}
}
