// The chain around the contract: addresses and balances.
#ifndef RT_CHAIN_H
#define RT_CHAIN_H

#include "amount.h"

// address_check asks the host whether text is an address of this chain, in its
// one normal spelling.
bool address_check(span text);

// bank_balance asks the chain what an account holds of one denom.
bool bank_balance(span address, span denom, amount *out);

#endif
