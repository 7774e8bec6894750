#include "region.h"

IMPORT(abort) _Noreturn void host_abort(const region *text);

// The linker puts this symbol behind the stack and the data: all memory from
// here on is ours.
extern uint8_t __heap_base;

enum { PAGE_BYTES = 65536, ALIGN = 8 };

// The first free byte; 0 until the arena is used for the first time.
static uint32_t arena_next;

// arena_try is arena_take that gives a null pointer when memory is exhausted.
static void *arena_try(uint32_t size) {
	if (arena_next == 0)
		arena_next = (uint32_t)(uintptr_t)&__heap_base;
	uint64_t from = ((uint64_t)arena_next + ALIGN - 1) & ~(uint64_t)(ALIGN - 1);
	uint64_t to = from + size; // 64 bits wide, so a huge size cannot wrap
	if (to > UINT32_MAX)
		return 0;
	uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
	if (to > have) {
		uint64_t pages = (to - have + PAGE_BYTES - 1) / PAGE_BYTES;
		if (__builtin_wasm_memory_grow(0, (uint32_t)pages) == SIZE_MAX)
			return 0;
	}
	arena_next = (uint32_t)to;
	return (void *)(uintptr_t)from;
}

void *arena_take(uint32_t size) {
	void *block = arena_try(size);
	if (!block)
		stop(LIT("out of memory"));
	return block; // zeroed: fresh memory is, and none is used twice
}

span region_bytes(const region *source) {
	return (span){(const uint8_t *)(uintptr_t)source->offset, source->length};
}

region *region_new(span bytes) {
	region *made = arena_take(sizeof(region));
	// The host refuses offset 0, which an empty span may have.
	made->offset = bytes.len > 0 ? (uint32_t)(uintptr_t)bytes.at : (uint32_t)(uintptr_t)made;
	made->capacity = bytes.len;
	made->length = bytes.len;
	return made;
}

_Noreturn void stop(span text) {
	// On the stack, since there may be no memory left.
	region place = {(uint32_t)(uintptr_t)text.at, text.len, text.len};
	host_abort(&place);
}

// allocate is called by the host to hand us arguments and results. Here a lack
// of memory is answered with 0, which the host turns into an error: calling
// abort from inside a host call would be one nesting too many.
EXPORT(allocate) region *allocate(uint32_t size) {
	region *made = arena_try(sizeof(region));
	uint8_t *bytes = made ? arena_try(size) : 0;
	if (!bytes)
		return 0;
	made->offset = (uint32_t)(uintptr_t)bytes;
	made->capacity = size;
	made->length = 0;
	return made;
}

// deallocate is part of the ABI. There is nothing to do: see arena_take.
EXPORT(deallocate) void deallocate(region *unused) {
	(void)unused;
}
