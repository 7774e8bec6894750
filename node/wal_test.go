package node

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/consensus"
	"github.com/stretchr/testify/require"
)

// ends are the heights whose end a log notes.
func ends(t *testing.T, file string) (heights []int64) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	in := consensus.NewWALDecoder(bytes.NewReader(text))
	for {
		m, err := in.Decode()
		if err != nil {
			require.EqualError(t, err, "EOF")
			return heights
		}
		if end, ok := m.Msg.(consensus.EndHeightMessage); ok {
			heights = append(heights, end.Height)
		}
	}
}

// TestCompleteWAL: the note is added once, to a log that is there or not, after
// what can be read.
func TestCompleteWAL(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cs.wal", "wal")
	complete := func(height int64, want bool) {
		t.Helper()
		added, err := completeWAL(file, height)
		require.NoError(t, err)
		require.Equal(t, want, added)
	}
	complete(0, false)
	require.NoFileExists(t, file)
	complete(7, true)
	complete(7, false)
	require.Equal(t, []int64{0, 7}, ends(t, file))
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.Write([]byte{1, 2, 3, 4, 0, 0, 0, 99, 5}) // killed while it wrote 99 bytes
	require.NoError(t, err)
	require.NoError(t, f.Close())
	complete(7, false)
	complete(8, true)
	require.Equal(t, []int64{0, 7, 8}, ends(t, file))
}

// TestSyncedNote: one note, of the latest block, behind what consensus wrote.
func TestSyncedNote(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for name, before := range map[string][]int64{"a new node": nil, "one that was away": {0, 7}} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "cs.wal", "wal")
			if before != nil {
				_, err := completeWAL(file, 7)
				require.NoError(t, err)
			}
			var note syncedNote
			for h := int64(100); h < 400; h++ {
				require.NoError(t, note.write(file, h, now.Add(time.Duration(h)*time.Millisecond)))
			}
			require.Equal(t, append(before, 399), ends(t, file))
			there, err := walHasEnd(file, 399)
			require.NoError(t, err)
			require.True(t, there)
		})
	}
}
