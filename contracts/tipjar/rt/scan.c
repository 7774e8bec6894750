#include "scan.h"

enum { DEPTH_MAX = 32 };

cursor scan_open(span bytes) {
	return (cursor){.at = bytes.at, .end = bytes.at + bytes.len};
}

bool problem(cursor *c, span text) {
	c->problem = text;
	return false;
}

// peek is the next byte, or 0 at the end: no token of JSON begins with 0.
static uint8_t peek(const cursor *c) {
	return c->at < c->end ? *c->at : 0;
}

bool take(cursor *c, uint8_t byte) {
	if (c->at == c->end || *c->at != byte)
		return false;
	c->at++;
	return true;
}

void skip_space(cursor *c) {
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

bool take_escape(cursor *c, uint32_t *rune) {
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

bool take_value(cursor *c) {
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
