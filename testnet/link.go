package testnet

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Shape is what a link does to what passes through it.
type Shape struct {
	// Cut holds everything back, as a broken line does: connections stay open and
	// nothing arrives.
	Cut bool `json:"cut,omitempty"`
	// Delay is added to the way of each byte, in each direction.
	Delay time.Duration `json:"delay,omitempty"`
	// Rate is how many bytes a second pass in each direction; 0 is no limit.
	Rate int64 `json:"rate,omitempty"`
}

// Bounds of what lies in a link on its way.
const (
	chunkBytes  = 16 << 10
	chunksAhead = 256
)

// link is the way by which one node dials another one: whoever connects to its
// listener is connected to the target.
type link struct {
	listener net.Listener

	mu      sync.Mutex
	target  string
	shape   Shape
	changed chan struct{} // closed and replaced when the shape changes
}

func newLink(target string) (*link, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &link{listener: l, target: target, changed: make(chan struct{})}, nil
}

// address is what the one who dials is told.
func (l *link) address() string { return l.listener.Addr().String() }

// set changes the shape, also for what is on its way.
func (l *link) set(s Shape) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shape = s
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *link) now() (Shape, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shape, l.changed
}

// run accepts connections until ctx ends.
func (l *link) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { _ = l.listener.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := l.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // out of file descriptors: somebody may close some
			if wait(ctx, 100*time.Millisecond) != nil {
				return
			}
			continue
		}
		wg.Go(func() { l.serve(ctx, conn) })
	}
}

// serve connects one who dialled with the target, until one of the two hangs up.
func (l *link) serve(ctx context.Context, near net.Conn) {
	defer near.Close() //nolint:errcheck // nothing is owed to it
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if l.awaitWhole(ctx) != nil {
		return
	}
	l.mu.Lock()
	target := l.target
	l.mu.Unlock()
	far, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
	if err != nil {
		return // the node is down: so is the line to it
	}
	defer far.Close() //nolint:errcheck // as above
	stop := context.AfterFunc(ctx, func() { _, _ = near.Close(), far.Close() })
	defer stop()
	var wg sync.WaitGroup
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		wg.Go(func() {
			defer cancel()
			l.pass(ctx, way[0], way[1])
		})
	}
	wg.Wait()
}

// chunk is a piece that is due at the other end at a time.
type chunk struct {
	bytes []byte
	due   time.Time
}

// pass carries bytes one way.
func (l *link) pass(ctx context.Context, from io.Reader, to io.Writer) {
	ahead := make(chan chunk, chunksAhead)
	go func() {
		defer close(ahead)
		for {
			buf := make([]byte, chunkBytes)
			n, err := from.Read(buf)
			if n > 0 {
				shape, _ := l.now()
				select {
				case ahead <- chunk{buf[:n], time.Now().Add(shape.Delay)}:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	for c := range ahead {
		if wait(ctx, time.Until(c.due)) != nil || l.awaitWhole(ctx) != nil {
			return
		}
		if _, err := to.Write(c.bytes); err != nil {
			return
		}
		if shape, _ := l.now(); shape.Rate > 0 {
			if wait(ctx, time.Duration(int64(len(c.bytes))*int64(time.Second)/shape.Rate)) != nil {
				return
			}
		}
	}
}

// awaitWhole returns when the link is not cut, or ctx's error.
func (l *link) awaitWhole(ctx context.Context) error {
	for {
		shape, changed := l.now()
		if !shape.Cut {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// wait sleeps, unless ctx ends before.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
