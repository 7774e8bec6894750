// Package cli holds the commands of weft: names, flags, what a person reads and
// what a script gets. It is the only place that knows the environment: flags,
// WEFT_* variables, configuration files, terminals and signals. What a command
// does belongs to the packages it calls (node, client, client/keyring).
//
// The contract with scripts: stdout carries the result and nothing else, stderr
// the rest; nothing waits for an answer that cannot come; the exit code says
// what kind of trouble there was (weft exit-codes).
package cli
