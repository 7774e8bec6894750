// Package tracing makes the trace and the gas profile of a transaction or query
// (chain/trace): a [Recorder] is put into the environment that it runs on, and
// told all by chain.Env, app/wasm and vm. It never changes a result. Where the
// work takes place, and who may ask for it, is left to others.
package tracing

import (
	"fmt"

	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/vm"
)

// Options say what a Recorder does.
type Options struct {
	// Profile is an engine with vm.Config.Trace, on which calls are made so that
	// the trace gets a profile; nil leaves that out.
	Profile wasm.Engine
	// Stop is asked now and then; its error ends the work as a fault. It may be
	// nil.
	Stop func() error
}

// Recorder is a wasm.Tracer that writes down what happens. It is for one
// transaction or query, and one goroutine.
type Recorder struct {
	options Options
	out     trace.Trace
	frames  []frame
	budget  budget
	profile *profile

	left    *trace.Step // the last step that ended
	leftEnv *chain.Env
}

// frame is a step that has not ended.
type frame struct {
	step   *trace.Step // nil if it was cut
	into   *trace.Step // where what is in it, or that it was cut, is noted
	host   bool        // a host call
	env    *chain.Env
	start  uint64 // of env's meter
	inside int64  // SDK gas of the steps in it
	vm     int64  // VM gas that it used itself
	vmIn   int64  // VM gas of the steps in it
	node   vm.Node
	spent  int64 // SDK gas that stands at nodes below its own
}

// New returns a Recorder.
func New(o Options) *Recorder {
	r := &Recorder{options: o, budget: newBudget()}
	root := &trace.Step{}
	r.frames = []frame{{step: root, into: root}}
	if o.Profile != nil {
		r.profile = newProfile()
	}
	return r
}

func (r *Recorder) top() *frame { return &r.frames[len(r.frames)-1] }

// add notes a step in the one that is open. It returns nil if there is no room.
func (r *Recorder) add(s trace.Step) *trace.Step {
	at := r.top()
	if !r.budget.take(&s, at.step) {
		at.into.Cut++
		r.out.Cut++
		return nil
	}
	step := &s
	at.step.Steps = append(at.step.Steps, step)
	return step
}

// push opens a step.
func (r *Recorder) push(env *chain.Env, step *trace.Step, node vm.Node) *frame {
	f := frame{step: step, into: step, env: env, start: env.Gas.Used(), node: node}
	if step == nil {
		f.into = r.top().into
	}
	r.frames = append(r.frames, f)
	return r.top()
}

// pop closes the step that was opened last and reckons its gas.
func (r *Recorder) pop(err error) {
	f := *r.top()
	r.frames = r.frames[:len(r.frames)-1]
	used := int64(f.env.Gas.Used() - f.start)
	own := used - f.inside
	if f.step != nil {
		f.step.Gas = &trace.Gas{Used: used, Own: own, VM: f.vm + f.vmIn, VMOwn: f.vm}
		f.step.Error = errorText(err)
	}
	at := r.top()
	at.inside += used
	if f.host {
		at.vmIn += f.vmIn // its own is a part of its call's
	} else {
		at.vmIn += f.vm + f.vmIn
	}
	if r.profile != nil {
		r.profile.sdk(f.node, own-f.spent)
	}
	r.left, r.leftEnv = f.step, f.env
}

// closeTo closes steps that nobody closed, as what they were in panicked.
func (r *Recorder) closeTo(depth int) {
	for len(r.frames) > depth {
		r.pop(nil)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return chain.CutText(err.Error(), maxErrorText)
}

// Enter implements chain.Observer.
func (r *Recorder) Enter(env *chain.Env, s chain.Step) {
	r.flush()
	step, name := r.describe(env, s)
	node := vm.Node(0)
	if r.profile != nil {
		node = r.profile.named(r.top().node, name)
	}
	r.push(env, r.add(step), node)
}

// Leave implements chain.Observer.
func (r *Recorder) Leave(env *chain.Env, err error) {
	r.flush()
	if f := r.top(); f.step != nil && f.step.Kind == trace.StepCall && f.step.Contract == "" {
		if in := env.Calls.Trace.Open(); in.Contract != "" { // an instantiation: its address came later
			f.step.Contract = env.Bech32().Account(in.Contract)
		}
	}
	r.pop(err)
}

// Keep implements chain.Observer: what child emitted is known, but for the events
// of a submessage to no contract.
func (r *Recorder) Keep(env, child *chain.Env) {
	r.flush()
	if fresh := child.Events.Fresh(); r.left != nil && r.leftEnv == env {
		r.frames = append(r.frames, frame{step: r.left, into: r.left, env: env})
		r.events(fresh)
		r.frames = r.frames[:len(r.frames)-1]
	}
	env.Events.Skip(len(child.Events.List()))
}

// flush notes the events that the open step has emitted.
func (r *Recorder) flush() {
	if env := r.top().env; env != nil {
		r.events(env.Events.Fresh())
	}
}

func (r *Recorder) events(list []chain.Event) {
	for _, e := range list {
		out := &trace.Event{Type: cutText(e.Type), Attributes: make([]trace.Attribute, len(e.Attributes))}
		for i, a := range e.Attributes {
			out.Attributes[i] = trace.Attribute{Key: cutText(a.Key), Value: cutText(a.Value)}
		}
		r.add(trace.Step{Kind: trace.StepEvent, Event: out})
	}
}

// describe is a step before it has happened, and its name in the profile.
func (r *Recorder) describe(env *chain.Env, s chain.Step) (trace.Step, string) {
	switch {
	case s.Message == trace.StepLoading:
		return trace.Step{Kind: trace.StepLoading}, "loading the code"
	case s.Message == trace.StepAdmission:
		return trace.Step{Kind: trace.StepAdmission}, trace.StepAdmission
	case s.Message != "":
		return trace.Step{Kind: trace.StepMessage, Index: &s.Index, Message: s.Message}, fmt.Sprintf("message %d %s", s.Index, s.Message)
	case s.Entry == "":
		return trace.Step{Kind: trace.StepSubmessage, Index: &s.Sub.Index, ID: s.Sub.ID, Message: cutText(s.Sub.Message)},
			"submessage " + cutText(s.Sub.Message)
	}
	step := trace.Step{Kind: trace.StepCall, Entry: s.Entry, CodeID: s.CodeID}
	name := s.Entry
	if s.Contract != "" {
		step.Contract = env.Bech32().Account(s.Contract)
		name = step.Contract + " " + s.Entry
	} else if s.CodeID != 0 {
		name = fmt.Sprintf("code %d %s", s.CodeID, s.Entry)
	}
	if s.Sub != nil {
		step.Index, step.ID, step.Message = &s.Sub.Index, s.Sub.ID, cutText(s.Sub.Message)
	}
	return step, name
}

// Finish returns the trace of what has ended, with its result. Kind, height and
// what else the Recorder does not know is left to the caller.
func (r *Recorder) Finish(res chain.Result) *trace.Trace {
	r.closeTo(1)
	root := r.frames[0]
	t := r.out
	t.Schema = trace.Schema
	t.Code, t.Codespace, t.Error = res.Code, res.Codespace, chain.CutText(res.Log, maxErrorText)
	t.GasWanted, t.GasUsed, t.VMGas = res.GasWanted, res.GasUsed, root.vmIn
	t.Steps = root.step.Steps
	if t.Steps == nil {
		t.Steps = []*trace.Step{}
	}
	if r.profile != nil {
		r.profile.sdk(0, int64(res.GasUsed)-root.inside)
		t.Profile = r.profile.finish()
	}
	return &t
}
