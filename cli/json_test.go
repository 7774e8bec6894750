package cli

import (
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// grepKey puts the first value of a name in a file of JSON into a variable.
func grepKey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: grep-key NAME FILE VARIABLE")
	}
	found := regexp.MustCompile(`"` + args[0] + `":\[?"([^"]*)"`).FindStringSubmatch(ts.ReadFile(args[1]))
	if found == nil {
		ts.Fatalf("%s has no text under the name %s", args[1], args[0])
	}
	ts.Setenv(args[2], found[1])
}
