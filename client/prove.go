package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	cometcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	rpc "github.com/cometbft/cometbft/rpc/client"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/state/proof"
)

// Proven is state that the validators have signed: the value of a key, or that
// there is none.
type Proven struct {
	Store string
	Key   []byte
	Value []byte // nil: proven to be absent
	At    Anchor
}

// Anchor is the signed header that state was proven against.
type Anchor struct {
	// Height is the height of the state; the header is that of the next block,
	// which names the state's hash.
	Height int64
	Header *types.Header
	// Age is how long before the question the header was signed.
	Age time.Duration
	// Signed of so many Validators have signed the header; both are 0 for a
	// header that a later one proves.
	Signed, Validators int
}

// Get returns the value of a key at a height, proven. Height 0 asks for the
// latest state; it may have to wait for the block that signs it. The error is a
// *ProofError if the node's answer is not proven.
func (l *Light) Get(ctx context.Context, store string, key []byte, height int64) (Proven, error) {
	var p Proven
	err := l.latest(height, func(h int64) error {
		ans, anchor, err := l.ask(ctx, store, key, h, height == 0)
		if err == nil {
			err = verifyAnswer(anchor, store, ans)
		}
		p = Proven{Store: store, Key: key, At: anchor}
		if len(ans.value) > 0 {
			p.Value = ans.value
		}
		return err
	})
	if err != nil {
		return Proven{}, err
	}
	return p, nil
}

// Entry is a key and its value in a proven list.
type Entry struct{ Key, Value []byte }

// List returns the entries whose keys begin with prefix, in the order of their
// keys, proven one by one and proven to be all there are: between two of them
// the store has nothing. If there are more than limit, more is true and the
// list ends there.
func (l *Light) List(ctx context.Context, store string, prefix []byte, height int64, limit int) (list []Entry, more bool, at Anchor, err error) {
	key := prefix
	for {
		var next *proof.Entry
		err = l.latest(height, func(h int64) error {
			ans, anchor, err := l.ask(ctx, store, key, h, height == 0)
			if err != nil {
				return err
			}
			at = anchor
			next, err = verifyGap(anchor, store, ans)
			return err
		})
		if err != nil {
			return nil, false, Anchor{}, err
		}
		if next == nil || !bytes.HasPrefix(next.Key, prefix) {
			return list, false, at, nil
		}
		if len(list) == limit {
			return list, true, at, nil
		}
		list = append(list, Entry(*next))
		key = append(bytes.Clone(next.Key), 0)
		height = at.Height // all of it at one height
	}
}

// latest asks once more, for the height before, if the block that would sign
// the latest state does not come: a chain that makes no empty blocks waits for
// the next transaction.
func (l *Light) latest(height int64, ask func(height int64) error) error {
	err := ask(height)
	var p *ProofError
	if height == 0 && errors.As(err, &p) && p.Fault == FaultUnsigned && p.Height > 1 {
		return ask(p.Height - 1)
	}
	return err
}

// answered is what a node answered for a key.
type answered struct {
	key, value []byte
	ops        []proof.Op
}

// ask fetches key and proof, and the header that must prove it. now says that
// the question is about the present: an old answer is none.
func (l *Light) ask(ctx context.Context, store string, key []byte, height int64, now bool) (answered, Anchor, error) {
	callCtx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	path := "/store/" + store + "/key"
	res, err := l.node.rpc.ABCIQueryWithOptions(callCtx, path, key, rpc.ABCIQueryOptions{Height: height, Prove: true})
	if err != nil {
		return answered{}, Anchor{}, l.node.call("abci_query", err)
	}
	r := res.Response
	switch {
	case r.Code != 0:
		return answered{}, Anchor{}, &QueryError{Path: path, Codespace: r.Codespace, Code: r.Code, Log: r.Log}
	case r.Height <= 0 || r.Height == math.MaxInt64 || (height != 0 && r.Height != height):
		return answered{}, Anchor{}, unproven(FaultHeight, height, nil, "asked for height %d, the node answered for height %d", height, r.Height)
	case !bytes.Equal(r.Key, key):
		return answered{}, Anchor{}, unproven(FaultKey, r.Height, nil, "asked for key %X, the node answered for key %X", key, r.Key)
	case r.ProofOps == nil || len(r.ProofOps.Ops) == 0:
		return answered{}, Anchor{}, unproven(FaultNoProof, r.Height, nil, "the node sent no proof with its answer")
	}
	if last := l.Latest().Height; height == 0 && r.Height+1 < last {
		return answered{}, Anchor{}, unproven(FaultOld, r.Height, nil, "the node answers for height %d, and block %d is known already", r.Height, last)
	}
	anchor, err := l.anchor(ctx, r.Height)
	if err == nil && now && l.opts.MaxAge > 0 && anchor.Age > l.opts.MaxAge {
		err = unproven(FaultOld, r.Height, nil, "the node's latest answer, of height %d, is %s old, more than %s; "+
			"the node may be behind or holding back: ask another one, or pass --max-age", r.Height, anchor.Age.Round(time.Second), l.opts.MaxAge)
	}
	return answered{key, r.Value, proofOps(r.ProofOps.Ops)}, anchor, err
}

