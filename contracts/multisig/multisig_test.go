package multisig_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/multisig"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// Two of three decide; what they decide is a message like any other.
func Example() {
	h := native.New(multisig.Contract)
	_, err := h.Instantiate("creator", `{
		"voters": [{"addr":"alice","weight":1},{"addr":"bob","weight":1},{"addr":"carl","weight":1}],
		"threshold": {"absolute_count":{"weight":2}},
		"max_voting_period": {"time":86400}
	}`)
	if err != nil {
		fmt.Println(err)
	}
	pay := `{"bank":{"send":{"to_address":"dora","amount":[{"denom":"uweft","amount":"7"}]}}}`
	res, err := h.Execute("alice", `{"propose":{"title":"Pay","description":"for the work","msgs":[`+pay+`]}}`)
	fmt.Println(res.Attributes, err)
	_, err = h.Execute("dora", `{"execute":{"proposal_id":1}}`)
	fmt.Println(err)
	res, err = h.Execute("bob", `{"vote":{"proposal_id":1,"vote":"yes"}}`)
	fmt.Println(res.Attr("status"), err)
	res, err = h.Execute("dora", `{"execute":{"proposal_id":1}}`)
	fmt.Println(string(res.Messages[0].Msg), err)
	// Output:
	// [{action propose} {sender alice} {proposal_id 1} {status Open}] <nil>
	// Proposal must have passed and not yet been executed
	// Passed <nil>
	// {"bank":{"send":{"to_address":"dora","amount":[{"denom":"uweft","amount":"7"}]}}} <nil>
}

// step is a call and what must come of it: the JSON of an answer, the attributes
// of a response and its messages, or an error. A sender "?" asks, "+" lets so
// many blocks of five seconds pass.
type step struct{ sender, msg, want string }

const (
	burn = `{"bank":{"burn":{"amount":[{"denom":"uweft","amount":"3"}]}}}`
	note = `{"wasm":{"execute":{"contract_addr":"note","msg":"e30=","funds":[]}}}`
	open = `{"propose":{"title":"T","description":"D \"quoted\"","msgs":[` + burn + `,` + note + `],"latest":null}}`
)

