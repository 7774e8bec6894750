package chain

// Observer watches a transaction or query from inside: what it consists of, what
// each part costs and emits. Blocks are executed without one. It only looks: with
// it and without, results are the same.
type Observer interface {
	// Enter is told that a step begins, with the environment that it works on: its
	// meter has what the step costs, its events what the step emits.
	Enter(env *Env, s Step)
	// Leave is told that the last step that began has ended, on the same
	// environment. err is what it ended with.
	Leave(env *Env, err error)
	// Keep is told that env is about to take over what child did.
	Keep(env, child *Env)
}

// Enter notes that a step begins, for the path of a failure and for whoever
// watches. The function that it returns must be called when the step ends, with a
// pointer to the error that it ends with.
func (e *Env) Enter(s Step) (leave func(*error)) {
	noted := e.Calls.Trace.Enter(s)
	if e.Calls.Observer == nil {
		return noted
	}
	watched := e.Observe(s)
	return func(err *error) {
		watched(err)
		noted(err)
	}
}

// Observe is Enter for a part of a transaction that stands in no path.
func (e *Env) Observe(s Step) (leave func(*error)) {
	o := e.Calls.Observer
	if o == nil {
		return func(*error) {}
	}
	o.Enter(e, s)
	return func(err *error) { o.Leave(e, *err) }
}

// Fresh returns what was emitted since it was last called or Skip passed it by.
func (e *Events) Fresh() []Event {
	from := min(e.seen, len(e.list))
	e.seen = len(e.list)
	return e.list[from:]
}

// Skip says that the next n events are known: Fresh leaves them out.
func (e *Events) Skip(n int) { e.seen = len(e.list) + n }
