package trace

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeys(t *testing.T) {
	for _, test := range [][2]string{
		{"config", ""},
		{"\x00\x07balanceweft1abc", "balance/weft1abc"},
		{"\x00\x09allowance\x00\x03abcdef", "allowance/abc/def"},
		{"\x00\x05posts\x00\x00\x00\x00\x00\x00\x00\x05", "posts/#5"},
		{"\x00\x05posts\x00\x08\x00\x00\x00\x00\x00\x00\x00\x07x", "posts/#7/x"},
		{"\x00\x04hash\xff\x00\x01", "hash/0xff0001"},
		{"\x00\x02ns", "ns"},
		{"\x00\x00ab", ""},
		{"\x00\x09short", ""},
		{"\xff\xff", ""},
		{"", ""},
	} {
		require.Equal(t, test[1], keyPath([]byte(test[0])), "%q", test[0])
	}
}

func FuzzKeyPath(f *testing.F) {
	f.Add([]byte("\x00\x07balanceweft1abc"))
	f.Fuzz(func(t *testing.T, key []byte) {
		for _, r := range keyPath(key) {
			require.NotContains(t, "\x1b\n\r\x00", string(r))
		}
	})
}

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		data  string
		limit int
		want  string
	}{
		{"text", 10, `{"text":"text"}`},
		{"", 10, `{"text":""}`},
		{`{"a":1}`, 10, `{"text":"{\"a\":1}"}`},
		{"\x00\x01", 10, `{"base64":"AAE="}`},
		{"long text", 4, `{"text":"long","size":9}`},
		{"größe", 3, `{"text":"gr","size":7}`},
		{"\x1b[2J", 10, `{"base64":"G1sySg=="}`},
	} {
		b := NewBytes([]byte(c.data), c.limit)
		data, err := json.Marshal(b)
		require.NoError(t, err)
		require.Equal(t, c.want, string(data))
		var again Bytes
		require.NoError(t, json.Unmarshal(data, &again))
		twice, err := json.Marshal(&again)
		require.NoError(t, err)
		require.Equal(t, c.want, string(twice))
	}
	require.Nil(t, NewBytes(nil, 1))
	data, err := json.Marshal(NewKey([]byte("\x00\x01aweft1x"), 20))
	require.NoError(t, err)
	require.Equal(t, `{"base64":"AAFhd2VmdDF4","path":"a/weft1x"}`, string(data))
}

// sample is a trace with all that text and profile can show.
func sample() *Trace {
	one := 1
	return &Trace{
		Schema: Schema, Kind: KindSimulation, ChainID: "weft-test", Height: 7, Hash: "AB", Code: 5, Codespace: "wasm",
		Error: "no\x1b[31m", GasWanted: 1_000_000, GasUsed: 100, VMGas: 1_400_000, Cut: 3, Differs: []string{"gas used: 1 in the block, 2 now"},
		Steps: []*Step{{
			Kind: StepCall, Contract: "weft1a", Entry: "migrate", CodeID: 4, Sender: "weft1s", Gas: &Gas{Used: 100, Own: 90, VM: 1, VMOwn: 1},
			Funds: []Coin{{"uweft", "5"}, {"atest", "6"}}, Input: NewBytes([]byte("{\n  \"a\": 1\n}"), 100), Cut: 3,
			Steps: []*Step{
				{Kind: StepHost, Host: "db_scan", Start: NewKey([]byte("\x00\x01a"), 10), Descending: true, Gas: &Gas{}},
				{Kind: StepHost, Host: "db_next", Key: NewKey([]byte("k ey"), 10), After: NewBytes([]byte("\x01\x02"), 10), Gas: &Gas{}},
				{Kind: StepHost, Host: "db_next", Gas: &Gas{}},
				{Kind: StepHost, Host: "db_remove", Key: NewKey([]byte("gone"), 10), Before: NewBytes([]byte(strings.Repeat("x", 99)), 20), Gas: &Gas{Used: 10}},
				{Kind: StepHost, Host: "debug", Text: "said\x07", Gas: &Gas{}},
				{
					Kind: StepHost, Host: "query_chain", Input: NewBytes([]byte(`{"wasm":{}}`), 50), Output: NewBytes([]byte(`{"ok":1}`), 50), Gas: &Gas{},
					Steps: []*Step{{Kind: StepCall, Contract: "weft1b", Entry: "query", Input: NewBytes([]byte(`{}`), 10), Gas: &Gas{}}},
				},
				{Kind: StepEvent, Event: &Event{"wasm", []Attribute{{"_contract_address", "weft1a"}, {"by", "weft1b"}}}},
				{Kind: StepSubmessage, Index: &one, ID: 9, Message: "bank.send", Error: "too poor", Gas: &Gas{Used: 5}},
			},
			Error: "x: too poor",
		}},
		Profile: &Profile{
			Functions: []Function{{Name: "weft"}, {Name: "func[7]", Code: "aa", Shape: "bb", Index: 7}, {Name: "host:db_read"}},
			Nodes:     []Node{{-1, 0, 0, 89, 1}, {0, 1, 1_000_000, 7, 2}, {1, 2, 400_000, 4, 3}},
		},
	}
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, sample().WriteText(&out, Text{Names: map[string]string{"weft1b": "bob"}}))
	require.Equal(t, `         100  simulation AB at height 7: failed (wasm/5), gas limit 1,000,000, VM gas 1,400,000
              error: no\x1b[31m
         100  └ weft1a migrate code 4 {"a":1} from weft1s with 5uweft, 6atest  [VM gas 1]
                failed, see below
           0    ├ db_scan a … … descending
           0    ├ db_next "k ey" → 0x0102
           0    ├ db_next end
          10    ├ db_remove gone  "xxxxxxxxxxxxxxxxxxxx"… (cut: 99 bytes) → none
           0    ├ debug said\a
           0    ├ query_chain {"wasm":{}} → {"ok":1} → bob query {}
                ├ event wasm by=bob
           5    ├ submessage 1 (id 9) bank.send
                │ error: too poor
                └ cut: 3 steps
              cut: 3 steps are not shown, the trace would be too long
              bob is weft1b
              differs from the block: gas used: 1 in the block, 2 now
`, out.String())
}

