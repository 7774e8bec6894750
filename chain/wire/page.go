package wire

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
)

// Bounds of a page (cosmos-wire facts, section 2; advisories 1e).
const (
	DefaultPageLimit = 100
	MaxPageLimit     = 1_000
	MaxPageOffset    = 10_000
)

// PageRules are what a list allows.
type PageRules struct {
	// MaxLimit cuts larger limits down; 0 means MaxPageLimit.
	MaxLimit uint64
	// KeyOnly refuses offset and count_total, as the lists of the wasm module do.
	KeyOnly bool
	// Filter tells which entries belong to the list; nil is all. Others count
	// neither for the offset nor for the total.
	Filter func(key, value []byte) (bool, error)
}

// Page walks the entries of a store whose keys begin with prefix and hands the
// rest of each key and the value to visit, from where the request says and as
// many as it asks for. visit reports whether the entry counts; one that does
// not is passed over. Errors of the request are gRPC InvalidArgument.
func Page(s chain.Store, prefix []byte, req *query.PageRequest, rules PageRules, visit func(key, value []byte) (bool, error)) (*query.PageResponse, error) {
	if req == nil {
		req = &query.PageRequest{}
	}
	limit, err := pageLimit(req, rules)
	if err != nil {
		return nil, err
	}
	start, end := pageRange(prefix, req)
	it, err := s.Iterate(start, end, req.Reverse)
	if err != nil {
		return nil, err
	}
	// A caller that names no page wants the total, as the reference does.
	count := !rules.KeyOnly && len(req.Key) == 0 && (req.CountTotal || req.Limit == 0)
	res, err := walk(it, prefix, window{req.Offset, limit, count, rules.Filter}, visit)
	if err2 := it.Close(); err == nil {
		err = err2
	}
	return res, err
}

func pageLimit(req *query.PageRequest, rules PageRules) (uint64, error) {
	if rules.KeyOnly && (req.Offset > 0 || req.CountTotal) {
		return 0, status.Error(codes.InvalidArgument, "offset and count queries not supported")
	}
	if req.Offset > 0 && len(req.Key) > 0 {
		return 0, status.Error(codes.InvalidArgument, "invalid request, either offset or key is expected, got both")
	}
	if req.Offset > MaxPageOffset {
		return 0, status.Errorf(codes.InvalidArgument, "offset %d is above %d; page by key instead", req.Offset, MaxPageOffset)
	}
	limit, most := req.Limit, rules.MaxLimit
	if most == 0 {
		most = MaxPageLimit
	}
	if limit == 0 {
		limit = DefaultPageLimit
	}
	return min(limit, most), nil
}

func pageRange(prefix []byte, req *query.PageRequest) (start, end []byte) {
	start, end = prefix, chain.PrefixEnd(prefix)
	if len(req.Key) == 0 {
		return start, end
	}
	at := append(append([]byte(nil), prefix...), req.Key...)
	if req.Reverse {
		// next_key is included when walking back: the end is just behind it.
		return start, append(at, 0)
	}
	return at, end
}

// maxCounted bounds the work that count_total may cause.
const maxCounted = 100_000

// window is the part of a list that a page shows.
type window struct {
	offset, limit uint64
	count         bool
	filter        func(key, value []byte) (bool, error)
}

// skip moves on to the next entry that belongs to the list.
func (w window) skip(it *chain.StoreIterator, prefix []byte) error {
	for w.filter != nil && it.Valid() {
		belongs, err := w.filter(it.Key()[len(prefix):], it.Value())
		if err != nil || belongs {
			return err
		}
		if err := it.Next(); err != nil {
			return err
		}
	}
	return nil
}

func walk(it *chain.StoreIterator, prefix []byte, w window, visit func(key, value []byte) (bool, error)) (*query.PageResponse, error) {
	res := &query.PageResponse{}
	var seen, taken uint64
	for ; ; seen++ {
		if err := w.skip(it, prefix); err != nil {
			return nil, err
		}
		if !it.Valid() {
			break
		}
		key := it.Key()[len(prefix):]
		switch {
		case seen < w.offset:
		case taken < w.limit:
			counts, err := visit(key, it.Value())
			if err != nil {
				return nil, err
			}
			if counts {
				taken++
			}
		default:
			if res.NextKey == nil {
				res.NextKey = append([]byte(nil), key...)
			}
			if !w.count || seen >= maxCounted {
				return res, nil
			}
		}
		if err := it.Next(); err != nil {
			return nil, err
		}
	}
	if w.count {
		res.Total = seen
	}
	return res, nil
}
