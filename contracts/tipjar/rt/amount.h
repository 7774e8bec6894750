// Amounts: unsigned integers of 128 bits with checked arithmetic, and coins,
// which are amounts of a denom. Nothing here wraps around in silence.
#ifndef RT_AMOUNT_H
#define RT_AMOUNT_H

#include "bytes.h"

// amount is 0 to 2^128-1 in limbs of 32 bits, least significant first. The
// compiler's own 128-bit type would need its support library to print.
typedef struct {
	uint32_t limb[4];
} amount;

// amount_parse reads decimal digits; signs, spaces, leading zeros and numbers
// of 2^128 and more are refused. what names the amount in the error.
bool amount_parse(span text, span what, amount *out);

// amount_add adds to *sum. On overflow it returns false and leaves *sum alone;
// it records no failure, because the caller knows what overflowed.
bool amount_add(amount *sum, const amount *more);

bool amount_is_zero(const amount *a);
bool amount_less(const amount *a, const amount *b);
span amount_text(const amount *a);

typedef struct {
	span denom;
	amount amount;
} coin;

// coins is a list of bounded length: what a single call handles.
enum { COINS_MAX = 32 };
typedef struct {
	coin at[COINS_MAX];
	uint32_t len;
} coins;

// coins_parse reads [{"denom","amount"}]. Coins of amount 0 are left out.
bool coins_parse(span array, coins *out);

// coins_write adds [{"denom","amount"}] as JSON.
void coins_write(buffer *out, const coins *list);
void coin_write(buffer *out, span denom, span digits);

// coins_text is the form that people and attributes use: 5uweft,7other.
span coins_text(const coins *list);

#endif
