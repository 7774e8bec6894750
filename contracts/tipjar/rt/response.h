// Responses: what an entry point hands back to the host.
#ifndef RT_RESPONSE_H
#define RT_RESPONSE_H

#include "amount.h"
#include "region.h"

// response collects the messages and attributes of one call. A zeroed response
// is empty and valid.
typedef struct {
	buffer messages;
	buffer attributes;
} response;

void response_attribute(response *r, span key, span value);

// response_send asks the bank to send coins of the contract to an address.
// If the bank refuses, the whole call fails: no reply is asked for.
void response_send(response *r, span to, const coins *list);

// The three documents of the ABI. result_error takes the text of failure().
region *result_ok(const response *r);
region *result_answer(const buffer *json);
region *result_error(void);

#endif
