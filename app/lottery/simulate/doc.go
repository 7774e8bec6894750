// Package simulate runs the lottery's own rules through thousands of epochs in
// seconds, with miners of given hashrates and habits, and says whether what the
// rules promise holds: parts as the work, difficulty that follows it, power
// within its bounds, coins that add up. It draws how many tickets each miner
// finds and what their digests are instead of hashing; everything else is the
// code that nodes run. The same seed gives the same result on every machine.
//
// No node runs it: it may use floating point.
package simulate
