// Memory: the arena that everything is allocated from, and the Regions in which
// bytes cross between contract and host. It also holds the way to give up.
#ifndef RT_REGION_H
#define RT_REGION_H

#include "bytes.h"

// EXPORT gives a function to the host, IMPORT takes one from it.
#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

// region is how the CosmWasm ABI describes bytes in our memory. Every pointer
// that crosses the border points to one of these, never to the bytes.
typedef struct {
	uint32_t offset;
	uint32_t capacity;
	uint32_t length;
} region;

// arena_take gives size bytes, aligned to 8, zeroed. It never returns a null
// pointer: without memory the call is stopped. There is no release, because
// the host throws the whole instance away after every call.
void *arena_take(uint32_t size);

// region_bytes is what a region from the host holds.
span region_bytes(const region *source);

// region_new describes bytes to the host without copying them.
region *region_new(span bytes);

// stop ends the call with a trap that carries a text. It is for what cannot be
// answered with an error: no memory left, or a host that breaks the ABI.
_Noreturn void stop(span text);

#endif
