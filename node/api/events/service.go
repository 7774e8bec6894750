package events

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options are what a Service is made of.
type Options struct {
	// Path is the file of the index.
	Path    string
	ChainID string
	Source  Source
	// Retain is how many of the latest blocks stay in the index; 0 is all.
	Retain int64
	// Streams is how many readers may follow at once.
	Streams int
	Log     *slog.Logger
}

// Service keeps an index up to date and tells readers of what is new.
type Service struct {
	opts  Options
	index *Index
	wake  chan struct{}

	mu      sync.Mutex
	grew    chan struct{} // closed and replaced when the index has grown
	streams int

	ends context.Context
	end  context.CancelFunc
	done sync.WaitGroup
}

// Bounds of one transaction of the index: it is visible, and durable, at once.
const (
	batchBlocks = 200
	batchEvents = 5000
)

// retry is how long the indexer waits after an error, such as a full disk.
const retry = 5 * time.Second

// Start opens the index, brings it in line with the blocks, and indexes until
// Close.
func Start(opts Options) (*Service, error) {
	x, err := Open(opts.Path, opts.ChainID)
	if err != nil {
		return nil, err
	}
	s := &Service{opts: opts, index: x, wake: make(chan struct{}, 1), grew: make(chan struct{})}
	s.ends, s.end = context.WithCancel(context.Background())
	if err := s.align(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	s.done.Go(s.run)
	return s, nil
}

// Committed tells that a block is durable. It never waits.
func (s *Service) Committed() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Close ends all streams and the indexer.
func (s *Service) Close() error {
	s.mu.Lock() // no stream begins from here on
	s.end()
	s.mu.Unlock()
	s.done.Wait()
	return s.index.Close()
}

// align drops from the index what is not in the chain that the node has now:
// its data may have been restored from a backup, or rolled back.
func (s *Service) align() error {
	r, err := s.index.Range(s.ends)
	if err != nil {
		return err
	}
	fits := min(r.Last, s.opts.Source.Height())
	for ; fits >= r.First && fits > 0; fits-- {
		ours, err := s.index.hashAt(fits)
		if err != nil {
			return err
		}
		theirs := s.opts.Source.Hash(fits)
		if ours == nil || theirs == nil || bytes.Equal(ours, theirs) {
			break // a gap, or a block that is pruned: nothing speaks against it
		}
	}
	if fits < r.Last {
		s.opts.Log.Warn("the index of events is ahead of the blocks: it is cut", "from", fits+1, "to", r.Last)
		return s.index.cut(fits + 1)
	}
	return nil
}

func (s *Service) run() {
	for s.ends.Err() == nil {
		err := s.catchUp(s.ends)
		if err == nil {
			err = s.prune()
		}
		pause := (<-chan time.Time)(nil)
		if err != nil && s.ends.Err() == nil {
			s.opts.Log.Error("indexing events; it is tried again", "err", err)
			timer := time.NewTimer(retry)
			defer timer.Stop()
			pause = timer.C
		}
		select {
		case <-s.wake:
		case <-pause:
		case <-s.ends.Done():
		}
	}
}

// catchUp indexes all blocks that are durable and not indexed.
func (s *Service) catchUp(ctx context.Context) error {
	for ctx.Err() == nil {
		more, err := step(ctx, s.index, s.opts.Source, s.opts.Retain)
		if err != nil {
			return err
		}
		s.tell()
		if !more {
			return nil
		}
	}
	return nil
}

func (s *Service) prune() error {
	if s.opts.Retain == 0 {
		return nil
	}
	r, err := s.index.Range(s.ends)
	if err != nil {
		return err
	}
	for s.ends.Err() == nil {
		more, err := s.index.prune(r.Last-s.opts.Retain+1, batchBlocks)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// tell wakes the readers.
func (s *Service) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.grew)
	s.grew = make(chan struct{})
}

// growth returns what is closed when the index grows next.
func (s *Service) growth() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grew
}

// step indexes the next blocks, in one transaction, and reports whether there
// are more.
func step(ctx context.Context, x *Index, source Source, retain int64) (more bool, err error) {
	covered, err := rangeOf(ctx, x.write)
	if err != nil {
		return false, err
	}
	next, last := covered.Last+1, source.Height()
	if covered.Last == 0 {
		next = max(source.Base(), 1)
		if retain > 0 {
			next = max(next, last-retain+1)
		}
	}
	if last < next {
		return false, nil
	}
	var gaps []Record
	if base := source.Base(); base > next {
		gaps = append(gaps, gapRecord(next, base-1, "the node does not have these blocks"))
		next = base
	}
	var blocks []Block
	for count := 0; next <= last && len(blocks) < batchBlocks && count < batchEvents && ctx.Err() == nil; next++ {
		b, err := source.Block(next)
		switch {
		case errors.Is(err, ErrMissing):
			gaps = appendGap(gaps, next, "the node does not have the results of these blocks")
			count++
			continue
		case err != nil:
			return false, fmt.Errorf("block %d: %w", next, err)
		}
		blocks = append(blocks, b)
		count += len(b.Events)
		for _, tx := range b.Txs {
			count += len(tx.Events)
		}
	}
	return next <= last, x.add(blocks, gaps)
}

func appendGap(list []Record, height int64, reason string) []Record {
	if n := len(list); n > 0 && list[n-1].To == height-1 && list[n-1].Reason == reason {
		list[n-1].To = height
		return list
	}
	return append(list, gapRecord(height, height, reason))
}

// Rebuild makes an index anew and tells how far it is. Nothing else may use the
// file.
func Rebuild(ctx context.Context, opts Options, progress func(height, last int64)) (Range, error) {
	if err := Remove(opts.Path); err != nil {
		return Range{}, err
	}
	x, err := Open(opts.Path, opts.ChainID)
	if err != nil {
		return Range{}, err
	}
	for more := true; more; {
		if more, err = step(ctx, x, opts.Source, opts.Retain); err != nil {
			break
		}
		if err = ctx.Err(); err != nil {
			break
		}
		r, rangeErr := x.Range(ctx)
		if err = rangeErr; err != nil {
			break
		}
		progress(r.Last, opts.Source.Height())
	}
	r, rangeErr := x.Range(context.WithoutCancel(ctx))
	return r, errors.Join(err, rangeErr, x.Close())
}
