// Package auth knows accounts: who exists, with which number, sequence and key,
// and whether a transaction may come in (signatures, sequence, fee, memo,
// timeouts). Where coins lie it asks its Bank; how signatures are computed is
// package tx's business.
package auth
