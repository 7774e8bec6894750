#include "storage.h"

#include "region.h"

IMPORT(db_read) region *host_db_read(const region *key);
IMPORT(db_write) void host_db_write(const region *key, const region *value);
IMPORT(db_remove) void host_db_remove(const region *key);
IMPORT(db_scan) uint32_t host_db_scan(const region *start, const region *end, uint32_t order);
IMPORT(db_next) region *host_db_next(uint32_t scan);

enum { ASCENDING = 1 };

bool storage_get(span key, span *value) {
	const region *found = host_db_read(region_new(key));
	if (!found)
		return false;
	*value = region_bytes(found);
	return true;
}

void storage_set(span key, span value) {
	host_db_write(region_new(key), region_new(value));
}

void storage_remove(span key) {
	host_db_remove(region_new(key));
}

uint32_t storage_scan(span prefix, span after) {
	// A byte 0 makes the smallest key behind the given one.
	span start = after.len > 0 ? JOIN(prefix, after, ((span){(const uint8_t *)"", 1})) : prefix;
	// The first key behind all that share the prefix: our prefixes end in
	// '/', so adding one to the last byte never carries.
	uint8_t *end = arena_take(prefix.len);
	memcpy(end, prefix.at, prefix.len);
	end[prefix.len - 1]++;
	return host_db_scan(region_new(start), region_new((span){end, prefix.len}), ASCENDING);
}

// take_section cuts the last section off a list of sections: its bytes, then
// their number as a big-endian u32.
static span take_section(span *list) {
	if (list->len < 4)
		stop(LIT("db_next: section without a length"));
	list->len -= 4;
	const uint8_t *tail = list->at + list->len;
	uint32_t len = (uint32_t)tail[0] << 24 | (uint32_t)tail[1] << 16 | (uint32_t)tail[2] << 8 | tail[3];
	if (len > list->len)
		stop(LIT("db_next: section longer than its list"));
	list->len -= len;
	return (span){list->at + list->len, len};
}

bool storage_next(uint32_t scan, uint32_t skip, span *key, span *value) {
	span list = region_bytes(host_db_next(scan));
	*value = take_section(&list);
	*key = take_section(&list);
	if (key->len == 0) // the end; no key of ours is empty
		return false;
	if (key->len < skip)
		stop(LIT("db_next: key outside of the scan"));
	*key = (span){key->at + skip, key->len - skip};
	return true;
}
