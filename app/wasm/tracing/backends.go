package tracing

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/vm"
)

// watched is a call whose backends are watched.
type watched struct {
	r      *Recorder
	env    *chain.Env
	prefix []byte // of the contract's keys
}

// in is the host call that a backend works for. An engine that does not tell of
// host calls, as one of contracts in Go, gets one here. done ends it.
func (w *watched) in(name string) (step *trace.Step, done func(error)) {
	if f := w.r.top(); f.host {
		return f.step, func(error) {}
	}
	node := w.r.top().node
	if w.r.profile != nil {
		node = w.r.profile.host(node, name)
	}
	w.r.flush()
	f := w.r.push(w.env, w.r.add(trace.Step{Kind: trace.StepHost, Host: name}), node)
	f.host = true
	return f.step, w.r.pop
}

// peek reads a value without a price. An error is none: whoever works with the
// value will meet it.
func (w *watched) peek(key []byte) []byte {
	value, err := w.env.State.Get(layout.Wasm, append(append([]byte(nil), w.prefix...), key...))
	if err != nil {
		return nil
	}
	return value
}

// printer takes what a contract prints.
func (w *watched) printer(next func(string)) func(string) {
	return func(text string) {
		if next != nil {
			next(text)
		}
		step, done := w.in("print")
		if step != nil {
			if step.Text != "" {
				step.Text += "\n"
			}
			step.Text += string(w.r.bytes([]byte(text), maxValue).Data)
		}
		done(nil)
	}
}

// storage watches a vm.Storage.
type storage struct {
	*watched
	next vm.Storage
}

// Get implements vm.Storage.
func (s *storage) Get(key []byte) (value []byte, gas uint64, err error) {
	step, done := s.in("db_read")
	value, gas, err = s.next.Get(key)
	if step != nil {
		step.Key, step.After = s.r.key(key), s.r.bytes(value, maxValue)
	}
	done(err)
	return value, gas, err
}

// Set implements vm.Storage.
func (s *storage) Set(key, value []byte) (gas uint64, err error) {
	step, done := s.in("db_write")
	if step != nil {
		step.Key, step.Before, step.After = s.r.key(key), s.r.bytes(s.peek(key), maxValue), s.r.bytes(value, maxValue)
	}
	gas, err = s.next.Set(key, value)
	done(err)
	return gas, err
}

// Remove implements vm.Storage.
func (s *storage) Remove(key []byte) (gas uint64, err error) {
	step, done := s.in("db_remove")
	if step != nil {
		step.Key, step.Before = s.r.key(key), s.r.bytes(s.peek(key), maxValue)
	}
	gas, err = s.next.Remove(key)
	done(err)
	return gas, err
}

// Scan implements vm.Storage.
func (s *storage) Scan(start, end []byte, descending bool) (it vm.Iterator, gas uint64, err error) {
	step, done := s.in("db_scan")
	if step != nil {
		step.Start, step.End, step.Descending = s.r.key(start), s.r.key(end), descending
	}
	it, gas, err = s.next.Scan(start, end, descending)
	if it != nil {
		it = &iterator{s.watched, it}
	}
	done(err)
	return it, gas, err
}

// iterator watches a vm.Iterator.
type iterator struct {
	*watched
	next vm.Iterator
}

// Next implements vm.Iterator.
func (i *iterator) Next() (key, value []byte, gas uint64, err error) {
	step, done := i.in("db_next")
	key, value, gas, err = i.next.Next()
	if step != nil {
		step.Key, step.After = i.r.key(key), i.r.bytes(value, maxValue)
	}
	done(err)
	return key, value, gas, err
}

// Close implements vm.Iterator.
func (i *iterator) Close() error { return i.next.Close() }

// api watches a vm.API.
type api struct {
	*watched
	next vm.API
}

// Canonicalize implements vm.API.
func (a *api) Canonicalize(human string) (canonical []byte, gas uint64, err error) {
	step, done := a.in("addr_canonicalize")
	canonical, gas, err = a.next.Canonicalize(human)
	noteAddress(step, human, err)
	done(nil)
	return canonical, gas, err
}

// Humanize implements vm.API.
func (a *api) Humanize(canonical []byte) (human string, gas uint64, err error) {
	step, done := a.in("addr_humanize")
	human, gas, err = a.next.Humanize(canonical)
	noteAddress(step, human, err)
	done(nil)
	return human, gas, err
}

// Validate implements vm.API.
func (a *api) Validate(human string) (gas uint64, err error) {
	step, done := a.in("addr_validate")
	gas, err = a.next.Validate(human)
	noteAddress(step, human, err)
	done(nil)
	return gas, err
}

func noteAddress(step *trace.Step, text string, err error) {
	if step == nil {
		return
	}
	step.Text = cutText(text)
	if err != nil {
		step.Text += " (" + cutText(err.Error()) + ")"
	}
}

// querier watches a vm.Querier. Contracts that are asked are steps of the host
// call.
type querier struct {
	*watched
	next vm.Querier
}

// Query implements vm.Querier.
func (q *querier) Query(request []byte, gasLimit uint64) (response []byte, gas uint64, err error) {
	step, done := q.in("query_chain")
	if step != nil {
		step.Input = q.r.bytes(request, maxInput)
	}
	response, gas, err = q.next.Query(request, gasLimit)
	if step != nil {
		step.Output = q.r.bytes(response, maxInput)
	}
	done(err)
	return response, gas, err
}
