package abci

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/cometbft/cometbft/abci/types"

	"github.com/weftchain/weft/state/snapshot"
)

// SnapshotOptions say whether and when snapshots of the state are made, for other
// nodes that join.
type SnapshotOptions struct {
	// Keeper keeps them; nil: none are made and none are served.
	Keeper *snapshot.Keeper
	// Interval is after how many blocks one is made; 0 makes none.
	Interval int64
	// Keep is how many of the newest are kept.
	Keep int
	// Made is told of each one that was made, or why none was. It may be nil.
	Made func(s snapshot.Snapshot, err error)
	// Taking is told of the steps of a state sync. It may be nil.
	Taking func(Taking)
}

// Taking is a step of taking a snapshot from others.
type Taking struct {
	Height int64
	// Chunk is how many of them are there: 0 when the first is asked for.
	Chunk, Of int
	// Err is why the snapshot was refused.
	Err error
}

// tell tells of the restoration at hand.
func (s *Server) tell(r *restoration, err error) {
	if f := s.opts.Snapshots.Taking; f != nil {
		f(Taking{r.snapshot.Height, int(r.next), len(r.snapshot.Digests), err})
	}
}

// maxOffered is how many snapshots a peer is told of; CometBFT takes no more.
const maxOffered = 10

// restoration is a snapshot that is being restored.
type restoration struct {
	snapshot snapshot.Snapshot
	next     uint32
	into     *io.PipeWriter
	done     chan struct{} // closed when it has ended
	err      error         // what came of it; read after done
}

// makeSnapshot makes a snapshot of the last commit behind the blocks, if it is
// time for one. One that takes longer than the interval is not overtaken.
func (s *Server) makeSnapshot() {
	o := s.opts.Snapshots
	height, _ := s.app.Info()
	if o.Keeper == nil || o.Interval <= 0 || height%o.Interval != 0 {
		return
	}
	view := s.app.View()
	s.behind.Go(func() {
		made, err := o.Keeper.Make(s.life, view)
		if err == nil {
			err = o.Keeper.Prune(o.Keep)
		}
		if errors.Is(err, snapshot.ErrBusy) || s.life.Err() != nil {
			return
		}
		if o.Made != nil {
			o.Made(made, err)
		}
	})
}

// Close ends what goes on behind the blocks: the making and the restoring of
// snapshots.
func (s *Server) Close() {
	s.end()
	if s.restoring != nil {
		s.restoring.drop()
	}
	s.behind.Wait()
}

// ListSnapshots tells peers what snapshots there are.
func (s *Server) ListSnapshots(context.Context, *types.RequestListSnapshots) (*types.ResponseListSnapshots, error) {
	res := &types.ResponseListSnapshots{}
	if s.opts.Snapshots.Keeper == nil {
		return res, nil
	}
	list, err := s.opts.Snapshots.Keeper.List()
	if err != nil {
		return res, err // told to CometBFT's log; a peer gets none
	}
	for _, found := range list[:min(len(list), maxOffered)] {
		res.Snapshots = append(res.Snapshots, &types.Snapshot{
			Height: uint64(found.Height), Format: snapshot.Format, Chunks: uint32(len(found.Digests)),
			Hash: found.Hash(), Metadata: found.Metadata(),
		})
	}
	return res, nil
}

// LoadSnapshotChunk returns a chunk for a peer; an empty one if there is none.
func (s *Server) LoadSnapshotChunk(_ context.Context, req *types.RequestLoadSnapshotChunk) (*types.ResponseLoadSnapshotChunk, error) {
	res := &types.ResponseLoadSnapshotChunk{}
	if s.opts.Snapshots.Keeper == nil || req.Format != snapshot.Format || req.Height > 1<<62 {
		return res, nil
	}
	data, err := s.opts.Snapshots.Keeper.Chunk(int64(req.Height), req.Chunk)
	if errors.Is(err, snapshot.ErrNone) {
		return res, nil
	}
	res.Chunk = data
	return res, err
}

