#include "json.h"

#include "fail.h"
#include "region.h"

enum { DEPTH_MAX = 32 };

// cursor walks over a document. Every read is guarded by at < end; that is the
// whole of the memory safety of this file.
typedef struct {
	const uint8_t *at;
	const uint8_t *end;
	span problem;
	uint32_t depth;
} cursor;

static bool take_value(cursor *c);

static bool problem(cursor *c, span text) {
	c->problem = text;
	return false;
}

// peek is the next byte, or 0 at the end: no token of JSON begins with 0.
static uint8_t peek(const cursor *c) {
	return c->at < c->end ? *c->at : 0;
}

static bool take(cursor *c, uint8_t byte) {
	if (c->at == c->end || *c->at != byte)
		return false;
	c->at++;
	return true;
}

static void skip_space(cursor *c) {
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t'))
		c->at++;
}

static bool take_word(cursor *c, span word) {
	if ((uint32_t)(c->end - c->at) < word.len || !span_equal((span){c->at, word.len}, word))
		return problem(c, LIT("expected a value"));
	c->at += word.len;
	return true;
}

static bool is_digit(uint8_t byte) {
	return byte >= '0' && byte <= '9';
}

static bool take_digits(cursor *c) {
	if (!is_digit(peek(c)))
		return problem(c, LIT("expected a digit"));
	while (is_digit(peek(c)))
		c->at++;
	return true;
}

static bool take_number(cursor *c) {
	take(c, '-');
	if (!take(c, '0') && !take_digits(c))
		return false;
	if (is_digit(peek(c)))
		return problem(c, LIT("number with a leading zero"));
	if (take(c, '.') && !take_digits(c))
		return false;
	if (take(c, 'e') || take(c, 'E')) {
		if (!take(c, '+'))
			take(c, '-');
		return take_digits(c);
	}
	return true;
}

// hex_digit is the value of a hexadecimal digit, or 16.
static uint32_t hex_digit(uint8_t byte) {
	if (is_digit(byte))
		return byte - '0';
	byte |= 0x20; // lower case
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10u : 16;
}

static bool take_hex4(cursor *c, uint32_t *unit) {
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		uint32_t digit = hex_digit(peek(c));
		if (digit == 16)
			return problem(c, LIT("expected four hexadecimal digits"));
		*unit = *unit << 4 | digit;
		c->at++;
	}
	return true;
}

// take_unicode reads what follows \u, together with the second half of a
// surrogate pair. A half on its own is no character and is refused.
static bool take_unicode(cursor *c, uint32_t *rune) {
	if (!take_hex4(c, rune))
		return false;
	if (*rune < 0xd800 || *rune > 0xdfff)
		return true;
	uint32_t low = 0;
	if (*rune > 0xdbff || !take(c, '\\') || !take(c, 'u') || !take_hex4(c, &low) || low < 0xdc00 || low > 0xdfff)
		return problem(c, LIT("unpaired surrogate"));
	*rune = 0x10000 + ((*rune - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

// take_escape reads what follows a backslash; the character it stands for is
// written to *rune.
static bool take_escape(cursor *c, uint32_t *rune) {
	static const uint8_t names[] = "\"\\/bfnrt";
	static const uint8_t meant[] = "\"\\/\b\f\n\r\t";
	if (take(c, 'u'))
		return take_unicode(c, rune);
	for (uint32_t i = 0; i < sizeof(names) - 1; i++) {
		if (take(c, names[i])) {
			*rune = meant[i];
			return true;
		}
	}
	return problem(c, LIT("unknown escape"));
}

// take_utf8 reads one character of two to four bytes. Overlong forms,
// surrogates and what lies above U+10FFFF are refused, so that one text has one
// spelling and a storage key cannot be aliased.
static bool take_utf8(cursor *c) {
	uint8_t lead = *c->at;
	uint32_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
	if (lead < 0xc2 || lead > 0xf4 || (uint32_t)(c->end - c->at) <= more)
		return problem(c, LIT("not UTF-8"));
	uint8_t second = c->at[1];
	uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	bool good = second >= least && second <= most;
	for (uint32_t i = 2; i <= more; i++)
		good = good && (c->at[i] & 0xc0) == 0x80;
	if (!good)
		return problem(c, LIT("not UTF-8"));
	c->at += more + 1;
	return true;
}

static bool take_string(cursor *c) {
	if (!take(c, '"'))
		return problem(c, LIT("expected a string"));
	while (c->at < c->end) {
		uint8_t byte = *c->at;
		uint32_t unused;
		if (byte < 0x20)
			return problem(c, LIT("control character in a string"));
		if (take(c, '"'))
			return true;
		if (take(c, '\\')) {
			if (!take_escape(c, &unused))
				return false;
		} else if (byte < 0x80) {
			c->at++;
		} else if (!take_utf8(c)) {
			return false;
		}
	}
	return problem(c, LIT("string without an end"));
}

static bool take_array(cursor *c) {
	take(c, '[');
	skip_space(c);
	if (take(c, ']'))
		return true;
	for (;;) {
		if (!take_value(c))
			return false;
		skip_space(c);
		if (take(c, ']'))
			return true;
		if (!take(c, ','))
			return problem(c, LIT("expected `,` or `]`"));
	}
}

static bool take_object(cursor *c) {
	take(c, '{');
	skip_space(c);
	if (take(c, '}'))
		return true;
	for (;;) {
		skip_space(c);
		if (!take_string(c))
			return false;
		skip_space(c);
		if (!take(c, ':'))
			return problem(c, LIT("expected `:`"));
		if (!take_value(c))
			return false;
		skip_space(c);
		if (take(c, '}'))
			return true;
		if (!take(c, ','))
			return problem(c, LIT("expected `,` or `}`"));
	}
}

static bool take_nested(cursor *c) {
	if (c->depth == DEPTH_MAX)
		return problem(c, LIT("nested deeper than 32 levels"));
	c->depth++;
	bool good = *c->at == '{' ? take_object(c) : take_array(c);
	c->depth--;
	return good;
}

static bool take_value(cursor *c) {
	skip_space(c);
	switch (peek(c)) {
	case '{':
	case '[':
		return take_nested(c);
	case '"':
		return take_string(c);
	case 't':
		return take_word(c, LIT("true"));
	case 'f':
		return take_word(c, LIT("false"));
	case 'n':
		return take_word(c, LIT("null"));
	default:
		if (peek(c) == '-' || is_digit(peek(c)))
			return take_number(c);
		return problem(c, c->at == c->end ? LIT("unexpected end") : LIT("expected a value"));
	}
}

static cursor open(span bytes) {
	return (cursor){.at = bytes.at, .end = bytes.at + bytes.len};
}

static bool malformed(const cursor *c, span document) {
	return FAIL(LIT("malformed JSON at byte "), decimal((uint64_t)(c->at - document.at)), LIT(": "), c->problem);
}

bool json_check(span document, span *value) {
	cursor c = open(document);
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
	cursor c = open(object);
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
	cursor c = open(object);
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
	cursor c = open(*text);
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
	cursor c = open(*rest);
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
