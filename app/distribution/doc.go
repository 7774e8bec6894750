// Package distribution shares what is paid for blocks: fees go to validators by
// their voting power, to those who delegated to them by their stake, less the
// operator's commission, and a tax goes to a pool that belongs to all. It
// leaves stake to staking and coins to bank.
//
// Rewards are not paid block by block. A validator has periods, and each ended
// period keeps what one coin of stake earned since the beginning; a delegation
// remembers in which period it began, so what it earned is the difference times
// its stake. A period ends whenever the stake changes. Slashes lower the stakes
// of all delegations and are kept by height, so that what a delegation had
// before and after counts apart.
//
// Rules, keys, events, codes and rounding are those of the Cosmos module of
// that name. Everything is rounded down in favour of the pool, so what is owed
// never exceeds what the module's account holds.
package distribution
