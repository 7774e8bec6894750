package testnet

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHostileSteps: what cannot be meant is refused before anything starts, and
// says why.
func TestHostileSteps(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                           `step 1: nothing is called ""`,
		`{ do = "explode" }`:           `nothing is called "explode": choose of add, add-validator,`,
		`{ do = "heal", colour = 1 }`:  "unknown keys",
		`{ do = "heal", do = "heal" }`: "already defined",
		`{ do = "kill", node = 3 }`:    "cannot decode TOML integer",
		`{ do = 7 }`:                   "cannot decode TOML integer",

		`{ do = "kill" }`:                                                       `kill needs a node: node = "node0"`,
		`{ do = "heal", node = "node0" }`:                                       "heal takes no node",
		`{ do = "kill", node = "node4" }`:                                       `step 1, kill node4: there is no node "node4" at that step: there are node0, node1, node2, node3`,
		`{ do = "kill", node = "` + strings.Repeat("x", 99999):                  "has more than", // cut off by the bound below
		`{ do = "fails", node = "random" }`:                                     `fails is done to a node by its name, not to "random"`,
		`{ do = "leave", node = "all" }`:                                        `leave is done to a node by its name`,
		`{ do = "kill", node = "last" }`:                                        `no step before has node = "random"`,
		`{ do = "kill", node = "node0", for = "5s" }`:                           "kill takes no for",
		`{ do = "heal", count = 3 }`:                                            "heal takes no count",
		`{ do = "sleep" }`:                                                      "sleep needs a time",
		`{ do = "sleep", for = "-5s" }`:                                         "no time from 0 to 1h0m0s",
		`{ do = "sleep", for = "2h" }`:                                          "no time from 0 to 1h0m0s",
		`{ do = "sleep", for = "6m" }`:                                          "its steps wait for 6m0s, the limit of the run is 5m0s: raise limit",
		`{ do = "sleep", for = 5 }`:                                             `line 2: "5" is no time from 0`,
		`{ do = "stall", for = "NaN" }`:                                         "no time from 0",
		`{ do = "blocks" }`:                                                     "blocks needs a count",
		`{ do = "blocks", count = -1 }`:                                         "count is -1, must be 1 to 100000",
		`{ do = "blocks", count = 9_223_372_036_854_775_807 }`:                  "must be 1 to 100000",
		`{ do = "blocks", count = 99_223_372_036_854_775_807 }`:                 "out of range",
		`{ do = "blocks", count = 1.5 }`:                                        "float cannot be assigned",
		`{ do = "partition" }`:                                                  "partition needs groups",
		`{ do = "partition", groups = [[]] }`:                                   "a group has no nodes",
		`{ do = "partition", groups = [["node0", "node0"]] }`:                   "node0 is named twice",
		`{ do = "partition", groups = [["node0"], ["node0"]] }`:                 "node0 is named twice",
		`{ do = "partition", groups = [["all"]] }`:                              `there is no node "all"`,
		`{ do = "partition", groups = [["node0", "node1", "node2", "node3"]] }`: "a partition has two sides",
		`{ do = "delay", node = "node0", delay = "2m" }`:                        "a delay of 2m0s: must be 0 to 1m0s",
		`{ do = "delay", node = "node0", rate = -1 }`:                           "-1 bytes a second",
		`{ do = "delay", node = "node0", rate = 3 }`:                            "3 bytes a second",
		`{ do = "delay", node = "node0", rate = 9_000_000_000 }`:                "9000000000 bytes a second",
		`{ do = "plan", upgrade = "x" }`:                                        "plan needs a count",
		`{ do = "applied", node = "node0" }`:                                    "applied needs the name of an upgrade",
		`{ do = "skew", node = "node0", ahead = "1s" }`:                         "less than 10s",
		`{ do = "skew", node = "node0", ahead = "1m", behind = "1m" }`:          "either ahead or behind",
		`{ do = "io-errors", node = "node0" }`:                                  "io-errors needs what fails",
		`{ do = "io-errors", node = "node0", on = "floppy" }`:                   `on is "floppy", must be one of app, blockstore, cometstate`,
		`{ do = "small-disk", node = "node0", size = 1 }`:                       "size is 1 bytes, must be 16777216 to 1073741824",
		`{ do = "add-validator", node = "all" }`:                                "add-validator is done to a node by its name",
		`{ do = "add-validator", stake = -1 }`:                                  "stake is -1",
		`{ do = "validators" }`:                                                 "validators needs the names",
		`{ do = "validators", nodes = ["node9"] }`:                              `there is no node "node9"`,
		`{ do = "add", sync = "yes" }`:                                          "TOML string",

		`{ do = "lose", node = "node1" }, { do = "start", node = "node1" }`: "step 2, start node1: node1 is lost since step 1",
		`{ do = "caught-up", node = "node4" }, { do = "add" }`:              "step 1, caught-up node4: there is no node",
		strings.Repeat(`{ do = "add" }, `, 61):                              "step 61, add: a network has at most 64 nodes",
		strings.Repeat(`{ do = "heal" }, `, 1001):                           "1001 steps, must be 1 to 1000",
	} {
		_, err := ParseManifest([]byte("name = \"x\"\nstep = [" + text + "]"))
		if strings.HasPrefix(want, "has more") {
			require.Error(t, err)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.Less(t, len(err.Error()), 4000, text)
	}
}

