package cli

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/weftchain/weft/testnet"
)

var _ testnet.Upgrader = (*testnetLauncher)(nil)

// HasNext implements testnet.Upgrader.
func (l *testnetLauncher) HasNext() error {
	if l.next == "" {
		return usage("the manifest needs a second binary: --next-binary FILE")
	}
	_, err := os.Stat(l.next)
	return err
}

// UseNext implements testnet.Upgrader.
func (l *testnetLauncher) UseNext(n testnet.Node) error {
	if l.upgraded == nil {
		l.upgraded = map[string]bool{}
	}
	l.upgraded[n.Name] = true
	return l.HasNext()
}

// Supervise implements testnet.Upgrader.
func (l *testnetLauncher) Supervise() { l.supervised = true }

// PutNext implements testnet.Upgrader.
func (l *testnetLauncher) PutNext(n testnet.Node, name string) (string, error) {
	if err := l.HasNext(); err != nil {
		return "", err
	}
	path := upgradeBinary(n.Home, "", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	if err := copyBinary(l.next, path); err != nil {
		return "", err
	}
	sum, err := fileDigest(path)
	if err != nil {
		return "", err
	}
	info, err := json.Marshal(map[string]any{"binaries": map[string]string{runtime.GOOS + "/" + runtime.GOARCH: "sha256:" + sum}})
	return string(info), err
}

// copyBinary links a file, or copies it where it cannot be linked.
func copyBinary(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
