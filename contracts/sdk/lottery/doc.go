// Package lottery is what a contract may ask of a chain that mines: epochs,
// leaders, beacons, and how many tickets a payout had. On a chain without lottery
// every question is answered with ErrNone.
//
//	last, ok, err := lottery.LastSettled(c)
//	lead, err := lottery.LeaderOf(c, last)
//	if lead != nil && lead.Payout == c.Sender { … }
//
// # Bounds
//
// An epoch can be asked about for some thousand epochs, its tickets for 64 after
// it was settled; a payout's tickets all together cost gas for each tag that it
// had, up to as many as an epoch keeps, those of one tag or a page of them do not.
//
// # Beacon
//
// The beacon of an epoch is made of its best tickets. Whoever found one may keep
// it back, at the price of what it wins, and so choose between two beacons: it
// is good for stakes that are low beside a pot, and only for what was fixed before
// the epoch began. While an epoch is mined and until it is settled everybody sees
// its tickets, and the last blocks know more than the first.
package lottery
