// Package node builds and runs one node: it makes its home, opens the disk,
// wires state, engine, app and abci, and starts CometBFT. It decides no rule
// and reads neither flags nor the environment: Config comes from cli.
package node
