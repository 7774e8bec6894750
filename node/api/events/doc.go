// Package events keeps a node's own stream of events: every event of every
// block, in order, each under a cursor by which a reader goes on where it
// stopped, however long ago that was.
//
// It knows an index in SQLite, made from blocks and their results, which can be
// made anew from them at any time, and two HTTP endpoints: pages and a stream
// (SSE). An event can be read when it is in the index and not before. What the
// index lacks (blocks that were never here, results that were discarded, what
// retention dropped) is told as a gap, in its place in the stream.
//
// It knows nothing of CometBFT: blocks come from a Source. The node hands it a
// height and goes on; neither a slow reader nor a slow disk holds the node.
package events
