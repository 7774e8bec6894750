package node

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

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
