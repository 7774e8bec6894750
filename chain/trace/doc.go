// Package trace is what a node tells of how a transaction or query went: the
// tree of its messages, calls of contracts and host calls, and a profile of its
// gas. It knows the document ([Trace]), how a terminal shows it
// ([Trace.WriteText]) and how tools for profiles get it ([Trace.WriteProfile]).
// Making one is left to app/trace. docs/spec/trace.md is the document's
// specification.
package trace
