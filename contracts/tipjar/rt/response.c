#include "response.h"

#include "base64.h"
#include "fail.h"
#include "json.h"

void response_attribute(response *r, span key, span value) {
	if (r->attributes.len > 0)
		buffer_add_byte(&r->attributes, ',');
	buffer_add(&r->attributes, LIT("{\"key\":"));
	json_write(&r->attributes, key);
	buffer_add(&r->attributes, LIT(",\"value\":"));
	json_write(&r->attributes, value);
	buffer_add_byte(&r->attributes, '}');
}

void response_send(response *r, span to, const coins *list) {
	if (r->messages.len > 0)
		buffer_add_byte(&r->messages, ',');
	buffer_add(&r->messages, LIT("{\"id\":0,\"msg\":{\"bank\":{\"send\":{\"to_address\":"));
	json_write(&r->messages, to);
	buffer_add(&r->messages, LIT(",\"amount\":"));
	coins_write(&r->messages, list);
	buffer_add(&r->messages, LIT("}}},\"gas_limit\":null,\"reply_on\":\"never\"}"));
}

region *result_ok(const response *r) {
	return region_new(JOIN(LIT("{\"ok\":{\"messages\":["), buffer_span(&r->messages), LIT("],\"attributes\":["),
	                       buffer_span(&r->attributes), LIT("],\"events\":[],\"data\":null}}")));
}

region *result_answer(const buffer *json) {
	return region_new(JOIN(LIT("{\"ok\":\""), base64_encode(buffer_span(json)), LIT("\"}")));
}

region *result_error(void) {
	buffer out = {0};
	buffer_add(&out, LIT("{\"error\":"));
	json_write(&out, failure());
	buffer_add_byte(&out, '}');
	return region_new(buffer_span(&out));
}
