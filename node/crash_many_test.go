//go:build crash

package node_test

const defaultCrashRounds = 20
