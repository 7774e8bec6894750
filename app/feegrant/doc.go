// Package feegrant knows who may pay fees for whom: allowances with their
// limits, periods and ends, laid out and worded as cosmos.feegrant.v1beta1 of
// the Cosmos SDK has them. It decides whether a fee is allowed and keeps the
// account of what is left; the coins themselves are moved by auth and bank.
package feegrant
