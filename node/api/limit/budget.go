package limit

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Budget bounds the bytes of answers that are held for clients who have not
// read them yet: a client that reads slowly, or not at all, keeps memory.
type Budget struct {
	total    int64
	patience time.Duration

	mu   sync.Mutex
	left int64
}

// NewBudget returns a Budget of so many bytes. Who finds too little left waits
// for it as long as patience.
func NewBudget(bytes int64, patience time.Duration) *Budget {
	return &Budget{total: bytes, left: bytes, patience: patience}
}

// retry is how often a waiting answer looks again.
const retry = 10 * time.Millisecond

// Take takes bytes out of the budget and returns what puts them back, which may
// be called more than once. More than the whole budget is taken as the whole.
// It returns an *Error if there is too little for too long, or ctx's own error.
func (b *Budget) Take(ctx context.Context, bytes int64) (giveBack func(), err error) {
	bytes = min(bytes, b.total)
	for deadline := time.Now().Add(b.patience); !b.try(bytes); {
		if time.Now().After(deadline) {
			return nil, &Error{Limit: "memory", text: fmt.Sprintf(
				"answers of %d MiB wait for clients who do not read them: try again", b.total>>20)}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retry):
		}
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.left += bytes
	}), nil
}

func (b *Budget) try(bytes int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < bytes {
		return false
	}
	b.left -= bytes
	return true
}
