package lottery

import "github.com/weftchain/weft/chain"

// Verdicts of codespace "lottery".
var (
	ErrEpoch      = chain.NewError("lottery", 2, "tickets of that epoch are not taken now")
	ErrForm       = chain.NewError("lottery", 3, "malformed ticket")
	ErrTarget     = chain.NewError("lottery", 4, "digest is not below the target")
	ErrMix        = chain.NewError("lottery", 5, "mix is not that of the nonce")
	ErrTwice      = chain.NewError("lottery", 6, "ticket was submitted before")
	ErrWeak       = chain.NewError("lottery", 7, "the epoch is full of better tickets")
	ErrOff        = chain.NewError("lottery", 8, "mining is switched off")
	ErrPayout     = chain.NewError("lottery", 9, "payout cannot be paid")
	ErrNoOperator = chain.NewError("lottery", 10, "no such operator")
	ErrOperator   = chain.NewError("lottery", 11, "operator is registered already")
	ErrKeyTaken   = chain.NewError("lottery", 12, "consensus key is taken")
	ErrProof      = chain.NewError("lottery", 13, "signature is not that of the consensus key")
	ErrNothingWon = chain.NewError("lottery", 14, "no win to answer now")
	ErrNotJailed  = chain.NewError("lottery", 15, "operator is not in jail")
	ErrGone       = chain.NewError("lottery", 16, "operator is retired or tombstoned")
	ErrBusy       = chain.NewError("lottery", 17, "too many tickets to verify, try again after the next block")
	ErrNoEpoch    = chain.NewError("lottery", 18, "no such epoch")
	ErrLarge      = chain.NewError("lottery", 19, "ticket is too large")
	ErrCrowd      = chain.NewError("lottery", 20, "too many tickets wait, try again after the next block")
	ErrAnswered   = chain.NewError("lottery", 21, "win was answered before")
)
