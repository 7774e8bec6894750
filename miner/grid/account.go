package grid

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/weftchain/weft/app/lottery/target"
)

// Stats are a coordinator's accounts.
type Stats struct {
	Time    string  `json:"time"`
	ChainID string  `json:"chain_id"`
	Payout  string  `json:"payout"`
	Epoch   uint64  `json:"epoch"`
	Workers int     `json:"workers_connected"`
	Rate    float64 `json:"hashes_per_second"`
	// Refused is how many connections were turned away.
	Refused uint64    `json:"connections_refused"`
	Tickets uint64    `json:"tickets"`
	List    []Account `json:"workers"`
}

// Account is what one worker did. Work is in hashes, as its shares prove them on
// average.
type Account struct {
	Worker    string  `json:"worker"`
	Connected bool    `json:"connected"`
	Address   string  `json:"address"`
	Threads   int     `json:"threads"`
	Seen      string  `json:"last_seen"`
	Rate      float64 `json:"hashes_per_second"`
	ShareWork uint64  `json:"hashes_per_share"`
	Work      uint64  `json:"work"`
	Shares    uint64  `json:"shares"`
	Stale     uint64  `json:"stale"`
	Invalid   uint64  `json:"invalid"`
	Duplicate uint64  `json:"duplicate"`
	Tickets   uint64  `json:"tickets"`
	Banned    string  `json:"banned_until,omitempty"`
	// Epochs is the work by epoch, the last 64: what a payout can be shared by.
	Epochs map[uint64]uint64 `json:"epochs"`
}

// keptEpochs is for how many epochs an account knows the work; a chain keeps its
// counts as long.
const keptEpochs = 64

// The window in which a worker's shares are judged, and what is too many.
const (
	judgedShares = 100
	badShares    = 5 // of a window
)

// worker is one name: it outlives its connections.
type worker struct {
	a      Account
	prefix uint32
	live   *session
	jobs   []job
	nextID uint64
	// seen are the shares of the open epochs.
	seen map[uint64]map[[2]uint64]bool
	// good and bad are those of the window.
	good, bad int
	banned    time.Time
	// Since the last retarget.
	credited uint64
	since    time.Time
	work     uint64 // hashes of a share
}

// job is one that a worker was given.
type job struct {
	id     string
	epoch  uint64
	target target.Target
}

// Bounds of one worker.
const (
	maxJobs    = 8
	maxSeen    = 1 << 16 // shares of one epoch
	openEpochs = 2       // the one that is mined and the one in its grace blocks
)

// credit books a share that is right.
func (w *worker) credit(epoch, work uint64, isTicket bool) {
	w.a.Shares++
	w.a.Work += work
	w.credited += work
	if isTicket {
		w.a.Tickets++
	}
	w.a.Epochs[epoch] += work
	for e := range w.a.Epochs {
		if e+keptEpochs <= epoch {
			delete(w.a.Epochs, e)
		}
	}
	w.judge(true)
}

// first notes a share; it reports false if it was brought before, or if there
// are more of one epoch than are remembered.
func (w *worker) first(epoch, extranonce, nonce uint64) bool {
	list, share := w.seen[epoch], [2]uint64{extranonce, nonce}
	if list == nil {
		list = map[[2]uint64]bool{}
		w.seen[epoch] = list
	}
	for e := range w.seen {
		if e+openEpochs <= epoch {
			delete(w.seen, e)
		}
	}
	if list[share] || len(list) >= maxSeen {
		return false
	}
	list[share] = true
	return true
}

// judge counts a share in its window; it reports whether there are too many bad
// ones.
func (w *worker) judge(good bool) (liar bool) {
	if good {
		w.good++
	} else {
		w.bad++
	}
	liar = w.bad >= badShares
	if w.good+w.bad >= judgedShares {
		w.good, w.bad = 0, 0
	}
	return liar
}

// The pace of shares.
const (
	shareEvery    = 5 * time.Second
	retargetEvery = 15 * time.Second
	retargetStep  = 4 // the work of a share changes by this factor at most
	hastyShares   = 16
)

// The rates that a new worker's thread is believed to have.
const (
	firstCheap = 1 << 20
	firstDear  = 1 << 9
)

// retarget sets the work of a share by what came since the last time. It reports
// whether that changed by a quarter or more. most is that of a ticket: each
// ticket must be a share.
func (w *worker) retarget(now time.Time, most uint64) bool {
	passed := now.Sub(w.since)
	if passed < retargetEvery && (w.credited < hastyShares*w.work || passed < time.Second) {
		return false
	}
	rate := float64(w.credited) / passed.Seconds()
	if w.a.Rate == 0 {
		w.a.Rate = rate
	}
	w.a.Rate += (rate - w.a.Rate) / 2
	want := uint64(rate * shareEvery.Seconds())
	want = min(max(want, w.work/retargetStep, 1), w.work*retargetStep, max(most, 1))
	w.credited, w.since = 0, now
	if want == w.work || (4*want < 5*w.work && 4*want > 3*w.work && want != most) {
		return false
	}
	w.work = want
	return true
}

// ledger is the file of accounts.
type ledger struct {
	Schema  int       `json:"schema"`
	ChainID string    `json:"chain_id"`
	Payout  string    `json:"payout"`
	List    []Account `json:"workers"`
}

const maxLedgerBytes = 64 << 20

// load reads the accounts of an earlier run.
func (s *Server) load() error {
	if s.o.File == "" {
		return nil
	}
	file, err := os.Open(s.o.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	var l ledger
	if err := json.NewDecoder(io.LimitReader(file, maxLedgerBytes)).Decode(&l); err != nil {
		return fmt.Errorf("%s: %w; move it away to begin anew", s.o.File, err)
	}
	if l.ChainID != s.o.ChainID || l.Payout != s.o.Payout {
		return fmt.Errorf("%s has the accounts of %s on %s; move it away to begin anew", s.o.File, l.Payout, l.ChainID)
	}
	for _, a := range l.List {
		if CheckName(a.Worker) != nil || len(s.workers) >= maxNames {
			continue
		}
		if a.Epochs == nil {
			a.Epochs = map[uint64]uint64{}
		}
		a.Connected, a.Rate, a.Banned = false, 0, ""
		s.workers[a.Worker] = &worker{a: a, seen: map[uint64]map[[2]uint64]bool{}}
	}
	return nil
}

// save writes the accounts, whole or not at all.
func (s *Server) save() error {
	if s.o.File == "" {
		return nil
	}
	l := ledger{Schema: 1, ChainID: s.o.ChainID, Payout: s.o.Payout, List: s.Stats().List}
	raw, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return err
	}
	next := s.o.File + ".new"
	if err := os.WriteFile(next, append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(next, s.o.File)
}

// Stats are the accounts now, by the workers' names.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Stats{
		Time: time.Now().UTC().Format(time.RFC3339), ChainID: s.o.ChainID, Payout: s.o.Payout, Refused: s.refused, List: []Account{},
	}
	if s.work != nil {
		out.Epoch = s.work.Header.Epoch
	}
	for _, name := range slices.Sorted(maps.Keys(s.workers)) {
		w := s.workers[name]
		a := w.a
		a.Epochs, a.Connected, a.ShareWork = maps.Clone(w.a.Epochs), w.live != nil, w.work
		if time.Now().Before(w.banned) {
			a.Banned = w.banned.UTC().Format(time.RFC3339)
		}
		if w.live != nil {
			out.Workers++
			out.Rate += a.Rate
		} else {
			a.Rate = 0
		}
		out.Tickets += a.Tickets
		out.List = append(out.List, a)
	}
	return out
}
