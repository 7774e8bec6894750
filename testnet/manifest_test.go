package testnet

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNetworks: the manifests that lie here can be read, and only name nodes that
// they have.
func TestNetworks(t *testing.T) {
	paths, err := filepath.Glob("networks/*.toml")
	require.NoError(t, err)
	more, err := filepath.Glob("networks/chaos/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, more)
	paths = append(paths, more...)
	for _, path := range paths {
		m, err := ReadManifest(path)
		require.NoError(t, err)
		l := Layout{}
		for i := range m.Validators + m.Nodes {
			l.Nodes = append(l.Nodes, Node{Name: "node" + string(rune('0'+i))})
		}
		for _, s := range m.Steps {
			if s.Do == "add" || s.Do == "twin" {
				l.Nodes = append(l.Nodes, Node{Name: "node" + string(rune('0'+len(l.Nodes)))})
			}
			if s.Node != "" && s.Node != "all" && s.Node != "random" {
				_, err := l.Find(s.Node)
				require.NoError(t, err, path)
			}
			if s.Do == "partition" {
				_, err := l.groups(s.Groups)
				require.NoError(t, err, path)
			}
		}
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
		`name = `:                     "toml",
		"name = \"x\"\nvalidators=0":  "at least one validator",
		"name = \"x\"\nvalidators=65": "at most 64 in all",
		"name = \"x\"\nblock_time=\"1ms\"\nstep=[{do=\"heal\"}]": "at least 10ms",
		"name = \"x\"\nblock_time=\"soon\"":                      "no time from 0",
		"name = \"x\"\nload.rate=-1\nstep=[{do=\"heal\"}]":       "load.rate",
		"name = \"x\"\nstep=[{do=\"explode\"}]":                  "step 1: nothing is called \"explode\": choose of kill, stop,",
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
	f.Add("name = \"x\"\nload.rate=1\nstep=[{do=\"partition\", groups=[[\"a\"]]}]")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseManifest([]byte(text))
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(m.Steps), maxSteps)
		for _, s := range m.Steps {
			require.True(t, strings.HasPrefix(s.String(), s.Do))
			require.LessOrEqual(t, time.Duration(s.For), maxStep)
		}
	})
}
