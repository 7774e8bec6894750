#include "base64.h"

#include "region.h"

static const uint8_t alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

span base64_encode(span bytes) {
	uint64_t size = ((uint64_t)bytes.len + 2) / 3 * 4;
	if (size > UINT32_MAX)
		stop(LIT("out of memory"));
	uint8_t *start = arena_take((uint32_t)size);
	uint8_t *out = start;
	for (uint32_t i = 0; i < bytes.len; i += 3) {
		uint32_t left = bytes.len - i;
		uint32_t word = (uint32_t)bytes.at[i] << 16;
		if (left > 1)
			word |= (uint32_t)bytes.at[i + 1] << 8;
		if (left > 2)
			word |= bytes.at[i + 2];
		*out++ = alphabet[word >> 18];
		*out++ = alphabet[word >> 12 & 63];
		*out++ = left > 1 ? alphabet[word >> 6 & 63] : '=';
		*out++ = left > 2 ? alphabet[word & 63] : '=';
	}
	return (span){start, (uint32_t)size};
}

// sextet is the value of a letter of the alphabet, or 64.
static uint32_t sextet(uint8_t letter) {
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26u;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52u;
	return letter == '+' ? 62 : letter == '/' ? 63 : 64;
}

bool base64_decode(span text, span *bytes) {
	if (text.len % 4 != 0)
		return false;
	uint32_t padding = 0;
	while (padding < 2 && padding < text.len && text.at[text.len - 1 - padding] == '=')
		padding++;
	uint32_t letters = text.len - padding;
	uint8_t *start = arena_take(text.len / 4 * 3);
	uint8_t *out = start;
	uint32_t word = 0, bits = 0;
	for (uint32_t i = 0; i < letters; i++) {
		uint32_t value = sextet(text.at[i]);
		if (value == 64)
			return false;
		word = word << 6 | value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			*out++ = (uint8_t)(word >> bits);
		}
	}
	if ((word & ((1u << bits) - 1)) != 0) // bits that mean nothing must be 0
		return false;
	*bytes = (span){start, (uint32_t)(out - start)};
	return true;
}
