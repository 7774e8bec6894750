package node

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/cometbft/cometbft/consensus"
)

func (n *running) completeWAL() error {
	height := n.rpcEnv.ConsensusState.GetState().LastBlockHeight
	added, err := completeWAL(n.cfg.Comet.Consensus.WalFile(), height)
	if err != nil {
		return fmt.Errorf("%s: %w", n.cfg.Comet.Consensus.WalFile(), err)
	}
	if added {
		n.log.Info("the log of consensus messages lacked the end of the last block; it is added", "height", height)
	}
	return nil
}

// completeWAL notes in CometBFT's log of consensus messages that the state's block
// is done, if the log does not say so, and whether it had to. A node that is killed
// between the block store and that note executes the block in the next handshake,
// which notes nothing. CometBFT finds no place from where to read the log then: of
// what it signs now it would know nothing after one more kill, nor sign it again,
// and a chain with no third of the power to spare would stand still for ever.
//
// It must be called after the handshake, before anything is signed.
func completeWAL(file string, height int64) (added bool, err error) {
	if height == 0 {
		return false, nil // CometBFT begins a log with the end of block 0
	}
	there, err := walHasEnd(file, height)
	if err != nil || there {
		return false, err
	}
	if err := dropTornEnd(file); err != nil {
		return false, err
	}
	wal, err := consensus.NewWAL(file)
	if err != nil {
		return false, err
	}
	if err := wal.Start(); err != nil {
		return false, err
	}
	err = wal.WriteSync(consensus.EndHeightMessage{Height: height})
	err = errors.Join(err, wal.Stop())
	wal.Wait()
	return err == nil, err
}

// syncedNote keeps the note of the last block in the log while blocks are taken from
// others, which CometBFT does not: a validator that is killed in the first block
// after that would be as mute as above. The log is closed then, and the note takes
// the place of the one before it.
type syncedNote struct {
	placed bool
	at     int64 // where it stands, if it does
}

func (s *syncedNote) write(file string, height int64, now time.Time) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if !s.placed {
		if s.at, err = readableBytes(f); err != nil {
			return err
		}
		s.placed = true
	}
	if err = f.Truncate(s.at); err != nil {
		return err
	}
	if _, err = f.Seek(s.at, io.SeekStart); err != nil {
		return err
	}
	return consensus.NewWALEncoder(f).Encode(&consensus.TimedWALMessage{Time: now, Msg: consensus.EndHeightMessage{Height: height}})
}

// noteSynced is called for each block that is durable, before CometBFT goes on.
func (n *running) noteSynced(height int64) {
	if n.comet == nil || !n.comet.IsRunning() || !n.comet.ConsensusReactor().WaitSync() {
		return
	}
	if err := n.synced.write(n.cfg.Comet.Consensus.WalFile(), height, time.Now()); err != nil {
		n.log.Warn("the log of consensus messages could not be written", "err", err)
	}
}

func walHasEnd(file string, height int64) (bool, error) {
	wal, err := consensus.NewWAL(file)
	if err != nil {
		return false, err
	}
	defer wal.Group().Close()
	rest, found, err := wal.SearchForEndHeight(height, &consensus.WALSearchOptions{IgnoreDataCorruptionErrors: true})
	if rest != nil {
		err = errors.Join(err, rest.Close())
	}
	return found, err
}

// dropTornEnd cuts off what cannot be read, which would hide all that follows.
func dropTornEnd(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	good, err := readableBytes(f)
	if err == nil {
		err = f.Truncate(good)
	}
	return errors.Join(err, f.Close())
}

// readableBytes is the length of all messages before the first broken one.
func readableBytes(f io.Reader) (int64, error) {
	in := &counter{in: bufio.NewReader(f)}
	messages := consensus.NewWALDecoder(in)
	for {
		before := in.read
		switch _, err := messages.Decode(); {
		case err == io.EOF || consensus.IsDataCorruptionError(err): //nolint:errorlint // as CometBFT compares
			return before, nil
		case err != nil:
			return 0, fmt.Errorf("reading the log of consensus messages: %w", err)
		}
	}
}

// counter counts what is read.
type counter struct {
	in   io.Reader
	read int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.read += int64(n)
	return n, err
}
