package miner

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
)

// Journal keeps the tickets that were found and are in no block yet, so that a
// miner that was killed brings them when it starts again. Each process has a
// file of its own in a folder of the chain and payout; those of processes that
// are gone are taken over. What is written is safe from a crash of the program,
// not from one of the machine: a ticket is worth its epoch only.
type Journal struct {
	mu   sync.Mutex
	file *os.File
	size int64
	// open are the tickets that the file has and no block yet.
	open map[[32]byte]Found
	left []Found
}

// Bounds of the journal: a file is written anew from journalBytes on, and none
// is read beyond maxJournalBytes.
const (
	journalBytes    = 1 << 20
	maxJournalBytes = 64 << 20
	maxLineBytes    = 4 << 10
)

// entry is one line: a ticket, or that it need not be brought any more.
type entry struct {
	Digest     string `json:"digest"`
	Done       bool   `json:"done,omitempty"`
	Seed       string `json:"seed,omitempty"`
	Epoch      uint64 `json:"epoch,omitempty"`
	Algo       uint32 `json:"algo,omitempty"`
	Payout     string `json:"payout,omitempty"`
	Operator   string `json:"operator,omitempty"`
	Tag        string `json:"tag,omitempty"`
	Target     string `json:"target,omitempty"`
	Taken      int64  `json:"taken_until,omitempty"`
	Extranonce uint64 `json:"extranonce,omitempty"`
	Nonce      uint64 `json:"nonce,omitempty"`
	Mix        string `json:"mix,omitempty"`
}

func entryOf(f Found) entry {
	h := f.Work.Header
	return entry{
		Digest: hex.EncodeToString(f.Digest[:]), Seed: hex.EncodeToString(h.Seed[:]), Epoch: h.Epoch, Algo: uint32(h.Algo),
		Payout: hex.EncodeToString(h.Payout), Operator: hex.EncodeToString(h.Operator), Tag: hex.EncodeToString(h.Tag),
		Target: hex.EncodeToString(f.Work.Target[:]), Taken: f.Work.Taken, Extranonce: f.Extranonce, Nonce: f.Nonce, Mix: hex.EncodeToString(f.Mix),
	}
}

// found reads a line back. It computes the cheap half of the hash: a file that
// was damaged brings nothing to a node.
func (e entry) found() (f Found, err error) {
	part := func(text string) []byte {
		b, bad := hex.DecodeString(text)
		if bad != nil && err == nil {
			err = bad
		}
		return b
	}
	seed, limit := part(e.Seed), part(e.Target)
	w := &Work{Taken: e.Taken, Header: ticket.Header{
		Epoch: e.Epoch, Algo: ticket.Algo(e.Algo), Version: ticket.Version, Payout: part(e.Payout), Operator: part(e.Operator), Tag: part(e.Tag),
	}}
	f = Found{Work: w, Extranonce: e.Extranonce, Nonce: e.Nonce, Mix: part(e.Mix)}
	if err != nil {
		return f, err
	}
	if len(seed) != 32 || len(limit) != 32 {
		return f, errors.New("seed and target have 32 bytes")
	}
	w.Header.Seed, w.Target = [32]byte(seed), target.Target(limit)
	if err := w.Header.Check(); err != nil {
		return f, err
	}
	w.ready()
	if len(f.Mix) == 0 {
		f.Mix = nil
	}
	f.Digest, err = w.Header.Algo.CheckQuick(ticket.Inner(w.Prehash, f.Extranonce, f.Nonce), f.Mix, w.Target)
	return f, err
}

// OpenJournal opens the journal of this process in a folder, and takes over
// those that other processes left.
func OpenJournal(folder string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.ndjson"))
	if err != nil {
		return nil, err
	}
	j := &Journal{open: map[[32]byte]Found{}}
	var old []string
	for _, name := range files {
		pid, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(name), ".ndjson"))
		if err != nil || (pid != os.Getpid() && alive(pid)) {
			continue
		}
		if err := j.read(name); err != nil {
			return nil, err
		}
		old = append(old, name)
	}
	for _, f := range j.open {
		j.left = append(j.left, f)
	}
	name := filepath.Join(folder, strconv.Itoa(os.Getpid())+".ndjson")
	if err := j.rewrite(name); err != nil {
		return nil, err
	}
	for _, done := range old {
		if done != name {
			_ = os.Remove(done) // what it has is in ours
		}
	}
	return j, nil
}

// alive reports whether a process runs.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}

// read takes over a file. A last line that was cut off by a crash, or one that
// is damaged, is passed over.
func (j *Journal) read(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err != nil || info.Size() > maxJournalBytes {
		return fmt.Errorf("%s is longer than %d bytes: remove it", name, maxJournalBytes)
	}
	in := bufio.NewScanner(file)
	in.Buffer(make([]byte, 0, maxLineBytes), maxJournalBytes)
	for in.Scan() {
		var e entry
		if json.Unmarshal(bytes.TrimSpace(in.Bytes()), &e) != nil {
			continue
		}
		if e.Done {
			if d, err := hex.DecodeString(e.Digest); err == nil && len(d) == 32 {
				delete(j.open, [32]byte(d))
			}
			continue
		}
		if f, err := e.found(); err == nil && len(j.open) < maxWaiting {
			j.open[f.Digest] = f
		}
	}
	return in.Err()
}

// rewrite puts a file with the open tickets alone in the place of the one before.
func (j *Journal) rewrite(name string) error {
	next := name + ".new"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, f := range j.open {
		if err := enc.Encode(entryOf(f)); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	if _, err := file.Write(b.Bytes()); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := os.Rename(next, name); err != nil {
		return errors.Join(err, file.Close())
	}
	if j.file != nil {
		_ = j.file.Close()
	}
	j.file, j.size = file, int64(b.Len())
	return nil
}

// Left are the tickets that were in no block when the journal was opened.
func (j *Journal) Left() []Found { return j.left }

// Found writes a ticket down, before it is brought to anybody.
func (j *Journal) Found(f Found) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.open) >= maxWaiting {
		return nil // better ones are there already
	}
	j.open[f.Digest] = f
	return j.write(entryOf(f))
}

// Done notes that a ticket need not be brought again.
func (j *Journal) Done(digest [32]byte) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, known := j.open[digest]; !known {
		return nil
	}
	delete(j.open, digest)
	if j.size > journalBytes {
		return j.rewrite(strings.TrimSuffix(j.file.Name(), ".new"))
	}
	return j.write(entry{Digest: hex.EncodeToString(digest[:]), Done: true})
}

func (j *Journal) write(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	n, err := j.file.Write(append(line, '\n'))
	j.size += int64(n)
	return err
}

// Close ends the journal: without open tickets its file is removed.
func (j *Journal) Close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	name := strings.TrimSuffix(j.file.Name(), ".new")
	err := j.file.Close()
	if len(j.open) == 0 {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
