package schema

import (
	"strings"
	"testing"
)

// TestComplete: what a shell offers. The last word of a line is being typed.
func TestComplete(t *testing.T) {
	c := forms(t)
	for line, want := range map[string]string{
		"":                           "all pause remove change stop",
		"p":                          "pause",
		"nobody ":                    "",
		"pause ":                     "",
		"all u":                      "u8= u128=",
		"all u8=5 u":                 "u128=",
		"all fl":                     "flag=",
		"all flag=":                  "flag=true flag=false",
		"all flag=t":                 "flag=true",
		"all vote=":                  "vote=yes vote=no vote=abstain",
		"all exp":                    "expires=",
		"all expires=":               "expires=never",
		"all expires.at":             "expires.at_height= expires.at_time=",
		"all as":                     "asset.",
		"all asset.":                 "asset.token. asset.native_token.",
		"all asset.native_token.":    "asset.native_token.denom=",
		"all tree.left.left.left.va": "tree.left.left.left.value=",
		"all fun":                    "funds=",
		"all funds=5uweft fun":       "funds=",
		"change ":                    "to=",
		"all coin.":                  "coin.amount= coin.denom=",
	} {
		words := strings.Split(line, " ")
		var got []string
		for _, w := range c.Complete(Execute, words[:len(words)-1], words[len(words)-1]) {
			got = append(got, w.Word)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	if list := c.Complete(Instantiate, nil, "o"); len(list) != 1 || list[0].Word != "owner=" || list[0].Doc != "address" || !list[0].Open {
		t.Error(list)
	}
	if list := c.Complete(Migrate, nil, ""); list != nil {
		t.Error(list)
	}
}