func TestParse(t *testing.T) {
	data, err := json.Marshal(sample())
	require.NoError(t, err)
	again, err := Parse(data)
	require.NoError(t, err)
	twice, err := json.Marshal(again)
	require.NoError(t, err)
	require.Equal(t, string(data), string(twice))
	_, err = Parse([]byte(`{"schema":"weft.trace/2"}`))
	require.ErrorContains(t, err, `the form "weft.trace/2", this program reads weft.trace/1`)
	_, err = Parse([]byte(`{`))
	require.Error(t, err)
}

// TestProfile has go tool pprof read a profile.
func TestProfile(t *testing.T) {
	tr := sample()
	require.Equal(t, 1, tr.Profile.Unnamed())
	require.Zero(t, tr.Profile.Rename("cc", map[uint32]string{7: "wrong"}))
	require.Equal(t, 1, tr.Profile.Rename("bb", map[uint32]string{7: "main.add"}))
	require.Zero(t, tr.Profile.Unnamed())
	file := filepath.Join(t.TempDir(), "gas.pb.gz")
	var out bytes.Buffer
	require.NoError(t, tr.WriteProfile(&out))
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))
	top := func(args ...string) string {
		cmd := exec.Command("go", append(append([]string{"tool", "pprof"}, args...), file)...)
		cmd.Env = append(os.Environ(), "PPROF_TMPDIR="+t.TempDir())
		text, err := cmd.Output()
		require.NoError(t, err, string(text))
		return string(text)
	}
	text := top("-top")
	require.Contains(t, text, "of 1400000gas total")
	require.Contains(t, text, "main.add")
	require.Regexp(t, `400000gas .* host:db_read`, text)
	require.Contains(t, top("-sample_index=sdk_gas", "-traces"), " 89   weft")

	tr.Profile.Nodes[1].Parent = 2
	require.ErrorContains(t, tr.WriteProfile(&out), "damaged")
	tr.Profile = nil
	require.ErrorIs(t, tr.WriteProfile(&out), errNoProfile)
}

func TestReadSymbols(t *testing.T) {
	module, err := hex.DecodeString("0061736d01000000" +
		"010401600000" + // type () -> ()
		"02070101610162" + "0000" + // import a.b
		"03020100" + // one function
		"070501016500" + "01" + // export e = 1
		"0a040102000b" + // its code
		"0011046e616d65" + "01" + "0a02" + "0002" + "6862" + "0103" + "666f6f") // name: 0 hb, 1 foo
	require.NoError(t, err)
	s, err := ReadSymbols(module)
	require.NoError(t, err)
	require.Equal(t, map[uint32]string{0: "hb", 1: "foo"}, s.Names)
	for n := range module {
		_, _ = ReadSymbols(module[:n]) // must not panic
	}
	_, err = ReadSymbols([]byte("no module"))
	require.ErrorIs(t, err, errSymbols)
}

func FuzzReadSymbols(f *testing.F) {
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x00\x08\x04name\x01\x02\x01\x00"))
	f.Fuzz(func(t *testing.T, code []byte) {
		if s, err := ReadSymbols(code); err == nil {
			require.LessOrEqual(t, len(s.Names), len(code)+1)
		}
	})
}
