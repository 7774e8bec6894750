// Package epoch is the lottery's clock and its randomness: which heights belong
// to an epoch, what is due when, and the seed that nobody can know before the
// epoch begins. It knows heights and hashes only, no time: CometBFT's time is a
// median of what validators say, and the lottery must not depend on it. Tickets
// and what they win are left to others.
package epoch
