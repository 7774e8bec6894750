package testkit

import (
	"flag"
	"os"
	"slices"
)

// The flag -update belongs to many packages, so this one must not take it from
// those that are linked into the same test, and those that come later would panic
// if it had. Where the command line has the flag, and there alone, another flag is
// put in front of it: package flag comes to that one when all packages have
// registered theirs, and then -update is registered if nobody has.

// lateFlag is that other flag.
const lateFlag = "testkit.late"

func init() {
	isUpdate := func(arg string) bool {
		return slices.Contains([]string{"-update", "--update", "-update=true", "--update=true"}, arg)
	}
	if !slices.ContainsFunc(os.Args[1:], isUpdate) {
		return
	}
	flag.BoolFunc(lateFlag, "registers -update", func(string) error {
		if flag.Lookup("update") == nil {
			flag.Bool("update", false, "rewrite testdata/gas.txt")
		}
		return nil
	})
	os.Args = slices.Insert(slices.Clone(os.Args), 1, "-"+lateFlag)
}

// updating reports whether the test was run with -update.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}
