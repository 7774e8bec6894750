// Base64, the standard alphabet with padding: how JSON carries raw bytes.
#ifndef RT_BASE64_H
#define RT_BASE64_H

#include "bytes.h"

span base64_encode(span bytes);

// base64_decode is false when text is not canonical base64.
bool base64_decode(span text, span *bytes);

#endif
