#include "amount.h"

#include "fail.h"
#include "json.h"
#include "region.h"

enum { LIMBS = 4 };

bool amount_add(amount *sum, const amount *more) {
	amount result;
	uint64_t carry = 0;
	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)sum->limb[i] + more->limb[i];
		result.limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry > 0)
		return false;
	*sum = result;
	return true;
}

// append_digit makes a to 10a + digit; false when that exceeds 2^128-1.
static bool append_digit(amount *a, uint32_t digit) {
	uint64_t carry = digit;
	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)a->limb[i] * 10;
		a->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return carry == 0;
}

// remove_digit divides a by ten and returns the remainder.
static uint32_t remove_digit(amount *a) {
	uint64_t rest = 0;
	for (int i = LIMBS - 1; i >= 0; i--) {
		rest = rest << 32 | a->limb[i];
		a->limb[i] = (uint32_t)(rest / 10);
		rest %= 10;
	}
	return (uint32_t)rest;
}

bool amount_parse(span text, span what, amount *out) {
	*out = (amount){0};
	bool good = text.len > 0 && !(text.len > 1 && text.at[0] == '0');
	for (uint32_t i = 0; good && i < text.len; i++) {
		uint8_t digit = (uint8_t)(text.at[i] - '0');
		good = digit <= 9 && append_digit(out, digit);
	}
	if (!good)
		return FAIL(quoted(what), LIT(" must be an integer from 0 to 2^128-1 in decimal digits, got "), quoted(text));
	return true;
}

bool amount_is_zero(const amount *a) {
	return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}

bool amount_less(const amount *a, const amount *b) {
	for (int i = LIMBS - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i];
	return false;
}

span amount_text(const amount *a) {
	enum { DIGITS_MAX = 39 }; // of 2^128-1
	uint8_t *end = (uint8_t *)arena_take(DIGITS_MAX) + DIGITS_MAX;
	uint8_t *digit = end;
	amount rest = *a;
	do {
		*--digit = (uint8_t)('0' + remove_digit(&rest));
	} while (!amount_is_zero(&rest));
	return (span){digit, (uint32_t)(end - digit)};
}

static bool coin_parse(span object, coin *out) {
	span denom, digits;
	return json_get(object, LIT("denom"), &denom) && json_text(denom, LIT("denom"), &out->denom) &&
	       json_get(object, LIT("amount"), &digits) && json_text(digits, LIT("amount"), &digits) &&
	       amount_parse(digits, LIT("amount"), &out->amount);
}

bool coins_parse(span array, coins *out) {
	span rest, item;
	out->len = 0;
	if (!json_items(array, LIT("funds"), &rest))
		return false;
	while (json_next(&rest, &item)) {
		if (out->len == COINS_MAX)
			return FAIL(LIT("more than "), decimal(COINS_MAX), LIT(" coins in one call"));
		coin *next = &out->at[out->len];
		if (!coin_parse(item, next))
			return false;
		if (!amount_is_zero(&next->amount))
			out->len++;
	}
	return true;
}

void coin_write(buffer *out, span denom, span digits) {
	buffer_add(out, LIT("{\"denom\":"));
	json_write(out, denom);
	buffer_add(out, LIT(",\"amount\":"));
	json_write(out, digits);
	buffer_add_byte(out, '}');
}

void coins_write(buffer *out, const coins *list) {
	buffer_add_byte(out, '[');
	for (uint32_t i = 0; i < list->len; i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		coin_write(out, list->at[i].denom, amount_text(&list->at[i].amount));
	}
	buffer_add_byte(out, ']');
}

span coins_text(const coins *list) {
	buffer out = {0};
	for (uint32_t i = 0; i < list->len; i++) {
		if (i > 0)
			buffer_add_byte(&out, ',');
		buffer_add(&out, amount_text(&list->at[i].amount));
		buffer_add(&out, list->at[i].denom);
	}
	return buffer_span(&out);
}
