// Storage: the contract's own keys and values, kept by the host.
#ifndef RT_STORAGE_H
#define RT_STORAGE_H

#include "bytes.h"

// storage_get is false when the key does not exist.
bool storage_get(span key, span *value);
void storage_set(span key, span value);
void storage_remove(span key);

// storage_scan starts an ascending walk over all keys that begin with prefix
// and, unless after is empty, lie behind prefix+after. The keys must not be
// written while the walk goes on. The result is the host's number for it.
uint32_t storage_scan(span prefix, span after);

// storage_next gives the next key and value, or false at the end. The key
// comes without the first skip bytes: the prefix that was scanned for.
bool storage_next(uint32_t scan, uint32_t skip, span *key, span *value);

#endif
