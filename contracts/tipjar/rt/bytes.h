// Byte strings: the one type in which every part of the runtime hands text and
// keys around. It knows nothing of the host, of JSON or of what bytes mean.
#ifndef RT_BYTES_H
#define RT_BYTES_H

#include <stdbool.h>
#include <stdint.h>

// span is a read-only view of bytes. It owns nothing: memory is only ever
// taken from the arena (region.h), which outlives the call. No terminating
// zero is promised, so lengths are always carried along.
typedef struct {
	const uint8_t *at;
	uint32_t len;
} span;

// LIT makes a span of a string literal.
#define LIT(text) ((span){(const uint8_t *)("" text), sizeof(text) - 1})

// buffer is a growing byte string, used to write documents. A zeroed buffer is
// empty and ready for use.
typedef struct {
	uint8_t *at;
	uint32_t len;
	uint32_t cap;
} buffer;

bool span_equal(span a, span b);

void buffer_add(buffer *out, span bytes);
void buffer_add_byte(buffer *out, uint8_t byte);
span buffer_span(const buffer *out);

// decimal is the number in base ten, without leading zeros.
span decimal(uint64_t number);

// quoted puts text between backticks for use in an error, cut after 64 bytes
// at a character boundary: a caller cannot make us repeat a megabyte.
span quoted(span text);

// JOIN concatenates spans: JOIN(LIT("total/"), denom).
#define JOIN(...) join((const span[]){__VA_ARGS__}, sizeof((const span[]){__VA_ARGS__}) / sizeof(span))
span join(const span *parts, uint32_t count);

// The compiler turns struct copies and initialisers into calls of these two.
void *memcpy(void *restrict to, const void *restrict from, unsigned long count);
void *memset(void *to, int byte, unsigned long count);

#endif