// anchor verifies the header that names the state of a height.
func (l *Light) anchor(ctx context.Context, height int64) (Anchor, error) {
	var next *types.LightBlock
	if height+1 > l.Latest().Height {
		var err error
		next, err = l.node.awaitLightBlock(ctx, l.opts.ChainID, height+1, l.opts.Wait)
		if errors.Is(err, errNotYet) {
			return Anchor{}, unproven(FaultUnsigned, height, nil, "the state of height %d is signed by block %d, which has not come in %s; ask for an earlier height", height, height+1, l.opts.Wait)
		}
		if err != nil {
			return Anchor{}, err
		}
	}
	header, err := l.header(ctx, height+1, next)
	if err != nil {
		return Anchor{}, err
	}
	a := Anchor{Height: height, Header: header, Age: max(l.opts.Now().Sub(header.Time), 0)}
	if b := l.known(height + 1); b != nil {
		a.Validators = b.ValidatorSet.Size()
		for _, s := range b.Commit.Signatures {
			if s.BlockIDFlag == types.BlockIDFlagCommit {
				a.Signed++
			}
		}
	}
	return a, nil
}

func proofOps(list []cometcrypto.ProofOp) []proof.Op {
	out := make([]proof.Op, len(list))
	for i, op := range list {
		out[i] = proof.Op{Type: op.Type, Key: op.Key, Data: op.Data}
	}
	return out
}

// verifyAnswer checks that a proof shows what was answered. Where it does not,
// it finds out what is wrong: the answer or the proof.
func verifyAnswer(at Anchor, store string, ans answered) error {
	if len(ans.value) == 0 {
		_, err := verifyGap(at, store, ans)
		return err
	}
	err := proof.Verify(at.Header.AppHash, store, ans.key, ans.value, ans.ops)
	if err == nil {
		return nil
	}
	if shown := proof.Claimed(ans.ops); shown != nil && proof.Verify(at.Header.AppHash, store, ans.key, shown, ans.ops) == nil {
		return unproven(FaultValue, at.Height, nil, "the node answers %s for key %X, its own proof shows %s", brief(ans.value), ans.key, brief(shown))
	}
	if proof.VerifyAbsence(at.Header.AppHash, store, ans.key, ans.ops) == nil {
		return unproven(FaultValue, at.Height, nil, "the node answers %s for key %X, its own proof shows that there is none", brief(ans.value), ans.key)
	}
	return unproven(FaultProof, at.Height, err, "the proof of key %X in store %s does not lead to the app hash of height %d", ans.key, store, at.Height)
}

// verifyGap checks that a proof shows that there is no key, and returns the
// entry behind it.
func verifyGap(at Anchor, store string, ans answered) (next *proof.Entry, err error) {
	if len(ans.value) > 0 {
		return nil, unproven(FaultValue, at.Height, nil, "the node answers %s for key %X, where there can be none", brief(ans.value), ans.key)
	}
	_, next, err = proof.VerifyGap(at.Header.AppHash, store, ans.key, ans.ops)
	if err == nil {
		return next, nil
	}
	if shown := proof.Claimed(ans.ops); shown != nil && proof.Verify(at.Header.AppHash, store, ans.key, shown, ans.ops) == nil {
		return nil, unproven(FaultAbsence, at.Height, nil, "the node answers that there is no key %X, its own proof shows %s", ans.key, brief(shown))
	}
	return nil, unproven(FaultAbsence, at.Height, err, "the node answers that there is no key %X in store %s and does not prove it", ans.key, store)
}

// brief shows the beginning of a value.
func brief(value []byte) string {
	if len(value) > 40 {
		return fmt.Sprintf("%q and %d bytes more", value[:40], len(value)-40)
	}
	return fmt.Sprintf("%q", value)
}