// TestHostileSetups: likewise for what stands before the steps.
func TestHostileSetups(t *testing.T) {
	for text, want := range map[string]string{
		`validators = -1`:                            "at least one validator",
		`validators = 9_223_372_036_854_775_807`:     "at most 64 in all",
		"validators = 60\nnodes = 5":                 "at most 64 in all",
		"nodes = -1":                                 "at most 64 in all",
		fmt.Sprintf("nodes = %d", math.MaxInt64):     "at most 64 in all",
		`block_time = "1ms"`:                         "block_time is 1ms, must be at least 10ms",
		`block_time = "2m"`:                          "at most 1m0s",
		`limit = "0s"`:                               "limit is 0s, must be 1s to 1h0m0s",
		`limit = "-1s"`:                              "no time from 0",
		`recovery = "0s"`:                            "recovery is 0s",
		`load = { rate = 5001 }`:                     "load.rate is 5001, must be 0 to 5000",
		`load = { size = 1 }`:                        "unknown keys",
		`load = 5`:                                   "TOML",
		`name = "y"`:                                 "already defined",
		"title = \"y\"":                              "unknown keys",
		`supervise = 1`:                              "TOML",
		"[step]\ndo = \"heal\"":                      "line ",
		"\xff\xfe = 1":                               "line ",
		`title = "` + strings.Repeat("a", 300) + `"`: "unknown keys",
	} {
		_, err := ParseManifest([]byte("name = \"x\"\n" + text + "\n[[step]]\ndo = \"heal\""))
		require.ErrorContains(t, err, want, text)
	}
	_, err := ParseManifest([]byte("name = \"" + strings.Repeat("n", 201) + "\"\n[[step]]\ndo = \"heal\""))
	require.ErrorContains(t, err, "more than 200 bytes")
	big := filepath.Join(t.TempDir(), "big.toml")
	require.NoError(t, os.WriteFile(big, []byte(strings.Repeat("#", maxManifestBytes+1)), 0o600))
	_, err = ReadManifest(big)
	require.ErrorContains(t, err, "more than 65536 bytes")
	_, err = ReadManifest(filepath.Dir(big))
	require.Error(t, err)
}

// TestGoodSteps: what follows what is followed: nodes that join can be named from
// then on, and a node that was chosen can be named again.
func TestGoodSteps(t *testing.T) {
	m, err := ParseManifest([]byte(`
name = "x"
step = [
  { do = "kill", node = "random" }, { do = "start", node = "last", next = true }, { do = "caught-up", node = "last", within = "5s" },
  { do = "add", sync = true }, { do = "add-validator", node = "node4", stake = 7 }, { do = "add-validator" }, { do = "twin", node = "node5" },
  { do = "punished", node = "node5" }, { do = "partition", groups = [["node6"]] }, { do = "lose", node = "node6" },
  { do = "partition", groups = [["node6", "node0"]] }, { do = "validators", nodes = ["node5"] },
]`))
	require.NoError(t, err)
	require.Equal(t, "start last (next binary)", m.Steps[1].String())
	require.Equal(t, "add (from a snapshot)", m.Steps[3].String())
	require.Equal(t, "add-validator node4 7", m.Steps[4].String())
	require.Equal(t, "validators node5", m.Steps[11].String())
}

// TestVerbs: the table names keys that steps have, and nothing else.
func TestVerbs(t *testing.T) {
	given := (&Step{}).given()
	for do, v := range verbs {
		for _, key := range strings.Fields(v.takes) {
			require.Contains(t, given, key, do)
		}
		for _, key := range strings.Fields(v.needs) {
			require.Contains(t, strings.Fields(v.takes), key, do)
			require.NotEmpty(t, examples[key], do)
		}
		for _, word := range strings.Fields(v.node) {
			require.True(t, slices.Contains([]string{"name", "all", "random", "last", "none"}, word), do)
		}
	}
}
