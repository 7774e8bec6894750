package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Limits of what a machine must have.
const (
	freeDiskMin  = 5 << 30
	fsyncMax     = 50 * time.Millisecond
	openFilesMin = 4096
	secretMode   = 0o077 // bits that nobody but the owner may have
)

// folder is the data folder, or the nearest one above it that is there.
func (p Patient) folder() string {
	dir := filepath.Join(p.Home, "data")
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func (p Patient) disk() Finding {
	free, err := freeBytes(p.folder())
	if errors.Is(err, errors.ErrUnsupported) {
		return verdict("disk space", true, "not known on this system", "", "")
	}
	if err != nil {
		return verdict("disk space", false, err.Error(), "", "Look at the disk of "+p.folder())
	}
	return verdict("disk space", free >= freeDiskMin, fmt.Sprintf("%.1f GiB free", float64(free)/(1<<30)), fmt.Sprintf("at least %d GiB", freeDiskMin>>30),
		"Make room, move data to a larger disk, or keep less: pruning and min-retain-blocks in app.toml.")
}

// fsyncTimes is how often the disk is asked.
const fsyncTimes = 15

// fsync measures what a commit waits for: a synced write of 4 KiB.
func (p Patient) fsync() Finding {
	limit := fmt.Sprintf("at most %s, the middle of %d", fsyncMax, fsyncTimes)
	median, err := fsyncTime(p.folder())
	if err != nil {
		return verdict("fsync", false, err.Error(), limit, "Make the folder writable for the user who runs the node.")
	}
	return verdict("fsync", median <= fsyncMax, median.Round(10*time.Microsecond).String(), limit,
		"Each block waits for this several times. Take a local SSD or NVMe, or end what else writes to the disk.")
}

func fsyncTime(dir string) (median time.Duration, err error) {
	f, err := os.CreateTemp(dir, ".weft-doctor-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	times := make([]time.Duration, fsyncTimes)
	page := make([]byte, 4096)
	for i := range times {
		began := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	return times[fsyncTimes/2], nil
}

func (p Patient) files() Finding {
	n, err := openFiles()
	if err != nil {
		return verdict("open files", true, "not known on this system", "", "")
	}
	return verdict("open files", n >= openFilesMin, fmt.Sprintf("%d", n), fmt.Sprintf("at least %d", openFilesMin),
		"Raise it: LimitNOFILE=65536 in the systemd unit, or ulimit -n.")
}

// modes looks who may read the secrets.
func (p Patient) modes() []Finding {
	c := p.Config.Comet
	var list []Finding
	for _, path := range []string{c.NodeKeyFile(), c.PrivValidatorKeyFile()} {
		st, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // keys() has said what is missing
		}
		if err != nil {
			list = append(list, verdict("secret file", false, err.Error(), "", "Make it readable for the user who runs the node."))
			continue
		}
		mode := st.Mode().Perm()
		list = append(list, verdict("secret file", !hasModes || mode&secretMode == 0, fmt.Sprintf("%s has mode %04o", path, mode), "the owner alone",
			"chmod 600 "+path))
	}
	return list
}
