// Package base knows coins and decimals as Cosmos messages hold them, and the
// JSON of decimals. Whether an amount makes sense is chain's and the modules'
// to say.
package base
