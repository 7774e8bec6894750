package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func forms(t testing.TB) *Contract {
	t.Helper()
	c, err := Read("testdata/forms.json")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var people = Hooks{
	Address: func(name string) (string, error) {
		if name == "alice" || name == "bob" {
			return "weft1" + name, nil
		}
		if strings.HasPrefix(name, "weft1") {
			return name, nil
		}
		return "", fmt.Errorf("%q: %w", name, ErrNoName)
	},
	File: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata", name)) },
}

// TestMessage: what a person types, and the message.
func TestMessage(t *testing.T) {
	c := forms(t)
	for args, want := range map[string]string{
		"pause":                        `{"pause":{}}`,
		"stop":                         `"stop"`,
		"remove bob":                   `{"remove":"bob"}`,
		"change accept":                `{"change":"accept"}`,
		"change to=bob":                `{"change":{"to":"weft1bob"}}`,
		"all":                          `{"all":{}}`,
		"all u8=255 flag=true":         `{"all":{"u8":255,"flag":true}}`,
		"all i64=-9223372036854775808": `{"all":{"i64":-9223372036854775808}}`,
		"all i64=null note=null":       `{"all":{"i64":null,"note":null}}`,
		"all note:=\"null\"":           `{"all":{"note":"null"}}`,
		"all u128=1_000_000":           `{"all":{"u128":"1000000"}}`,
		"all u128=340282366920938463463374607431768211455": `{"all":{"u128":"340282366920938463463374607431768211455"}}`,
		"all int128=-5":                      `{"all":{"int128":"-5"}}`,
		"all data={\"swap\":{}}":             `{"all":{"data":"eyJzd2FwIjp7fX0="}}`,
		"all data=0x00ff hash=00FF":          `{"all":{"data":"AP8=","hash":"00ff"}}`,
		"all data=@letter.txt":               `{"all":{"data":"aGVsbG8K"}}`,
		"all data=base64:AP8= hash=0x0a":     `{"all":{"data":"AP8=","hash":"0a"}}`,
		"all data=text:0x00":                 `{"all":{"data":"MHgwMA=="}}`,
		"all note=@letter.txt":               `{"all":{"note":"hello\n"}}`,
		"all note=@@bob":                     `{"all":{"note":"@bob"}}`,
		"all at=1700000000000000000":         `{"all":{"at":"1700000000000000000"}}`,
		"all at=2026-12-01T00:00:00Z":        `{"all":{"at":"1796083200000000000"}}`,
		"all expires=never":                  `{"all":{"expires":{"never":{}}}}`,
		"all expires.at_height=7":            `{"all":{"expires":{"at_height":7}}}`,
		"all expires={\"at_height\":7}":      `{"all":{"expires":{"at_height":7}}}`,
		"all vote=abstain":                   `{"all":{"vote":"abstain"}}`,
		"all coin=5uweft":                    `{"all":{"coin":{"denom":"uweft","amount":"5"}}}`,
		"all coin.amount=5 coin.denom=ux1":   `{"all":{"coin":{"amount":"5","denom":"ux1"}}}`,
		"all funds=5uweft,7uatom":            `{"all":{"funds":[{"denom":"uweft","amount":"5"},{"denom":"uatom","amount":"7"}]}}`,
		"all funds=5uweft funds=7uatom":      `{"all":{"funds":[{"denom":"uweft","amount":"5"},{"denom":"uatom","amount":"7"}]}}`,
		"all funds=":                         `{"all":{"funds":[]}}`,
		"all recipients=[alice,b]":           `{"all":{"recipients":["weft1alice","b"]}}`,
		"all recipients=bob recipients=x,y":  `{"all":{"recipients":["weft1bob","x,y"]}}`,
		"all recipients=[\"alice\"]":         `{"all":{"recipients":["alice"]}}`,
		"all pair=[a,5]":                     `{"all":{"pair":["a","5"]}}`,
		"all shares.x=5 shares.y=6":          `{"all":{"shares":{"x":"5","y":"6"}}}`,
		"all asset.token.contract_addr=bob":  `{"all":{"asset":{"token":{"contract_addr":"weft1bob"}}}}`,
		"all asset.native_token.denom=uweft": `{"all":{"asset":{"native_token":{"denom":"uweft"}}}}`,
		"all anything={\"a\":[1]}":           `{"all":{"anything":{"a":[1]}}}`,
		"all anything=hello":                 `{"all":{"anything":"hello"}}`,
		"all anything.x.y=1":                 `{"all":{"anything":{"x":{"y":1}}}}`,
		"all owner=alice":                    `{"all":{"owner":"weft1alice"}}`,
		"all owner:=\"alice\"":               `{"all":{"owner":"alice"}}`,
		"all owner=carol note=alice":         `{"all":{"owner":"carol","note":"alice"}}`,
		"all note=addr:alice":                `{"all":{"note":"weft1alice"}}`,
		"all tree.value=1 tree.left.value=2": `{"all":{"tree":{"value":1,"left":{"value":2}}}}`,
		"all either=5":                       `{"all":{"either":5}}`,
		"all either=five":                    `{"all":{"either":"five"}}`,
		"all ratio=0.5":                      `{"all":{"ratio":0.5}}`,
		"all {\"u8\":5,\"note\":\"<&>\"}":    `{"all":{"u8":5,"note":"<&>"}}`,
		"all @body.json":                     `{"all":{"flag":false}}`,
	} {
		words := strings.Split(args, " ")
		got, err := c.Message(Execute, words[0], words[1:], people)
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		// Objects have the order of the schema.
		if a, b := ordered(t, got), ordered(t, []byte(want)); a != b {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
		if err := c.Check(Execute, got); err != nil {
			t.Errorf("%s: its own message %s: %v", args, got, err)
		}
	}
	got, err := c.Message(Instantiate, "", []string{"owner=bob", "fee=0.05"}, people)
	if want := `{"owner":"weft1bob","fee":"0.05"}`; err != nil || string(got) != want {
		t.Errorf("%s %v", got, err)
	}
	if names := fmt.Sprintf("%d %s %s", len(c.Messages(Query)), c.Messages(Query)[1].Name, c.Messages(Execute)[0].Doc); names != "2 balance Takes everything." {
		t.Error(names)
	}
}

func ordered(t *testing.T, data []byte) string {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return fmt.Sprint(v)
}

// TestRefused: what is wrong is said, and what would be right.
func TestRefused(t *testing.T) {
	c := forms(t)
	for args, want := range map[string]string{
		"al":                          `forms has no execute message "al": did you mean all?`,
		"transfer":                    "there is all, pause, remove, change, stop",
		"all nope":                    `"nope" is no argument: write NAME=VALUE`,
		"all =5":                      "has no name before the =",
		"all a..b=5":                  "has no name before the =",
		"all falg=true":               `there is no "falg": did you mean flag?`,
		"all u8=256":                  "u8: 256 is not in the range of uint8, 0 to 2^8-1",
		"all u8=-1":                   "u8: -1 is not in the range",
		"all u8=abc":                  `u8: "abc" is not a whole number (uint8)`,
		"all u8=1.5":                  "is not a whole number",
		"all u8=1 u8=2":               "u8: it is given 2 times",
		"all i64=9223372036854775808": "not in the range of int64",
		"all u128=340282366920938463463374607431768211456": "not in the range of uint128",
		"all u128=01":                            "is not a whole number",
		"all u128:=5":                            `u128: the number 5 must be a text: "5"`,
		"all flag=yes":                           `flag: "yes" is not true|false`,
		"all data=0xf":                           "even number of hexadecimal digits",
		"all data=@none.txt":                     "data: open testdata",
		"all at=tomorrow":                        "write nanoseconds since 1970, or 2026-12-01T00:00:00Z",
		"all expires=at_height":                  "at_height needs values: write expires.at_height=…",
		"all expires=nevr":                       `expires: there is no "nevr": did you mean never?`,
		"all expires.at_height=1 expires.never=": "it is one of at_height, never, not several",
		"all expires.at_hight=1":                 "did you mean at_height?",
		"all vote=maybe":                         `vote: there is no "maybe": there is yes, no, abstain`,
		"all coin=uweft":                         "is no coin: write a whole number and a denom, like 5uweft",
		"all pair=[a]":                           "pair: it has 1 values, not 2",
		"all asset.token.contract_addr=zoe":      `asset.token.contract_addr: "zoe": no key and no contract has that name`,
		"all asset.token.x=1":                    `asset.token: there is no "x": there is contract_addr`,
		"all asset.token=":                       "asset.token: it is an object: write asset.token.NAME=VALUE (contract_addr)",
		"all asset={\"token\":{}}":               "asset.token: contract_addr (address) is missing",
		"all tree.left.value=2":                  "missing: tree.value (uint32)",
		"all tree={\"valu\":1}":                  "value (uint32) is missing",
		"all {\"u9\":5}":                         `there is no "u9": did you mean u8?`,
		"all {\"u8\":5}x":                        "something follows",
		"all {\"u8\":5,\"u8\":6}":                "stands twice",
		"all recipients.1=a":                     "number the elements recipients.0, recipients.1",
		"all note=a note.b=c":                    "it has a value of its own and note.b",
		"all note=addr:zoe":                      "no key and no contract",
		"stop now":                               "stop takes no arguments",
		"change":                                 "it needs a value: .to|accept|renounce",
	} {
		words := strings.Split(args, " ")
		got, err := c.Message(Execute, words[0], words[1:], people)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s %v, want %s", args, got, err, want)
		}
	}
	_, err := c.Message(Instantiate, "", nil, people)
	if want := "missing: owner (address), fee (decimal)\nusage: owner=ADDRESS fee=DECIMAL [label=TEXT]"; err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
	for name, want := range map[string]string{"x": "leave out", "": "has no migrate messages"} {
		kind := Instantiate
		if name == "" {
			kind = Migrate
		}
		if _, err := c.Message(kind, name, nil, people); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCheck: messages in JSON are held against the schema.
func TestCheck(t *testing.T) {
	c := forms(t)
	for message, want := range map[string]string{
		`{"pause":{}}`:                  "",
		`"stop"`:                        "",
		`"stopp"`:                       "did you mean stop?",
		`{"paus":{}}`:                   "did you mean pause?",
		`{"pause":{},"stop":{}}`:        "an object is none of",
		`{"pause":{"x":1}}`:             `pause: there is no "x"`,
		`{"all":{"u8":"5"}}`:            "all.u8: the text \"5\" is not uint8",
		`{"all":{"pair":["a"]}}`:        "it has 1 values, not 2",
		`{"all":{"data":"%"}}`:          "is not base64",
		`{"all":{"shares":{"x":"-1"}}}`: "all.shares.x: -1 is not in the range",
		`{"all":{"coin":{"amount":"5","denom":"x","more":1}}}`: "", // its type is open
		`[`: "ends too early",
	} {
		err := c.Check(Execute, []byte(message))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", message, err, want)
		}
	}
	if err := c.CheckAnswer("balance", []byte(`5`)); err == nil {
		t.Error("a number is no text")
	}
	if err := c.CheckAnswer("config", []byte(`{"owner":"x"}`)); err != nil {
		t.Error(err)
	}
}

// TestUsage: the line that help shows.
func TestUsage(t *testing.T) {
	m, err := forms(t).Find(Execute, "all")
	if err != nil {
		t.Fatal(err)
	}
	want := "all [u8=UINT8] [i64=INT64] [u128=UINT128] [int128=INT128] [flag=true|false] [data=BINARY] [hash=HEX] [at=TIME]" +
		" [expires=.at_height|.at_time|never] [vote=yes|no|abstain] [funds=[COIN,…]] [coin=COIN] [recipients=[TEXT,…]]" +
		" [pair=[TEXT,UINT128]] [shares={NAME: UINT128}] [asset=.token|.native_token] [anything=JSON] [owner=TEXT] [note=TEXT]" +
		" [tree=Tree] [either=uint64|text] [ratio=NUMBER]"
	if got := m.Usage(); got != want {
		t.Errorf("%s", got)
	}
}
