package client

import (
	"fmt"
	"strings"
)

// FailedError says that a block holds a transaction and that it failed: its
// fee is paid and its sequence used.
type FailedError struct {
	Hash      string // upper-case hex
	Height    int64
	Codespace string
	Code      uint32
	// Log is the text; the call path stands behind it in brackets (SplitNotes).
	Log string
	// Info tells the same for programs (chain.ParseFailureInfo), "" if there is
	// nothing to tell.
	Info string
}

// Error returns the log with hash, block and code in front.
func (e *FailedError) Error() string {
	return fmt.Sprintf("transaction %s is in block %d and failed with %s/%d: %s", e.Hash, e.Height, e.Codespace, e.Code, e.Log)
}

// pathMark begins what a node puts behind the text of a failure.
const pathMark = " [call path: "

// SplitNotes separates the text of a failure from the notes that weft puts
// behind it, without their brackets: the call path, and what a code stands for
// that a contract was told instead of words. What is no note stays in the text.
func SplitNotes(text string) (said string, notes []string) {
	at := strings.LastIndex(text, pathMark)
	if at < 0 || !strings.HasSuffix(text, "]") {
		return text, nil
	}
	inner := text[at+2 : len(text)-1]
	if path, rest, more := strings.Cut(inner, "] ["); more {
		return text[:at], []string{path, rest}
	}
	return text[:at], []string{inner}
}
