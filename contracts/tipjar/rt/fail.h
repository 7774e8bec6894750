// Contract errors: how a call says no. A function that can fail returns false
// after it has called FAIL; its callers pass the false on. The entry point then
// answers {"error": text} and the host undoes all that the call wrote.
#ifndef RT_FAIL_H
#define RT_FAIL_H

#include "bytes.h"

// FAIL records the concatenation of its spans as the error of this call and is
// false, so that `return FAIL(...)` reads well. The first failure wins.
#define FAIL(...) fail(JOIN(__VA_ARGS__))
bool fail(span text);

// failure is the recorded text; empty when nothing failed.
span failure(void);

#endif
