//go:build !crash

package node_test

// defaultCrashRounds is for every day; make crash builds with the tag.
const defaultCrashRounds = 3
