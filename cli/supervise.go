package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
)

func superviseFlags(f *pflag.FlagSet) {
	f.Bool("supervise", false, "run the node as a process, and go on with the next binary when it halts for an upgrade")
	f.String("upgrades", "", "folder of the next binaries, NAME/weft each (default HOME/upgrades)")
}

// childPatience is how long a node may take to end.
const childPatience = time.Minute

// upgradeBinary is where the binary of an upgrade lies.
func upgradeBinary(home, dir, name string) string {
	if dir == "" {
		dir = filepath.Join(home, "upgrades")
	}
	binary := "weft"
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	return filepath.Join(dir, name, binary)
}

// supervise runs the node as a process of the binary that is due, and of the next
// one whenever it halts for an upgrade. It ends with the node in all other cases:
// to start a node again that failed is the business of systemd or the like.
func (r *run) supervise(o options) error {
	home, err := o.home()
	if err != nil {
		return err
	}
	for {
		before, err := node.ReadUpgradeInfo(home)
		if err != nil {
			return fail(exitConfig, "%w", err)
		}
		binary, err := r.dueBinary(o, home, before)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.err, "weft: %s runs the node\n", printable(binary))
		ended := r.runChild(binary)
		after, err := node.ReadUpgradeInfo(home)
		if err = errors.Join(ended, err); r.ctx.Err() != nil || after == nil || before != nil && *after == *before {
			return err
		}
		fmt.Fprintf(r.err, "weft: upgrade %s at height %d\n", printable(after.Name), after.Height)
	}
}

// dueBinary chooses the binary after the last upgrade: this one, if it knows that
// upgrade or there was none, else the one in the folder.
func (r *run) dueBinary(o options, home string, last *node.UpgradeInfo) (string, error) {
	self, err := os.Executable()
	if err != nil || last == nil {
		return self, err
	}
	node.Upgrades = Upgrades
	if node.KnowsUpgrade(last.Name) {
		return self, nil
	}
	path, err := filepath.Abs(upgradeBinary(home, o.GetString("upgrades"), last.Name))
	if err != nil {
		return "", err
	}
	sum, err := fileDigest(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", hint(fail(exitConfig, "upgrade %q is due at height %d and there is no %s", last.Name, last.Height, path),
			"Put the binary of the upgrade there and start again")
	}
	if err != nil {
		return "", fail(exitConfig, "%w", err)
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	want, err := last.Checksum(platform)
	switch {
	case err != nil:
		return "", fail(exitConfig, "%w", err)
	case want == "":
		fmt.Fprintf(r.err, "weft: warning: the plan names no SHA-256 for %s; %s has %s\n", platform, printable(path), sum)
	case want != sum:
		return "", hint(fail(exitCheck, "%s has the SHA-256 %s, the plan of upgrade %q says %s for %s", path, sum, last.Name, want, platform),
			"Get the binary anew from those who planned the upgrade")
	}
	return path, nil
}

// fileDigest is the SHA-256 of a file in hexadecimal digits.
func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// runChild runs the node with the arguments of this process until it ends, and
// ends it in order when this process shall.
func (r *run) runChild(binary string) error {
	cmd := exec.CommandContext(r.ctx, binary, childArgs(r.args)...)
	cmd.Stdout, cmd.Stderr = r.out, r.err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = childPatience
	ownGroup(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil || r.ctx.Err() != nil && cmd.ProcessState != nil && cmd.ProcessState.Success():
		return nil
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return fail(exit.ExitCode(), "the node ended: %w", err)
	}
	return fail(exitInternal, "%s: %w", binary, err)
}

// childArgs are the arguments without those of the supervisor.
func childArgs(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "--upgrades":
			i++
		case a == "--supervise" || strings.HasPrefix(a, "--supervise=") || strings.HasPrefix(a, "--upgrades="):
		default:
			out = append(out, a)
		}
	}
	return out
}
