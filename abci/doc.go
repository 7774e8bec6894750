// Package abci turns CometBFT's calls into calls of package app and back.
// Nothing is decided here. A fault of this node is handed to the Fault hook,
// for CometBFT would go on answering with a frozen height (cometbft facts,
// section 2.1).
package abci
