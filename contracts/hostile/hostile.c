//go:build ignore

// (The line above keeps the Go tool, which tests this folder, away from C.)

// hostile: contracts that misbehave, for the tests of everything that must
// survive them. One file, one variant per -D flag (see ../build.sh):
//
//   SPIN       execute and query loop for ever
//   GROW       execute asks for memory without end, then loops for ever
//   RECURSE    execute calls itself without end
//   BADREGION  execute breaks the Region rules in the way the message names
//   OLDABI     a well-behaved contract of the ABI before version 8
//
// All of them can be instantiated, so that a test reaches the bad part.
#include "../tipjar/rt/fail.h"
#include "../tipjar/rt/json.h"
#include "../tipjar/rt/region.h"

#define OK_RESPONSE LIT("{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[],\"data\":null}}")

enum { PAGE_BYTES = 65536 };

// sink keeps the compiler from dropping work whose result nobody reads.
volatile uint32_t sink;

#if defined(SPIN) || defined(GROW)
static _Noreturn void spin(void) {
	for (;;)
		sink++;
}
#endif

#ifdef SPIN
static region *misbehave(const region *message) {
	(void)message;
	spin();
}

EXPORT(query) region *query(const region *env, const region *message) {
	(void)env;
	return misbehave(message);
}
#endif

#ifdef GROW
// The new pages are written to: a host that only reserves them must pay too.
static region *misbehave(const region *message) {
	(void)message;
	for (;;) {
		uint32_t pages = (uint32_t)__builtin_wasm_memory_grow(0, 1);
		if (pages == UINT32_MAX)
			spin();
		*(volatile uint8_t *)(uintptr_t)(pages * PAGE_BYTES) = 1;
	}
}
#endif

#ifdef RECURSE
// The work behind the call keeps it from becoming a loop, and the flag, which
// nobody sets, the compiler from seeing what we do. There is no frame on the
// stack in memory, so only the engine's own limit can end it.
volatile bool enough;

__attribute__((noinline)) static uint32_t descend(uint32_t depth) {
	if (enough)
		return depth;
	uint32_t below = descend(depth + 1);
	sink = below;
	return below ^ depth;
}

static region *misbehave(const region *message) {
	(void)message;
	sink = descend(0);
	return region_new(OK_RESPONSE);
}
#endif

#ifdef BADREGION
IMPORT(db_read) region *host_db_read(const region *key);

static uint32_t memory_end(void) {
	return (uint32_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
}

// broken makes a Region with exactly these three fields.
static region *broken(uint32_t offset, uint32_t capacity, uint32_t length) {
	region *made = arena_take(sizeof(region));
	*made = (region){offset, capacity, length};
	return made;
}

// bad is the pointer that the second part of a message's name asks for, or a
// null pointer, which is the bad Region called "null".
static region *bad(span kind) {
	if (span_equal(kind, LIT("pointer"))) // the Region itself is outside
		return (region *)(uintptr_t)0xfffffff0u;
	if (span_equal(kind, LIT("edge"))) // the Region begins inside and ends outside
		return (region *)(uintptr_t)(memory_end() - 4);
	if (span_equal(kind, LIT("offset"))) // its bytes are outside
		return broken(0xffff0000u, 16, 16);
	if (span_equal(kind, LIT("end"))) // its bytes begin inside and end outside
		return broken(memory_end() - 4, 16, 16);
	if (span_equal(kind, LIT("zero")))
		return broken(0, 16, 16);
	if (span_equal(kind, LIT("length"))) // longer than its capacity
		return broken(1024, 4, 16);
	if (span_equal(kind, LIT("wrap"))) // offset + capacity leaves 32 bits
		return broken(0xfffffff0u, 0x20, 4);
	if (span_equal(kind, LIT("huge"))) // well formed, and beyond every limit
		return broken(1024, 0xf0000000u, 0xf0000000u);
	if (span_equal(kind, LIT("text"))) // well formed, but the result is no JSON
		return region_new(LIT("this is not JSON"));
	return 0;
}

// misbehave understands {"read":{"kind"}} and {"return":{"kind"}}; without a
// kind it is "offset".
static region *misbehave(const region *message) {
	span document, name, body, value, kind;
	if (!json_check(region_bytes(message), &document) || !json_variant(document, &name, &body) ||
	    !json_get(body, LIT("kind"), &value))
		return region_new(LIT("{\"error\":\"expected {\\\"read\\\":{\\\"kind\\\":..}}\"}"));
	if (value.len == 0 || !json_text(value, LIT("kind"), &kind))
		kind = LIT("offset");
	if (span_equal(name, LIT("return")))
		return bad(kind);
	sink = (uint32_t)(uintptr_t)host_db_read(bad(kind));
	return region_new(OK_RESPONSE);
}
#endif

#ifdef OLDABI
static region *misbehave(const region *message) {
	(void)message;
	return region_new(OK_RESPONSE);
}

EXPORT(interface_version_7) void interface_version_7(void) {}
#else
EXPORT(interface_version_8) void interface_version_8(void) {}
#endif

EXPORT(instantiate) region *instantiate(const region *env, const region *info, const region *message) {
	(void)env, (void)info, (void)message;
	return region_new(OK_RESPONSE);
}

EXPORT(execute) region *execute(const region *env, const region *info, const region *message) {
	(void)env, (void)info;
	return misbehave(message);
}
