#include "json.h"

#include "fail.h"
#include "region.h"
#include "scan.h"

static bool malformed(const cursor *c, span document) {
	return FAIL(LIT("malformed JSON at byte "), decimal((uint64_t)(c->at - document.at)), LIT(": "), c->problem);
}

bool json_check(span document, span *value) {
	cursor c = scan_open(document);
	skip_space(&c);
	const uint8_t *start = c.at;
	if (!take_value(&c))
		return malformed(&c, document);
	*value = (span){start, (uint32_t)(c.at - start)};
	skip_space(&c);
	if (c.at < c.end) {
		problem(&c, LIT("something after the value"));
		return malformed(&c, document);
	}
	return true;
}

static bool begins(span value, uint8_t byte) {
	return value.len > 0 && value.at[0] == byte;
}

// take_part reads the next value of an opened array or object and the comma
// before it; false at the end. Only checked documents come here, so anything
// else than a value is the closing bracket.
static bool take_part(cursor *c, span *part) {
	skip_space(c);
	take(c, ',');
	skip_space(c);
	const uint8_t *start = c->at;
	if (!take_value(c))
		return false;
	*part = (span){start, (uint32_t)(c->at - start)};
	return true;
}

static bool take_member(cursor *c, span *name, span *value) {
	span key;
	if (!take_part(c, &key))
		return false;
	skip_space(c);
	take(c, ':');
	return json_text(key, LIT("name"), name) && take_part(c, value);
}

bool json_object(span value) {
	return begins(value, '{') || FAIL(LIT("expected an object, got "), quoted(value));
}

bool json_get(span object, span name, span *value) {
	*value = (span){0};
	if (!json_object(object))
		return false;
	cursor c = scan_open(object);
	take(&c, '{');
	span key, item;
	while (take_member(&c, &key, &item)) {
		if (!span_equal(key, name))
			continue;
		if (value->len > 0)
			return FAIL(LIT("duplicate field "), quoted(name));
		*value = item;
	}
	if (span_equal(*value, LIT("null")))
		*value = (span){0};
	return true;
}

bool json_variant(span object, span *name, span *value) {
	if (!begins(object, '{'))
		return FAIL(LIT("expected an object with the message's name, got "), quoted(object));
	cursor c = scan_open(object);
	take(&c, '{');
	span second_name, second;
	if (!take_member(&c, name, value))
		return FAIL(LIT("expected the message's name, got an empty object"));
	if (take_member(&c, &second_name, &second))
		return FAIL(LIT("expected one message, got "), quoted(*name), LIT(" and "), quoted(second_name));
	return true;
}

// put_rune writes a character in UTF-8 and returns the place behind it.
static uint8_t *put_rune(uint8_t *at, uint32_t rune) {
	if (rune < 0x80) {
		*at++ = (uint8_t)rune;
		return at;
	}
	if (rune < 0x800) {
		*at++ = (uint8_t)(0xc0 | rune >> 6);
	} else {
		if (rune < 0x10000) {
			*at++ = (uint8_t)(0xe0 | rune >> 12);
		} else {
			*at++ = (uint8_t)(0xf0 | rune >> 18);
			*at++ = (uint8_t)(0x80 | (rune >> 12 & 0x3f));
		}
		*at++ = (uint8_t)(0x80 | (rune >> 6 & 0x3f));
	}
	*at++ = (uint8_t)(0x80 | (rune & 0x3f));
	return at;
}

bool json_text(span value, span what, span *text) {
	if (value.len < 2 || value.at[0] != '"')
		return FAIL(quoted(what), LIT(" must be a string"));
	*text = (span){value.at + 1, value.len - 2};
	bool escaped = false;
	for (uint32_t i = 0; i < text->len && !escaped; i++)
		escaped = text->at[i] == '\\';
	if (!escaped)
		return true;
	uint8_t *start = arena_take(text->len); // an escape is longer than what it means
	uint8_t *out = start;
	cursor c = scan_open(*text);
	while (c.at < c.end) {
		uint32_t rune = 0;
		if (!take(&c, '\\'))
			*out++ = *c.at++;
		else if (take_escape(&c, &rune))
			out = put_rune(out, rune);
		else
			return malformed(&c, value);
	}
	*text = (span){start, (uint32_t)(out - start)};
	return true;
}

bool json_u64(span value, span what, uint64_t *number) {
	*number = 0;
	for (uint32_t i = 0; i < value.len; i++) {
		uint8_t digit = (uint8_t)(value.at[i] - '0');
		if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
			return FAIL(quoted(what), LIT(" must be an integer from 0 to 2^64-1, got "), quoted(value));
		*number = *number * 10 + digit;
	}
	return true;
}

bool json_items(span array, span what, span *rest) {
	if (!begins(array, '['))
		return FAIL(quoted(what), LIT(" must be an array"));
	*rest = (span){array.at + 1, array.len - 1};
	return true;
}

bool json_next(span *rest, span *item) {
	cursor c = scan_open(*rest);
	if (!take_part(&c, item))
		return false;
	*rest = (span){c.at, (uint32_t)(c.end - c.at)};
	return true;
}

void json_write(buffer *out, span text) {
	static const uint8_t hex[] = "0123456789abcdef";
	buffer_add_byte(out, '"');
	uint32_t plain = 0; // start of what needs no escape and was not written yet
	for (uint32_t i = 0; i < text.len; i++) {
		uint8_t byte = text.at[i];
		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		uint8_t escape[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
		buffer_add(out, (span){text.at + plain, i - plain});
		buffer_add(out, (span){escape, sizeof(escape)});
		plain = i + 1;
	}
	buffer_add(out, (span){text.at + plain, text.len - plain});
	buffer_add_byte(out, '"');
}
