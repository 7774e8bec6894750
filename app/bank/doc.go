// Package bank knows who holds how much of which denom: balances, supply and
// the rules of sending. Accounts are auth's; that a recipient gets one is asked
// of Accounts.
package bank
