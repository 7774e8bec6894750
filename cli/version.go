package cli

import (
	"runtime"
	"runtime/debug"

	cmtjson "github.com/cometbft/cometbft/libs/json"
)

// Version and Commit are set by the linker (-X); a plain go build leaves them
// to what the Go toolchain knows.
var (
	Version = ""
	Commit  = ""
	// Upgrades are the names of upgrades that the program was built for (docs/operators.md).
	Upgrades = ""
)

// version is what weft version shows, named as the Cosmos tools name it.
type version struct {
	Name       string `json:"name"`
	ServerName string `json:"server_name"`
	Version    string `json:"version"`
	Commit     string `json:"commit"`
	BuildTags  string `json:"build_tags"`
	Go         string `json:"go"`
}

func buildVersion() version {
	v := version{Name: "weft", ServerName: "weft", Version: Version, Commit: Commit, Go: "go version " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok && v.Version == "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	if ok && v.Commit == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Commit = s.Value
			}
		}
	}
	if v.Version == "" {
		v.Version = "dev"
	}
	return v
}

// cometJSON is CometBFT's own JSON, in which int64 are text.
func cometJSON(v any) ([]byte, error) { return cmtjson.Marshal(v) }
