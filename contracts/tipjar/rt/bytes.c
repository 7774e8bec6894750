#include "bytes.h"

#include "region.h"

// Eight bytes at a time: gas is charged per instruction, and copying is a good
// part of what a contract does. wasm allows unaligned loads and stores; the
// packed type tells the compiler so.
typedef struct {
	uint64_t word;
} __attribute__((packed, may_alias)) unaligned;

void *memcpy(void *restrict to, const void *restrict from, unsigned long count) {
	uint8_t *target = to;
	const uint8_t *source = from;
	for (; count >= 8; count -= 8, target += 8, source += 8)
		((unaligned *)target)->word = ((const unaligned *)source)->word;
	while (count--)
		*target++ = *source++;
	return to;
}

void *memset(void *to, int byte, unsigned long count) {
	uint8_t *target = to;
	uint64_t word = 0x0101010101010101u * (uint8_t)byte;
	for (; count >= 8; count -= 8, target += 8)
		((unaligned *)target)->word = word;
	while (count--)
		*target++ = (uint8_t)byte;
	return to;
}

bool span_equal(span a, span b) {
	if (a.len != b.len)
		return false;
	for (uint32_t i = 0; i < a.len; i++)
		if (a.at[i] != b.at[i])
			return false;
	return true;
}

void buffer_add(buffer *out, span bytes) {
	if (bytes.len > out->cap - out->len) {
		// Doubling keeps the copies linear in what is written. The old block
		// is lost: an arena of one call can afford that.
		uint64_t cap = 2 * (uint64_t)out->len + bytes.len + 64;
		if (cap > UINT32_MAX)
			stop(LIT("out of memory"));
		uint8_t *larger = arena_take((uint32_t)cap);
		memcpy(larger, out->at, out->len);
		out->at = larger;
		out->cap = (uint32_t)cap;
	}
	memcpy(out->at + out->len, bytes.at, bytes.len);
	out->len += bytes.len;
}

void buffer_add_byte(buffer *out, uint8_t byte) {
	buffer_add(out, (span){&byte, 1});
}

span buffer_span(const buffer *out) {
	return (span){out->at, out->len};
}

span decimal(uint64_t number) {
	enum { DIGITS_MAX = 20 }; // of 2^64-1
	uint8_t *end = (uint8_t *)arena_take(DIGITS_MAX) + DIGITS_MAX;
	uint8_t *digit = end;
	do {
		*--digit = (uint8_t)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return (span){digit, (uint32_t)(end - digit)};
}

span quoted(span text) {
	enum { SHOWN_MAX = 64 };
	if (text.len <= SHOWN_MAX)
		return JOIN(LIT("`"), text, LIT("`"));
	uint32_t cut = SHOWN_MAX;
	while (cut > 0 && (text.at[cut] & 0xc0) == 0x80) // inside a UTF-8 sequence
		cut--;
	return JOIN(LIT("`"), ((span){text.at, cut}), LIT("...`"));
}

span join(const span *parts, uint32_t count) {
	buffer out = {0};
	for (uint32_t i = 0; i < count; i++)
		buffer_add(&out, parts[i]);
	return buffer_span(&out);
}
