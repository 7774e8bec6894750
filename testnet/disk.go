package testnet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// ErrImpossible says that a manifest asks for what this machine does not allow.
var ErrImpossible = errors.New("not possible on this machine")

// defaultDisk is the size of a small disk, in bytes.
const defaultDisk = 64 << 20

// smallDisk holds the data of a node on a file system of its own, in memory, which
// can be filled. Nothing of it is left when the process that made it is gone.
type smallDisk struct {
	root *os.File // keeps it alive
	path string   // by which this process and others reach it
	data string   // the folder of the node that is a link to it meanwhile
}

// canMount says why there can be no small disk on this machine.
func canMount() error {
	root, _, err := mountMemory(minDisk)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrImpossible, err)
	}
	return root.Close()
}

// ballast is the file that fills a disk.
const ballast = "ballast"

// newSmallDisk moves the data of a node that does not run to a small disk.
func newSmallDisk(n Node, size int64) (*smallDisk, error) {
	if size == 0 {
		size = defaultDisk
	}
	root, path, err := mountMemory(size)
	if err != nil {
		return nil, fmt.Errorf("a disk of %d bytes: %w", size, err)
	}
	d := &smallDisk{root: root, path: path, data: filepath.Join(n.Home, "data")}
	if err := os.CopyFS(d.folder(), os.DirFS(d.data)); err != nil {
		return nil, errors.Join(fmt.Errorf("the data of %s on a disk of %d bytes: %w", n.Name, size, err), root.Close())
	}
	if err := os.RemoveAll(d.data); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return d, os.Symlink(d.folder(), d.data)
}

func (d *smallDisk) folder() string { return filepath.Join(d.path, "data") }

// fill leaves no byte.
func (d *smallDisk) fill() error {
	f, err := os.OpenFile(filepath.Join(d.path, ballast), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, zeros{})
	if closed := f.Close(); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the disk is not full: %w", errors.Join(err, closed))
	}
	return nil
}

// zeros has no end.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// free makes room again.
func (d *smallDisk) free() error {
	if err := os.Remove(filepath.Join(d.path, ballast)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// end moves the data back to where they were. The node does not run.
func (d *smallDisk) end() error {
	err := os.Remove(d.data)
	if err == nil {
		err = os.CopyFS(d.data, os.DirFS(d.folder()))
	}
	return errors.Join(err, d.root.Close())
}

// smallDisk has a node go on with its data on a small disk.
func (r *Runner) smallDisk(name string, size int64) error {
	if r.disks[name] != nil {
		return fmt.Errorf("the data of %s are on a small disk already", name)
	}
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	runs := false
	for _, st := range r.s.states() {
		runs = runs || st.Name == name && (st.Mode == Running || st.Mode == Paused)
	}
	if runs {
		if _, err := r.s.Do(Deed{Do: "stop", Node: name}); err != nil {
			return err
		}
	}
	disk, err := newSmallDisk(*n, size)
	if err != nil {
		return err
	}
	r.disks[name] = disk
	if runs {
		_, err = r.s.Do(Deed{Do: "start", Node: name})
	}
	return err
}

// fill fills the small disk of a node.
func (r *Runner) fill(name string) error {
	disk := r.disks[name]
	if disk == nil {
		return fmt.Errorf("%s has no small disk: the step small-disk gives it one", name)
	}
	return disk.fill()
}

// endDisks gives all nodes their disks back, when none runs.
func (r *Runner) endDisks() {
	for name, disk := range r.disks { //weft:sorted each on its own
		if err := disk.end(); err != nil {
			r.say(fmt.Sprintf("the data of %s: %v", name, err))
		}
	}
}
