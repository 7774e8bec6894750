// JSON: a strict reader over bytes that anyone may have sent, and the writing
// of strings. A document is checked once as a whole; after that its values are
// spans of the same bytes, which are opened with the functions below. All of
// them stay inside their span, whatever it holds.
#ifndef RT_JSON_H
#define RT_JSON_H

#include "bytes.h"

// json_check accepts exactly the documents of RFC 8259: one value, UTF-8
// without surrogates, nothing behind it. Nesting is bounded by 32. On failure
// the error names the byte and the reason. On success *value is the document
// without the space around it.
bool json_check(span document, span *value);

// json_get looks up a member of an object. A missing member and null both give
// an empty *value, which no JSON value is. Members with other names are
// ignored, as CosmWasm contracts do; the same name twice is an error.
bool json_get(span object, span name, span *value);

// json_variant opens what Rust would call an enum: an object with exactly one
// member, whose name says what the value is.
bool json_variant(span object, span *name, span *value);

// json_object is an error when a value is no object.
bool json_object(span value);

// json_text decodes a string; what names it in the error when it is none.
bool json_text(span value, span what, span *text);

// json_u64 reads an integer from 0 to 2^64-1 written without fraction or
// exponent.
bool json_u64(span value, span what, uint64_t *number);

// json_items starts a walk over an array: while (json_next(&rest, &item)).
bool json_items(span array, span what, span *rest);
bool json_next(span *rest, span *item);

// json_write adds text as a JSON string. Text must be UTF-8.
void json_write(buffer *out, span text);

#endif
