package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
)

func TestReadable(t *testing.T) {
	text, err := readable([]byte(`{
		"code": 0, "height": "16", "name": "alice", "empty": "", "none": null, "yes": true, "word": "true", "big": 18446744073709551616,
		"list": ["a", 1, [], {}, [1, [2]], {"x": 1, "y": [1, 2]}],
		"nested": {"b": {"a": 1}, "a": []},
		"@type": "/cosmos.bank.v1beta1.MsgSend", "coins": "5uweft", "sentence": "failed to run: 'x' # no", "lines": "a\nb",
		"escape": "\u001b[31mred\u0007", "bidi": "a\u202eb", "c1": "\u009b31m", "umlaut": "größe 漢字"
	}`))
	require.NoError(t, err)
	golden.Check(t, []byte(text))
}

func TestReadableTop(t *testing.T) {
	for in, want := range map[string]string{`{}`: "{}\n", `[]`: "[]\n", `"a"`: "a\n", `5`: "5\n", `null`: "null\n", `[{"a":1},{"a":2}]`: "- a: 1\n- a: 2\n"} {
		got, err := readable([]byte(in))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := readable([]byte(`{"a":`))
	require.Error(t, err)
}

// hostile are texts that would steer a terminal or a reader.
var hostile = []string{"\x1b[2J", "\x9b31m", "\u009b31m", "a\x00b", "\x7f", "\u202eevil", "\U000e0001", "\xff\xfe", "\u2028"}

func TestNothingSteersTheTerminal(t *testing.T) {
	for _, s := range hostile {
		asJSON, err := json.Marshal(map[string]string{"label": s, s: "x"})
		require.NoError(t, err)
		text, err := readable(asJSON)
		require.NoError(t, err)
		for name, got := range map[string]string{"text": text, "json": string(safeJSON(asJSON)), "stderr": printable(s)} {
			for _, c := range got {
				require.True(t, c == '\n' || (c >= ' ' && c != 0x7f && (c < 0x80 || c > 0x9f) && c != 0x202e && c != 0x2028 && c != 0xe0001), "%s of %q: %q", name, s, got)
			}
		}
		var back map[string]string
		require.NoError(t, json.Unmarshal(safeJSON(asJSON), &back))
		want := strings.ToValidUTF8(s, "\ufffd")
		if s == "\xff\xfe" || s == "\x9b31m" {
			continue // not UTF-8: JSON cannot hold it
		}
		require.Equal(t, want, back["label"])
	}
}

func FuzzReadable(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c"}]}`))
	f.Add([]byte(`[[[]]]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<12 {
			return
		}
		text, err := readable(data)
		if err == nil && strings.ContainsAny(text, "\x1b\x00\x7f") {
			t.Fatalf("%q", text)
		}
	})
}

func TestCheckJSON(t *testing.T) {
	for _, good := range []string{`{}`, ` {"a":{"b":1},"c":{"b":1}} `, `"x"`, `[1,[2]]`, `{"a":"\u00e4"}`} {
		require.NoError(t, checkJSON([]byte(good)), good)
	}
	for _, bad := range []string{``, ` `, `{`, `{"a":1,"a":2}`, `[{"a":1,"a":1}]`, `{"a":1,"\u0061":2}`, `{}{}`, `{} x`, `{'a':1}`, `{a:1}`, `{"a":01}`, `nul`} {
		require.Error(t, checkJSON([]byte(bad)), bad)
	}
}
