// Package staking knows who validates: validators, what is bonded to them and
// the power that follows. So far validators come from the transactions of
// genesis only; delegating, leaving, rewards and slashing are not built yet and
// their messages are refused. Coins lie with Bank.
package staking
