package testnet

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNetworks: the manifests that lie here can be read.
func TestNetworks(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"networks/*.toml", "networks/*/*.toml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		paths = append(paths, found...)
	}
	names := map[string]string{}
	for _, path := range paths {
		_, err := ReadManifest(path)
		require.NoError(t, err)
		require.Empty(t, names[filepath.Base(path)], "two manifests of one name cannot run together")
		names[filepath.Base(path)] = path
	}
}

func TestManifest(t *testing.T) {
	m, err := ParseManifest([]byte(`
name = "all that there is"
validators = 3
nodes = 1
block_time = "100ms"
limit = "1m"
recovery = "10s"
load.rate = 7
step = [
  { do = "partition", groups = [["node0", "node1"], ["node2"]] },
  { do = "delay", node = "node0", delay = "150ms", rate = 65_536 },
  { do = "blocks", count = 3, within = "5s" },
  { do = "stall", for = "2s" },
]`))
	require.NoError(t, err)
	require.Equal(t, 3, m.Validators)
	require.Equal(t, Duration(100*time.Millisecond), m.BlockTime)
	require.Equal(t, 7, m.Load.Rate)
	require.Equal(t, "partition node0,node1 node2", m.Steps[0].String())
	require.Equal(t, "delay node0 150ms 65536 bytes/s", m.Steps[1].String())
	require.Equal(t, Duration(5*time.Second), m.Steps[2].Within)
	require.Equal(t, defaultWithin, m.Steps[3].Within)

	for text, want := range map[string]string{
		``:                            "it has no name",
		`name = "x"`:                  "0 steps",
		`title = "x"`:                 "unknown keys",
		`name = `:                     "line 1",
		"name = \"x\"\nvalidators=0":  "at least one validator",
		"name = \"x\"\nvalidators=65": "at most 64 in all",
		"name = \"x\"\nblock_time=\"1ms\"\nstep=[{do=\"heal\"}]": "at least 10ms",
		"name = \"x\"\nblock_time=\"soon\"":                      "no time from 0",
		"name = \"x\"\nload.rate=-1\nstep=[{do=\"heal\"}]":       "load.rate",
		"name = \"x\"\nstep=[{do=\"explode\"}]":                  "step 1: nothing is called \"explode\": choose of add, add-validator,",
		"name = \"x\"\nstep=[{do=\"kill\"}]":                     "kill needs a node",
		"name = \"x\"\nstep=[{do=\"heal\", node=\"node0\"}]":     "heal takes no node",
		"name = \"x\"\nstep=[{do=\"sleep\"}]":                    "sleep needs a time",
		"name = \"x\"\nstep=[{do=\"blocks\"}]":                   "blocks needs a count",
		"name = \"x\"\nstep=[{do=\"partition\"}]":                "partition needs groups",
		"name = \"x\"\nstep=[{do=\"sleep\", for=\"2h\"}]":        "no time from 0",
	} {
		_, err := ParseManifest([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add("name = \"x\"\nstep=[{do=\"sleep\", for=\"1s\"}]")
	f.Add("name = \"x\"\nvalidators=2\nstep=[{do=\"add\"}, {do=\"kill\", node=\"node2\"}, {do=\"skew\", node=\"random\", ahead=\"1m\"}]")
	f.Add("name = \"x\"\nload.rate=1\nstep=[{do=\"partition\", groups=[[\"a\"]]}]")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseManifest([]byte(text))
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(m.Steps), maxSteps)
		waits, names := Duration(0), m.Validators+m.Nodes
		for _, s := range m.Steps {
			require.True(t, strings.HasPrefix(s.String(), s.Do))
			require.Contains(t, verbs, s.Do)
			require.Positive(t, s.Within)
			require.LessOrEqual(t, time.Duration(s.Within), maxStep)
			require.LessOrEqual(t, s.Count, int64(maxCount))
			waits += s.For
			if s.Do == "add" {
				names++
			}
			if number, ok := strings.CutPrefix(s.Node, "node"); ok {
				n, err := strconv.Atoi(number)
				require.NoError(t, err)
				require.Less(t, n, MaxNodes)
			}
		}
		require.LessOrEqual(t, waits, m.Limit)
		require.LessOrEqual(t, names, MaxNodes)
	})
}
