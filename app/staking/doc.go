// Package staking knows who validates: validators, what is bonded to them, the
// power that follows, and how stake comes, moves, leaves and is slashed. It
// leaves coins to Bank, rewards to Rewards, absence and double signing to
// Signing, and what CometBFT is told to package valset, which gets Powers.
//
// Rules, keys, events and codes are those of the Cosmos module of that name;
// rounding as well, for a share of stake must be worth the same everywhere.
package staking