// lives are lives of multisigs with each kind of threshold; the first block is
// 12345. They are what cw3-fixed-multisig does, too: see reference_test.go.
var lives = []struct {
	name, start string
	steps       []step
}{
	{"count", `{"voters":[{"addr":"alice","weight":1},{"addr":"bob","weight":2},{"addr":"carl","weight":3},{"addr":"zero","weight":0}],
		"threshold":{"absolute_count":{"weight":3}},"max_voting_period":{"height":10}}`, []step{
		{"?", `{"threshold":{}}`, `{"absolute_count":{"weight":3,"total_weight":6}}`},
		{"?", `{"list_voters":{}}`, `{"voters":[{"addr":"alice","weight":1},{"addr":"bob","weight":2},{"addr":"carl","weight":3},{"addr":"zero","weight":0}]}`},
		{"?", `{"list_voters":{"start_after":"alice","limit":2}}`, `{"voters":[{"addr":"bob","weight":2},{"addr":"carl","weight":3}]}`},
		{"?", `{"list_voters":{"limit":0}}`, `{"voters":[]}`},
		{"?", `{"voter":{"address":"bob"}}`, `{"weight":2}`},
		{"?", `{"voter":{"address":"nobody"}}`, `{"weight":null}`},
		{"?", `{"voter":{"address":"N"}}`, "error"},
		{"?", `{"proposal":{"proposal_id":1}}`, "error"},
		{"nobody", open, "error Unauthorized"},
		{"alice", open, "action=propose sender=alice proposal_id=1 status=Open"},
		{"?", `{"proposal":{"proposal_id":1}}`, `{"id":1,"title":"T","description":"D \"quoted\"","msgs":[` + burn + `,` + note + `],"status":"open","expires":{"at_height":12355},` +
			`"threshold":{"absolute_count":{"weight":3,"total_weight":6}},"proposer":"alice","deposit":null}`},
		{"alice", `{"vote":{"proposal_id":1,"vote":"yes"}}`, "error Already voted on this proposal"},
		{"zero", `{"vote":{"proposal_id":1,"vote":"yes"}}`, "error Unauthorized"},
		{"nobody", `{"vote":{"proposal_id":1,"vote":"yes"}}`, "error Unauthorized"},
		{"bob", `{"vote":{"proposal_id":2,"vote":"yes"}}`, "error"},
		{"bob", `{"vote":{"proposal_id":1,"vote":"maybe"}}`, "error"},
		{"bob", `{"execute":{"proposal_id":1}}`, "error Proposal must have passed and not yet been executed"},
		{"bob", `{"close":{"proposal_id":1}}`, "error Proposal must expire before you can close it"},
		{"bob", `{"vote":{"proposal_id":1,"vote":"yes"}}`, "action=vote sender=bob proposal_id=1 status=Passed"},
		{"carl", `{"vote":{"proposal_id":1,"vote":"no"}}`, "action=vote sender=carl proposal_id=1 status=Passed"},
		{"?", `{"vote":{"proposal_id":1,"voter":"carl"}}`, `{"vote":{"proposal_id":1,"voter":"carl","vote":"no","weight":3}}`},
		{"?", `{"vote":{"proposal_id":1,"voter":"zero"}}`, `{"vote":null}`},
		{"?", `{"list_votes":{"proposal_id":1}}`, `{"votes":[{"proposal_id":1,"voter":"alice","vote":"yes","weight":1},{"proposal_id":1,"voter":"bob","vote":"yes","weight":2},{"proposal_id":1,"voter":"carl","vote":"no","weight":3}]}`},
		{"?", `{"list_votes":{"proposal_id":1,"start_after":"alice","limit":1}}`, `{"votes":[{"proposal_id":1,"voter":"bob","vote":"yes","weight":2}]}`},
		{"?", `{"list_votes":{"proposal_id":1,"limit":0}}`, `{"votes":[]}`},
		{"bob", `{"close":{"proposal_id":1}}`, "error Cannot close completed or passed proposals"},
		{"+", `10`, ""},
		{"nobody", `{"execute":{"proposal_id":1}}`, "action=execute sender=nobody proposal_id=1 " + burn + " " + note},
		{"nobody", `{"execute":{"proposal_id":1}}`, "error Proposal must have passed and not yet been executed"},
		{"alice", `{"vote":{"proposal_id":1,"vote":"yes"}}`, "error Proposal is not open"},
		{"bob", `{"close":{"proposal_id":1}}`, "error Cannot close completed or passed proposals"},
		{"?", `{"vote":{"proposal_id":1,"voter":"carl"}}`, `{"vote":{"proposal_id":1,"voter":"carl","vote":"no","weight":3}}`},

		{"zero", `{"propose":{"title":"","description":"","msgs":[],"latest":{"at_height":12358}}}`, "action=propose sender=zero proposal_id=2 status=Open"},
		{"carl", `{"propose":{"title":"","description":"","msgs":[],"latest":{"never":{}}}}`, "action=propose sender=carl proposal_id=3 status=Passed"},
		{"bob", `{"propose":{"title":"","description":"","msgs":[],"latest":{"at_time":"1571797519879305533"}}}`, "error Wrong expiration option"},
		{"bob", `{"propose":{"title":"","description":"","msgs":[1]}}`, "error"},
		{"bob", `{"propose":{"title":"","description":""}}`, "error"},
		{"?", `{"proposal":{"proposal_id":3}}`, `{"id":3,"title":"","description":"","msgs":[],"status":"passed","expires":{"at_height":12365},` +
			`"threshold":{"absolute_count":{"weight":3,"total_weight":6}},"proposer":"carl","deposit":null}`},
		{"carl", `{"vote":{"proposal_id":2,"vote":"no"}}`, "action=vote sender=carl proposal_id=2 status=Open"},
		{"bob", `{"vote":{"proposal_id":2,"vote":"no"}}`, "action=vote sender=bob proposal_id=2 status=Rejected"},
		{"alice", `{"vote":{"proposal_id":2,"vote":"yes"}}`, "action=vote sender=alice proposal_id=2 status=Rejected"},
		{"bob", `{"close":{"proposal_id":2}}`, "error Cannot close completed or passed proposals"},
		{"bob", `{"execute":{"proposal_id":2}}`, "error Proposal must have passed and not yet been executed"},

		{"alice", `{"propose":{"title":"","description":"","msgs":[],"latest":{"at_height":12358}}}`, "action=propose sender=alice proposal_id=4 status=Open"},
		{"+", `2`, ""}, // 12357
		{"bob", `{"close":{"proposal_id":4}}`, "error Proposal must expire before you can close it"},
		{"?", `{"reverse_proposals":{"limit":1}}`, `{"proposals":[{"id":4,"title":"","description":"","msgs":[],"status":"open","expires":{"at_height":12358},` +
			`"threshold":{"absolute_count":{"weight":3,"total_weight":6}},"proposer":"alice","deposit":null}]}`},
		{"+", `1`, ""}, // the border
		{"bob", `{"vote":{"proposal_id":4,"vote":"yes"}}`, "error Proposal voting period has expired"},
		{"bob", `{"execute":{"proposal_id":4}}`, "error Proposal must have passed and not yet been executed"},
		{"?", `{"reverse_proposals":{"limit":1}}`, `{"proposals":[{"id":4,"title":"","description":"","msgs":[],"status":"rejected","expires":{"at_height":12358},` +
			`"threshold":{"absolute_count":{"weight":3,"total_weight":6}},"proposer":"alice","deposit":null}]}`},
		{"nobody", `{"close":{"proposal_id":4}}`, "action=close sender=nobody proposal_id=4"},
		{"nobody", `{"close":{"proposal_id":4}}`, "error Cannot close completed or passed proposals"},
		{"nobody", `{"close":{"proposal_id":5}}`, "error"},
		{"?", `{"list_proposals":{"start_after":2,"limit":1}}`, `{"proposals":[{"id":3,"title":"","description":"","msgs":[],"status":"passed","expires":{"at_height":12365},` +
			`"threshold":{"absolute_count":{"weight":3,"total_weight":6}},"proposer":"carl","deposit":null}]}`},
		{"?", `{"list_proposals":{"start_after":4}}`, `{"proposals":[]}`},
		{"?", `{"reverse_proposals":{"start_before":1}}`, `{"proposals":[]}`},
		{"?", `{"list_proposals":{"limit":0}}`, `{"proposals":[]}`},
	}},
	{"percentage", `{"voters":[{"addr":"alice","weight":7},{"addr":"bob","weight":5},{"addr":"carl","weight":3}],
		"threshold":{"absolute_percentage":{"percentage":"0.50"}},"max_voting_period":{"time":100}}`, []step{
		{"?", `{"threshold":{}}`, `{"absolute_percentage":{"percentage":"0.5","total_weight":15}}`},
		{"alice", open, "action=propose sender=alice proposal_id=1 status=Open"}, // 7 of 15: 8 are needed
		{"carl", `{"vote":{"proposal_id":1,"vote":"abstain"}}`, "action=vote sender=carl proposal_id=1 status=Passed"},
		{"bob", open, "action=propose sender=bob proposal_id=2 status=Open"},
		{"alice", `{"vote":{"proposal_id":2,"vote":"veto"}}`, "action=vote sender=alice proposal_id=2 status=Open"},
		{"carl", `{"vote":{"proposal_id":2,"vote":"yes"}}`, "action=vote sender=carl proposal_id=2 status=Passed"},
		{"carl", open, "action=propose sender=carl proposal_id=3 status=Open"},
		{"alice", `{"vote":{"proposal_id":3,"vote":"no"}}`, "action=vote sender=alice proposal_id=3 status=Open"},
		{"bob", `{"vote":{"proposal_id":3,"vote":"no"}}`, "action=vote sender=bob proposal_id=3 status=Rejected"},
		{"carl", open, "action=propose sender=carl proposal_id=4 status=Open"},
		{"+", `19`, ""},
		{"alice", `{"vote":{"proposal_id":4,"vote":"no"}}`, "action=vote sender=alice proposal_id=4 status=Open"},
		{"bob", `{"close":{"proposal_id":4}}`, "error Proposal must expire before you can close it"},
		{"+", `1`, ""}, // to the nanosecond
		{"bob", `{"vote":{"proposal_id":4,"vote":"yes"}}`, "error Proposal voting period has expired"},
		{"bob", `{"close":{"proposal_id":4}}`, "action=close sender=bob proposal_id=4"},
		{"bob", `{"execute":{"proposal_id":1}}`, "action=execute sender=bob proposal_id=1 " + burn + " " + note},
	}},
	{"quorum", `{"voters":[{"addr":"alice","weight":30},{"addr":"bob","weight":10},{"addr":"carl","weight":20},{"addr":"dora","weight":40}],
		"threshold":{"threshold_quorum":{"threshold":"0.6","quorum":"0.400000000000000001"}},"max_voting_period":{"height":10}}`, []step{
		{"?", `{"threshold":{}}`, `{"threshold_quorum":{"threshold":"0.6","quorum":"0.400000000000000001","total_weight":100}}`},
		{"alice", open, "action=propose sender=alice proposal_id=1 status=Open"},
		{"carl", `{"vote":{"proposal_id":1,"vote":"no"}}`, "action=vote sender=carl proposal_id=1 status=Open"},
		{"dora", open, "action=propose sender=dora proposal_id=2 status=Open"}, // quorum, but 60 are needed before the end
		{"bob", open, "action=propose sender=bob proposal_id=3 status=Open"},
		{"carl", `{"vote":{"proposal_id":3,"vote":"yes"}}`, "action=vote sender=carl proposal_id=3 status=Open"}, // 30: no quorum
		{"alice", open, "action=propose sender=alice proposal_id=4 status=Open"},
		{"carl", `{"vote":{"proposal_id":4,"vote":"abstain"}}`, "action=vote sender=carl proposal_id=4 status=Open"},
		{"dora", `{"vote":{"proposal_id":4,"vote":"no"}}`, "action=vote sender=dora proposal_id=4 status=Rejected"}, // 40 of 80 > 0.4 · 80
		{"carl", open, "action=propose sender=carl proposal_id=5 status=Open"},
		{"bob", `{"vote":{"proposal_id":5,"vote":"veto"}}`, "action=vote sender=bob proposal_id=5 status=Open"},
		{"alice", `{"vote":{"proposal_id":5,"vote":"abstain"}}`, "action=vote sender=alice proposal_id=5 status=Open"},
		{"+", `10`, ""},
		{"nobody", `{"close":{"proposal_id":1}}`, "error Cannot close completed or passed proposals"}, // 30 of 50
		{"nobody", `{"execute":{"proposal_id":1}}`, "action=execute sender=nobody proposal_id=1 " + burn + " " + note},
		{"nobody", `{"execute":{"proposal_id":2}}`, "action=execute sender=nobody proposal_id=2 " + burn + " " + note},
		{"nobody", `{"execute":{"proposal_id":3}}`, "error Proposal must have passed and not yet been executed"},
		{"nobody", `{"close":{"proposal_id":3}}`, "action=close sender=nobody proposal_id=3"},
		{"nobody", `{"execute":{"proposal_id":5}}`, "action=execute sender=nobody proposal_id=5 " + burn + " " + note}, // 20 of 30 ≥ 0.6
	}},
}