// OfferSnapshot begins to restore a snapshot of a peer, whose app hash CometBFT
// has verified. All else that it says is believed when the state is there.
func (s *Server) OfferSnapshot(_ context.Context, req *types.RequestOfferSnapshot) (*types.ResponseOfferSnapshot, error) {
	if s.restoring != nil { // CometBFT gave it up
		s.restoring.drop()
		s.restoring = nil
	}
	offered := req.Snapshot
	switch {
	case offered == nil || offered.Height == 0 || offered.Height > 1<<62:
		return &types.ResponseOfferSnapshot{Result: types.ResponseOfferSnapshot_REJECT}, nil
	case offered.Format != snapshot.Format:
		return &types.ResponseOfferSnapshot{Result: types.ResponseOfferSnapshot_REJECT_FORMAT}, nil
	}
	found, err := snapshot.FromMetadata(int64(offered.Height), offered.Chunks, offered.Metadata, offered.Hash)
	if err != nil {
		return &types.ResponseOfferSnapshot{Result: types.ResponseOfferSnapshot_REJECT}, nil //nolint:nilerr // the peer's mistake
	}
	if height, _ := s.app.Info(); height != 0 {
		return nil, s.fault("state sync", fmt.Errorf("the state is at height %d, it must be empty", height))
	}
	from, into := io.Pipe()
	r := &restoration{snapshot: found, into: into, done: make(chan struct{})}
	s.behind.Go(func() {
		defer close(r.done)
		r.err = s.app.Restore(from, found.Height, req.AppHash)
		_ = from.CloseWithError(errRestored) // who still writes gets this
	})
	s.restoring = r
	s.tell(r, nil)
	return &types.ResponseOfferSnapshot{Result: types.ResponseOfferSnapshot_ACCEPT}, nil
}

var (
	errRestored = errors.New("the restoration has ended")
	errDropped  = errors.New("the restoration was given up")
)

// drop ends a restoration and waits until it has ended.
func (r *restoration) drop() {
	_ = r.into.CloseWithError(errDropped)
	<-r.done
}

// ApplySnapshotChunk takes the next chunk. One that is not what the metadata says
// is fetched again, from somebody else.
func (s *Server) ApplySnapshotChunk(_ context.Context, req *types.RequestApplySnapshotChunk) (*types.ResponseApplySnapshotChunk, error) {
	r := s.restoring
	if r == nil {
		return &types.ResponseApplySnapshotChunk{Result: types.ResponseApplySnapshotChunk_ABORT}, nil
	}
	if req.Index != r.next || int64(req.Index) >= int64(len(r.snapshot.Digests)) {
		return &types.ResponseApplySnapshotChunk{Result: types.ResponseApplySnapshotChunk_RETRY_SNAPSHOT}, nil
	}
	if sha256.Sum256(req.Chunk) != r.snapshot.Digests[req.Index] {
		return &types.ResponseApplySnapshotChunk{
			Result: types.ResponseApplySnapshotChunk_RETRY, RefetchChunks: []uint32{req.Index}, RejectSenders: []string{req.Sender},
		}, nil
	}
	r.next++
	_, err := r.into.Write(req.Chunk)
	last := int(r.next) == len(r.snapshot.Digests)
	if err == nil && !last {
		s.tell(r, nil)
		return &types.ResponseApplySnapshotChunk{Result: types.ResponseApplySnapshotChunk_ACCEPT}, nil
	}
	_ = r.into.Close()
	<-r.done
	err = r.err
	s.restoring = nil
	switch {
	case err == nil && last:
		s.tell(r, nil)
		return &types.ResponseApplySnapshotChunk{Result: types.ResponseApplySnapshotChunk_ACCEPT}, nil
	case err == nil || snapshot.IsRefusal(err):
		s.tell(r, cmp.Or(err, errRestored))
		return &types.ResponseApplySnapshotChunk{Result: types.ResponseApplySnapshotChunk_REJECT_SNAPSHOT}, nil
	}
	return nil, s.fault("state sync", err)
}
