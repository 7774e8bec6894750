#include "chain.h"

#include "base64.h"
#include "fail.h"
#include "json.h"
#include "region.h"

IMPORT(addr_validate) const region *host_addr_validate(const region *text);
IMPORT(query_chain) const region *host_query_chain(const region *request);

bool address_check(span text) {
	// The host stops the call at 256 bytes; an error is kinder.
	enum { ADDRESS_BYTES_MAX = 255 };
	if (text.len > ADDRESS_BYTES_MAX)
		return FAIL(LIT("bad address "), quoted(text), LIT(": longer than 255 bytes"));
	const region *why = host_addr_validate(region_new(text));
	if (why)
		return FAIL(LIT("bad address "), quoted(text), LIT(": "), region_bytes(why));
	return true;
}

// open_answer unwraps {"ok":{"ok":"<base64>"}}. Both layers can hold an error
// instead: the outer one says that the query could not be asked, the inner one
// that it was refused.
static bool open_answer(span wrapped, span *answer) {
	span document, system, contract, text, bytes;
	if (!json_check(wrapped, &document) || !json_get(document, LIT("ok"), &system))
		return false;
	if (system.len == 0)
		return FAIL(LIT("query refused by the chain: "), document);
	if (!json_get(system, LIT("ok"), &contract))
		return false;
	if (contract.len == 0)
		return FAIL(LIT("query failed: "), system);
	if (!json_text(contract, LIT("ok"), &text))
		return false;
	if (!base64_decode(text, &bytes))
		return FAIL(LIT("query answer is not base64"));
	return json_check(bytes, answer);
}

bool bank_balance(span address, span denom, amount *out) {
	buffer request = {0};
	buffer_add(&request, LIT("{\"bank\":{\"balance\":{\"address\":"));
	json_write(&request, address);
	buffer_add(&request, LIT(",\"denom\":"));
	json_write(&request, denom);
	buffer_add(&request, LIT("}}}"));
	const region *wrapped = host_query_chain(region_new(buffer_span(&request)));
	span answer, held, digits;
	return open_answer(region_bytes(wrapped), &answer) && json_get(answer, LIT("amount"), &held) &&
	       json_get(held, LIT("amount"), &digits) && json_text(digits, LIT("amount"), &digits) &&
	       amount_parse(digits, LIT("balance"), out);
}
