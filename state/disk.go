package state

import (
	"fmt"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// disk stands between pebble and the file system. Pebble answers a failed
// write of its log or manifest with a panic or the end of the process, partly
// while its locks are in a state in which not even a panic can unwind. So once
// the database is open no write error reaches it: the error becomes the
// store's fault, and the goroutine that met it stands still. Reads pass
// through; their errors come back as errors.
type disk struct {
	vfs.FS
	faults *faults
	armed  atomic.Bool // from the end of Open to the begin of Close
}

// done passes err on, or if the database is open reports it and never returns.
func (d *disk) done(what, name string, err error) error {
	if err == nil || !d.armed.Load() {
		return err
	}
	d.faults.report(fmt.Errorf("database: %s %s: %w", what, name, err))
	select {}
}

// watch passes on what opening a file for writing returned.
func (d *disk) watch(what, name string, f vfs.File, err error) (vfs.File, error) {
	if err = d.done(what, name, err); err != nil {
		return nil, err
	}
	return &diskFile{f, d, name}, nil
}

// Create implements vfs.FS.
func (d *disk) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := d.FS.Create(name, category)
	return d.watch("creating", name, f, err)
}

// OpenReadWrite implements vfs.FS.
func (d *disk) OpenReadWrite(name string, category vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	f, err := d.FS.OpenReadWrite(name, category, opts...)
	return d.watch("opening", name, f, err)
}

// OpenDir implements vfs.FS; directories are opened to be synced.
func (d *disk) OpenDir(name string) (vfs.File, error) {
	f, err := d.FS.OpenDir(name)
	return d.watch("opening", name, f, err)
}

// ReuseForWrite implements vfs.FS.
func (d *disk) ReuseForWrite(oldname, newname string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := d.FS.ReuseForWrite(oldname, newname, category)
	return d.watch("reusing", newname, f, err)
}

// Link implements vfs.FS.
func (d *disk) Link(oldname, newname string) error {
	return d.done("linking", newname, d.FS.Link(oldname, newname))
}

// Rename implements vfs.FS.
func (d *disk) Rename(oldname, newname string) error {
	return d.done("renaming to", newname, d.FS.Rename(oldname, newname))
}

// Unwrap implements vfs.FS.
func (d *disk) Unwrap() vfs.FS { return d.FS }

// diskFile is a file that is written to, or a directory that is synced.
type diskFile struct {
	vfs.File
	disk *disk
	name string
}

// Write implements vfs.File.
func (f *diskFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	return n, f.disk.done("writing", f.name, err)
}

// WriteAt implements vfs.File.
func (f *diskFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	return n, f.disk.done("writing", f.name, err)
}

// Sync implements vfs.File.
func (f *diskFile) Sync() error { return f.disk.done("syncing", f.name, f.File.Sync()) }

// SyncData implements vfs.File.
func (f *diskFile) SyncData() error { return f.disk.done("syncing", f.name, f.File.SyncData()) }

// SyncTo implements vfs.File.
func (f *diskFile) SyncTo(length int64) (bool, error) {
	full, err := f.File.SyncTo(length)
	return full, f.disk.done("syncing", f.name, err)
}

// Close implements vfs.File.
func (f *diskFile) Close() error { return f.disk.done("closing", f.name, f.File.Close()) }
