package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/weftchain/weft/app"
)

// Upgrades are the names of upgrades that the program was built for and that
// change rules but no state, separated by commas; set when a release is built.
var Upgrades = ""

// upgradeNames is the list of them.
func upgradeNames() []string {
	return strings.FieldsFunc(Upgrades, func(r rune) bool { return r == ',' })
}

// KnowsUpgrade reports whether this program makes the blocks from that upgrade on.
func KnowsUpgrade(name string) bool {
	return slices.Contains(upgradeNames(), name) || app.Migrates(name)
}

// UpgradeInfo is what a node leaves in its home when it halts for an upgrade, in
// the form that cosmovisor reads.
type UpgradeInfo struct {
	Name   string `json:"name"`
	Height int64  `json:"height"`
	Info   string `json:"info"`
}

// UpgradeNeeded is the error of Run when the next block belongs to another binary.
type UpgradeNeeded = app.UpgradeNeeded

func upgradeInfoFile(home string) string { return filepath.Join(dataDir(home), "upgrade-info.json") }

// maxUpgradeInfoBytes bounds the file: a plan's info, escaped.
const maxUpgradeInfoBytes = 1 << 20

// ReadUpgradeInfo returns what the upgrade is that the node of a home halted for
// last, nil if it never did.
func ReadUpgradeInfo(home string) (*UpgradeInfo, error) {
	path := upgradeInfoFile(home)
	st, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if st.Size() > maxUpgradeInfoBytes {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxUpgradeInfoBytes)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	info := &UpgradeInfo{}
	if err := json.Unmarshal(raw, info); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return info, nil
}

// leaveUpgradeInfo writes down what the node halts for, if it does so for an
// upgrade.
func leaveUpgradeInfo(home string, halt error) error {
	var needed *UpgradeNeeded
	if !errors.As(halt, &needed) {
		return halt
	}
	raw, err := json.Marshal(UpgradeInfo{needed.Name, needed.Height, needed.Info})
	if err != nil {
		return errors.Join(halt, err)
	}
	temporary := upgradeInfoFile(home) + ".new"
	if err := os.WriteFile(temporary, append(raw, '\n'), 0o644); err != nil {
		return errors.Join(halt, err)
	}
	return errors.Join(halt, os.Rename(temporary, upgradeInfoFile(home)))
}

// Checksum is the SHA-256, as 64 hexadecimal digits, that the plan names for the
// binary of a platform such as "linux/amd64"; "" if it names none. A plan's info is
// {"binaries":{"linux/amd64":"URL?checksum=sha256:HEX"}}, with the key "any" for all
// others; the URL may be missing. Info that is no JSON object names none.
func (u *UpgradeInfo) Checksum(platform string) (string, error) {
	if !strings.HasPrefix(strings.TrimSpace(u.Info), "{") {
		return "", nil
	}
	var info struct {
		Binaries map[string]string `json:"binaries"`
	}
	if err := json.Unmarshal([]byte(u.Info), &info); err != nil {
		return "", fmt.Errorf("the info of upgrade %q: %w", u.Name, err)
	}
	text, ok := info.Binaries[platform]
	if !ok {
		text, ok = info.Binaries["any"]
	}
	if !ok {
		return "", nil
	}
	sum := text
	if at, err := url.Parse(text); err == nil && at.Query().Has("checksum") {
		sum = at.Query().Get("checksum")
	}
	hex, ok := strings.CutPrefix(sum, "sha256:")
	if !ok {
		return "", nil
	}
	if hex = strings.ToLower(hex); len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return "", fmt.Errorf("the info of upgrade %q: %.100q is no SHA-256 of 64 hexadecimal digits", u.Name, sum)
	}
	return hex, nil
}
