package cli

import (
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progressAfter is how long a step goes on before anything is said.
const progressAfter = 300 * time.Millisecond

// progress tells on a terminal what takes long, in one line on stderr that
// vanishes. Nobody else hears of it.
type progress struct {
	run   *run
	mu    sync.Mutex
	text  string
	since time.Time
	stop  chan struct{}
	done  sync.WaitGroup
}

// progress begins; end must be called.
func (r *run) progress() *progress {
	p := &progress{run: r, stop: make(chan struct{})}
	if f, ok := r.err.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	p.done.Go(p.show)
	return p
}

// step names what begins now.
func (p *progress) step(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text, p.since = text, time.Now()
}

func (p *progress) show() {
	tick := time.NewTicker(progressAfter)
	defer tick.Stop()
	shown := false
	for {
		select {
		case <-p.stop:
			if shown {
				fmt.Fprint(p.run.err, "\r\x1b[K")
			}
			return
		case <-tick.C:
		}
		p.mu.Lock()
		text, took := p.text, time.Since(p.since)
		p.mu.Unlock()
		if text != "" && took >= progressAfter {
			fmt.Fprintf(p.run.err, "\r\x1b[K%s … %d s", text, int(took.Seconds()))
			shown = true
		}
	}
}

// end takes the line away.
func (p *progress) end() {
	close(p.stop)
	p.done.Wait()
}