func play(h *native.Host, s step) string {
	switch s.sender {
	case "?":
		answer, err := h.Query(s.msg)
		if err != nil {
			return "error " + err.Error()
		}
		return answer
	case "+":
		var n uint64
		fmt.Sscan(s.msg, &n)
		h.Block.Height += n
		h.Block.Time += sdkSeconds(5 * n)
		return ""
	}
	res, err := h.Execute(s.sender, s.msg)
	if err != nil {
		return "error " + err.Error()
	}
	var out []string
	for _, a := range res.Attributes {
		out = append(out, a.Key+"="+a.Value)
	}
	for _, m := range res.Messages {
		out = append(out, string(m.Msg))
	}
	return strings.Join(out, " ")
}

func TestLives(t *testing.T) {
	testkit.Both(t, multisig.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		for _, l := range lives {
			clear(h.Store)
			h.Block = native.New(multisig.Contract).Block
			if _, err := h.Instantiate("creator", l.start); err != nil {
				t.Fatal(err)
			}
			for _, s := range l.steps {
				got := play(h, s)
				if got != s.want && (s.want != "error" || !strings.HasPrefix(got, "error ")) {
					t.Errorf("%s: %s %s\n got %s\nwant %s", l.name, s.sender, s.msg, got, s.want)
				}
			}
		}
	})
}
