package abci

import "time"

// Blocks come before the snapshot that is made beside them. It rests while a
// block is executed or committed, but goes on after longestWait: the blocks of a
// chain may take all the time there is. Between blocks it leaves all but a
// quarter of the time to the rest of the node: on two cores the work would else
// take one of them, all the time.
const (
	restFactor  = 3
	maxRest     = 100 * time.Millisecond
	longestWait = time.Second
	look        = time.Millisecond
)

// rest returns a function that, called again and again between pieces of work,
// rests as long as is due.
func (s *Server) rest(sleep func(time.Duration)) func() {
	began := time.Now()
	return func() {
		worked := max(0, time.Since(began))
		sleep(min(restFactor*worked, maxRest))
		for waited := time.Duration(0); s.executing.Load() && waited < longestWait && s.life.Err() == nil; waited += look {
			sleep(look)
		}
		began = time.Now()
	}
}
