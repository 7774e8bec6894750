package miner

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/ticket"
)

// some finds tickets of a small chain.
func some(t *testing.T, c *chainOf, n int) []Found {
	t.Helper()
	w, err := c.Work(t.Context(), me)
	require.NoError(t, err)
	s := NewSearch(100)
	h, list := w.hasher(3), []Found{}
	for nonce := uint64(0); len(list) < n; nonce += 64 {
		s.batch(w, h, nonce, 64)
		for len(s.found) > 0 {
			list = append(list, <-s.found)
		}
	}
	return list[:n]
}

// TestJournal: what was found and is in no block is there after a crash, once;
// what a crash cut off and what was damaged is passed over.
func TestJournal(t *testing.T) {
	for _, algo := range []ticket.Algo{ticket.SHA256D, ticket.Argon2id} {
		folder := filepath.Join(t.TempDir(), "of", "one")
		list := some(t, newChain(t, algo, 4), 3)
		j, err := OpenJournal(folder)
		require.NoError(t, err)
		require.Empty(t, j.Left())
		for _, f := range list {
			require.NoError(t, j.Found(f))
		}
		require.NoError(t, j.Done(list[1].Digest))
		require.NoError(t, j.Done([32]byte{1}), "of another process")
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		text, err := os.ReadFile(files[0])
		require.NoError(t, err)
		gone := filepath.Join(folder, "999999999.ndjson") // a process that there is not
		require.NoError(t, os.Rename(files[0], gone))
		require.NoError(t, os.WriteFile(gone, append(text, `{"digest":"00","nonce":7,"seed":"zz"}`+"\n"+`{"dig`...), 0o600))

		again, err := OpenJournal(folder)
		require.NoError(t, err)
		require.Len(t, again.Left(), 2)
		require.NoFileExists(t, gone)
		for _, f := range again.Left() {
			require.Contains(t, [][32]byte{list[0].Digest, list[2].Digest}, f.Digest)
			require.Equal(t, list[0].Work.Prehash, f.Work.Prehash)
			require.NoError(t, again.Done(f.Digest))
		}
		require.NoError(t, again.Close())
		files, err = filepath.Glob(filepath.Join(folder, "*"))
		require.NoError(t, err)
		require.Empty(t, files, "nothing to remember")
	}
}

// TestJournalRewrites: a file does not grow with what is done.
func TestJournalRewrites(t *testing.T) {
	folder := t.TempDir()
	j, err := OpenJournal(folder)
	require.NoError(t, err)
	f := some(t, newChain(t, ticket.SHA256D, 4), 1)[0]
	for i := range 4000 {
		f.Digest[0], f.Digest[1] = byte(i), byte(i>>8)
		require.NoError(t, j.Found(f))
		require.NoError(t, j.Done(f.Digest))
	}
	require.Less(t, j.size, int64(journalBytes))
	require.NoError(t, j.Close())
}

// TestResume: a miner brings what an earlier one left.
func TestResume(t *testing.T) {
	c := newChain(t, ticket.SHA256D, 1<<40) // nothing is found now
	folder := t.TempDir()
	c.easy = 1 << 10
	left := some(t, c, 3)
	j, err := OpenJournal(folder)
	require.NoError(t, err)
	for _, f := range left {
		require.NoError(t, j.Found(f))
	}
	again, err := OpenJournal(folder) // without Close: a crash
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan Stats)
	go func() {
		s, _ := Run(ctx, Options{Source: c, Who: me, Found: make(chan Found), Journal: again, Every: 5 * time.Millisecond})
		done <- s
	}()
	require.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.taken[0]) == 3
	}, time.Minute, time.Millisecond)
	cancel()
	s := <-done
	require.Equal(t, [4]uint64{3, 0, 3, 0}, [4]uint64{s.Resumed, s.Found, s.Taken, s.Hashes})
	require.NoError(t, again.Close())
}

// TestPending: a ticket that a node took is brought again until a block has it,
// and given up when its epoch is over.
func TestPending(t *testing.T) {
	c := newChain(t, ticket.SHA256D, 16)
	list := some(t, c, 3)
	b := NewBoard("payout", false)
	m := &mine{o: Options{Who: me, Board: b}, search: NewSearch(100), pending: map[[32]byte]*pending{}}
	b.onIncluded(m.included)
	for _, f := range list {
		m.add(f)
	}
	for range list {
		f, _ := m.next()
		require.True(t, m.judged(f, nil))
	}
	m.included(list[0].Digest)
	m.included([32]byte{9}) // of another process
	m.again(time.Now())
	require.Equal(t, [2]int{0, 2}, [2]int{m.stats().Waiting, m.stats().Pending}, "not yet")
	m.again(time.Now().Add(bringAgain))
	require.Equal(t, 2, m.stats().Waiting)
	for range 2 {
		f, _ := m.next()
		require.True(t, m.judged(f, ErrKnown))
	}
	m.included(list[1].Digest)
	list[2].Work.Taken, m.s.Height = 7, 8
	m.again(time.Now().Add(2 * bringAgain))
	s := m.stats()
	require.Equal(t, [4]uint64{3, 3, 2, 1}, [4]uint64{s.Found, s.Taken, s.Included, s.Lost})
	require.Zero(t, s.Pending+s.Waiting)
}
