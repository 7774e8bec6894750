// The grammar of JSON (RFC 8259): walks over values and finds the first byte
// that is wrong. What values mean is in json.h; only json.c includes this.
#ifndef RT_SCAN_H
#define RT_SCAN_H

#include "bytes.h"

// cursor walks over a document. Every read is guarded by at < end; that is the
// whole of the memory safety of the reader.
typedef struct {
	const uint8_t *at;
	const uint8_t *end;
	span problem; // what is wrong at `at`, after a function returned false
	uint32_t depth;
} cursor;

cursor scan_open(span bytes);

// problem records what is wrong and is false.
bool problem(cursor *c, span text);

// take steps over one byte, if it comes next.
bool take(cursor *c, uint8_t byte);
void skip_space(cursor *c);

// take_value steps over one value with the space before it.
bool take_value(cursor *c);

// take_escape reads what follows a backslash in a string; the character it
// stands for is written to *rune.
bool take_escape(cursor *c, uint32_t *rune);

#endif
