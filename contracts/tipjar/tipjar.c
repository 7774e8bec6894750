//go:build ignore

// (The line above keeps the Go tool, which tests this folder, away from C.)

// tipjar: anyone may tip, the owner empties the jar.
//
// A small contract that does a bit of everything: it keeps state, takes and
// sends coins, scans a range of keys, asks the chain for balances and answers
// queries. It speaks the unmodified CosmWasm ABI (interface_version_8). The
// messages are described in schema.json, the storage in README.md.
//
// Every call runs in a fresh instance, and when a call ends in an error the
// host undoes its writes. So nothing here cleans up after itself.
#include "rt/amount.h"
#include "rt/bytes.h"
#include "rt/chain.h"
#include "rt/fail.h"
#include "rt/json.h"
#include "rt/region.h"
#include "rt/response.h"
#include "rt/storage.h"

enum {
	NOTE_BYTES_MAX = 256, // of a note, after JSON escapes are undone
	PAGE_DEFAULT = 10,    // entries of a `tips` page
	PAGE_MAX = 100,
};

// Storage keys. Prefixes end in '/', which addresses do not contain.
#define KEY_CONTRACT LIT("contract_info") // {"contract","version"}, as cw2 has it
#define KEY_CONFIG LIT("config")          // {"owner","goal"?}
#define KEY_COUNT LIT("count")            // decimal
#define PREFIX_TOTAL LIT("total/")        // + denom: decimal, since the last withdrawal
#define PREFIX_TIPPER LIT("tipper/")      // + address + "/" + denom: decimal, for ever
#define PREFIX_TIP LIT("tip/")            // + number as 8 bytes, big-endian: JSON

#define CONTRACT_NAME "weft:tipjar"
#define CONTRACT_INFO LIT("{\"contract\":\"" CONTRACT_NAME "\",\"version\":\"1.0.0\"}")

// call is what the host tells us about a message, opened and checked.
typedef struct {
	span contract; // our own address
	span sender;
	coins funds;
	span message; // one JSON value
} call;

typedef struct {
	span owner;
	bool has_goal;
	amount goal;
} config;

// ---- reading the call ------------------------------------------------------

static bool read_contract_address(const region *env, span *address) {
	span document, contract, value;
	return json_check(region_bytes(env), &document) && json_get(document, LIT("contract"), &contract) &&
	       json_get(contract, LIT("address"), &value) && json_text(value, LIT("contract.address"), address);
}

static bool read_info(const region *info, call *c) {
	span document, sender, funds;
	return json_check(region_bytes(info), &document) && json_get(document, LIT("sender"), &sender) &&
	       json_text(sender, LIT("sender"), &c->sender) && json_get(document, LIT("funds"), &funds) &&
	       coins_parse(funds, &c->funds);
}

// read_call opens the three arguments of instantiate and execute. The message
// comes first: its sender is the one who can mend it.
static bool read_call(const region *env, const region *info, const region *message, call *c) {
	return json_check(region_bytes(message), &c->message) && read_contract_address(env, &c->contract) &&
	       read_info(info, c);
}

// get_address reads an address from a member of the message; a missing one
// gives the fallback, or an error when the fallback is empty.
static bool get_address(span object, span name, span fallback, span *address) {
	span value;
	if (!json_get(object, name, &value))
		return false;
	if (value.len > 0)
		return json_text(value, name, address) && address_check(*address);
	if (fallback.len == 0)
		return FAIL(LIT("missing field "), quoted(name));
	*address = fallback;
	return true;
}

static bool get_u64(span object, span name, uint64_t fallback, uint64_t *number) {
	span value;
	*number = fallback;
	return json_get(object, name, &value) && (value.len == 0 || json_u64(value, name, number));
}

static bool refuse_funds(const call *c, span message) {
	if (c->funds.len > 0)
		return FAIL(quoted(message), LIT(" takes no funds, got "), coins_text(&c->funds));
	return true;
}

// ---- state -----------------------------------------------------------------

static bool read_goal(span object, config *out) {
	span value, digits;
	out->has_goal = false;
	if (!json_get(object, LIT("goal"), &value))
		return false;
	if (value.len == 0)
		return true;
	out->has_goal = true;
	return json_text(value, LIT("goal"), &digits) && amount_parse(digits, LIT("goal"), &out->goal);
}

static bool load_config(config *out) {
	span stored, document, owner;
	if (!storage_get(KEY_CONFIG, &stored))
		return FAIL(LIT("no tipjar here: `config` is missing"));
	return json_check(stored, &document) && json_get(document, LIT("owner"), &owner) &&
	       json_text(owner, LIT("owner"), &out->owner) && read_goal(document, out);
}

static void save_config(const config *kept) {
	buffer out = {0};
	buffer_add(&out, LIT("{\"owner\":"));
	json_write(&out, kept->owner);
	if (kept->has_goal) {
		buffer_add(&out, LIT(",\"goal\":"));
		json_write(&out, amount_text(&kept->goal));
	}
	buffer_add_byte(&out, '}');
	storage_set(KEY_CONFIG, buffer_span(&out));
}

static bool require_owner(const call *c, const config *kept, span message) {
	if (!span_equal(c->sender, kept->owner))
		return FAIL(LIT("unauthorized: only the owner "), kept->owner, LIT(" may "), message, LIT(", not "), c->sender);
	return true;
}

static bool load_count(uint64_t *count) {
	span digits;
	*count = 0;
	return !storage_get(KEY_COUNT, &digits) || json_u64(digits, LIT("count"), count);
}

// add_to raises the amount under a key. *before and *after are for the caller.
static bool add_to(span key, const coin *more, span what, amount *before, amount *after) {
	span digits;
	*before = (amount){0};
	if (storage_get(key, &digits) && !amount_parse(digits, what, before))
		return false;
	*after = *before;
	if (!amount_add(after, &more->amount))
		return FAIL(LIT("overflow: the "), what, LIT(" of "), quoted(more->denom), LIT(" would exceed 2^128-1"));
	storage_set(key, amount_text(after));
	return true;
}

// load_denoms lists the denoms in the jar. Their number is bounded when they
// come in, or strangers could make a withdrawal too dear with worthless coins.
static bool load_denoms(coins *list) {
	uint32_t scan = storage_scan(PREFIX_TOTAL, LIT(""));
	span denom, digits;
	list->len = 0;
	while (storage_next(scan, PREFIX_TOTAL.len, &denom, &digits)) {
		if (list->len == COINS_MAX)
			return FAIL(LIT("the jar holds more than "), decimal(COINS_MAX), LIT(" denoms"));
		coin *next = &list->at[list->len++];
		next->denom = denom;
		if (!amount_parse(digits, LIT("total"), &next->amount))
			return false;
	}
	return true;
}

// add_to_totals counts the funds of a call as being in the jar and notes each
// denom whose total reached the goal by that.
static bool add_to_totals(const call *c, const config *kept, response *r) {
	for (uint32_t i = 0; i < c->funds.len; i++) {
		const coin *more = &c->funds.at[i];
		amount before, after;
		if (!add_to(JOIN(PREFIX_TOTAL, more->denom), more, LIT("total"), &before, &after))
			return false;
		if (kept->has_goal && amount_less(&before, &kept->goal) && !amount_less(&after, &kept->goal))
			response_attribute(r, LIT("goal_reached"), more->denom);
	}
	coins held;
	return load_denoms(&held); // refuses one denom too many
}

// ---- instantiate -----------------------------------------------------------

// Funds sent along are a start for the totals, but no tip.
static bool do_instantiate(const call *c, response *r) {
	config made = {0};
	if (!get_address(c->message, LIT("owner"), c->sender, &made.owner) || !read_goal(c->message, &made))
		return false;
	storage_set(KEY_CONTRACT, CONTRACT_INFO);
	storage_set(KEY_COUNT, LIT("0"));
	save_config(&made);
	response_attribute(r, LIT("action"), LIT("instantiate"));
	response_attribute(r, LIT("sender"), c->sender);
	response_attribute(r, LIT("owner"), made.owner);
	response_attribute(r, LIT("amount"), coins_text(&c->funds));
	return add_to_totals(c, &made, r);
}

// ---- execute ---------------------------------------------------------------

static bool read_note(span body, span *note) {
	span value;
	*note = (span){0};
	if (!json_get(body, LIT("note"), &value))
		return false;
	if (value.len > 0 && !json_text(value, LIT("note"), note))
		return false;
	if (note->len > NOTE_BYTES_MAX)
		return FAIL(LIT("note of "), decimal(note->len), LIT(" bytes, at most "), decimal(NOTE_BYTES_MAX),
		            LIT(" are kept"));
	return true;
}

// tip_key writes the number big-endian, so that keys sort as numbers do.
static span tip_key(uint64_t number) {
	uint8_t *bytes = arena_take(sizeof(number));
	for (uint32_t i = 0; i < sizeof(number); i++)
		bytes[i] = (uint8_t)(number >> (8 * (sizeof(number) - 1 - i)));
	return (span){bytes, sizeof(number)};
}

// save_tip stores a tip in the form in which `tips` lists it.
static void save_tip(uint64_t number, const call *c, span note) {
	buffer out = {0};
	buffer_add(&out, LIT("{\"id\":"));
	buffer_add(&out, decimal(number));
	buffer_add(&out, LIT(",\"sender\":"));
	json_write(&out, c->sender);
	buffer_add(&out, LIT(",\"amount\":"));
	coins_write(&out, &c->funds);
	buffer_add(&out, LIT(",\"note\":"));
	json_write(&out, note);
	buffer_add_byte(&out, '}');
	storage_set(JOIN(PREFIX_TIP, tip_key(number)), buffer_span(&out));
}

static bool do_tip(const call *c, span body, response *r) {
	config kept;
	span note;
	uint64_t count;
	if (!read_note(body, &note) || !load_config(&kept) || !load_count(&count))
		return false;
	if (c->funds.len == 0)
		return FAIL(LIT("no funds: attach the coins of the tip to the message"));
	if (count == UINT64_MAX)
		return FAIL(LIT("overflow: no more than 2^64-1 tips"));
	count++;
	storage_set(KEY_COUNT, decimal(count));
	save_tip(count, c, note);
	for (uint32_t i = 0; i < c->funds.len; i++) {
		const coin *given = &c->funds.at[i];
		amount before, after;
		if (!add_to(JOIN(PREFIX_TIPPER, c->sender, LIT("/"), given->denom), given, LIT("sender's total"), &before, &after))
			return false;
	}
	response_attribute(r, LIT("action"), LIT("tip"));
	response_attribute(r, LIT("sender"), c->sender);
	response_attribute(r, LIT("amount"), coins_text(&c->funds));
	return add_to_totals(c, &kept, r);
}

// do_withdraw asks the bank rather than the totals: coins that came without a
// message go out as well. Only denoms that were tipped are asked for.
static bool do_withdraw(const call *c, span body, response *r) {
	config kept;
	coins denoms, paid = {.len = 0};
	span to;
	if (!load_config(&kept) || !require_owner(c, &kept, LIT("withdraw")) || !refuse_funds(c, LIT("withdraw")) ||
	    !get_address(body, LIT("to"), c->sender, &to) || !load_denoms(&denoms))
		return false;
	for (uint32_t i = 0; i < denoms.len; i++) {
		coin *next = &paid.at[paid.len];
		next->denom = denoms.at[i].denom;
		if (!bank_balance(c->contract, next->denom, &next->amount))
			return false;
		if (!amount_is_zero(&next->amount))
			paid.len++;
		storage_remove(JOIN(PREFIX_TOTAL, next->denom));
	}
	if (paid.len == 0)
		return FAIL(LIT("nothing to withdraw: the jar is empty"));
	response_send(r, to, &paid);
	response_attribute(r, LIT("action"), LIT("withdraw"));
	response_attribute(r, LIT("sender"), c->sender);
	response_attribute(r, LIT("to"), to);
	response_attribute(r, LIT("amount"), coins_text(&paid));
	return true;
}

static bool do_set_owner(const call *c, span body, response *r) {
	config kept;
	if (!load_config(&kept) || !require_owner(c, &kept, LIT("set_owner")) || !refuse_funds(c, LIT("set_owner")) ||
	    !get_address(body, LIT("owner"), LIT(""), &kept.owner))
		return false;
	save_config(&kept);
	response_attribute(r, LIT("action"), LIT("set_owner"));
	response_attribute(r, LIT("sender"), c->sender);
	response_attribute(r, LIT("owner"), kept.owner);
	return true;
}

static bool do_execute(const call *c, response *r) {
	span name, body;
	if (!json_variant(c->message, &name, &body))
		return false;
	if (span_equal(name, LIT("tip")))
		return do_tip(c, body, r);
	if (span_equal(name, LIT("withdraw")))
		return do_withdraw(c, body, r);
	if (span_equal(name, LIT("set_owner")))
		return do_set_owner(c, body, r);
	return FAIL(LIT("unknown message "), quoted(name), LIT(", expected one of `tip`, `withdraw`, `set_owner`"));
}

// ---- query -----------------------------------------------------------------

static bool query_summary(buffer *out) {
	config kept;
	coins total;
	uint64_t count;
	if (!load_config(&kept) || !load_count(&count) || !load_denoms(&total))
		return false;
	buffer_add(out, LIT("{\"owner\":"));
	json_write(out, kept.owner);
	buffer_add(out, LIT(",\"count\":"));
	buffer_add(out, decimal(count));
	buffer_add(out, LIT(",\"total\":"));
	coins_write(out, &total);
	if (kept.has_goal) {
		buffer_add(out, LIT(",\"goal\":"));
		json_write(out, amount_text(&kept.goal));
	}
	buffer_add_byte(out, '}');
	return true;
}

// query_tips lists tips from the oldest on, each as it was stored.
static bool query_tips(span body, buffer *out) {
	uint64_t after, limit;
	if (!get_u64(body, LIT("start_after"), 0, &after) || !get_u64(body, LIT("limit"), PAGE_DEFAULT, &limit))
		return false;
	if (limit > PAGE_MAX)
		limit = PAGE_MAX;
	uint32_t scan = storage_scan(PREFIX_TIP, after > 0 ? tip_key(after) : LIT(""));
	span key, tip;
	buffer_add(out, LIT("{\"tips\":["));
	for (uint64_t i = 0; i < limit && storage_next(scan, PREFIX_TIP.len, &key, &tip); i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		buffer_add(out, tip);
	}
	buffer_add(out, LIT("]}"));
	return true;
}

static bool query_tipper(span body, buffer *out) {
	span address, denom, digits;
	if (!get_address(body, LIT("address"), LIT(""), &address))
		return false;
	span prefix = JOIN(PREFIX_TIPPER, address, LIT("/"));
	uint32_t scan = storage_scan(prefix, LIT(""));
	buffer_add(out, LIT("{\"address\":"));
	json_write(out, address);
	buffer_add(out, LIT(",\"total\":["));
	for (uint32_t i = 0; storage_next(scan, prefix.len, &denom, &digits); i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		coin_write(out, denom, digits);
	}
	buffer_add(out, LIT("]}"));
	return true;
}

static bool do_query(const region *message, buffer *out) {
	span document, name, body;
	if (!json_check(region_bytes(message), &document) || !json_variant(document, &name, &body))
		return false;
	if (span_equal(name, LIT("summary")))
		return json_object(body) && query_summary(out);
	if (span_equal(name, LIT("tips")))
		return query_tips(body, out);
	if (span_equal(name, LIT("tipper")))
		return query_tipper(body, out);
	return FAIL(LIT("unknown query "), quoted(name), LIT(", expected one of `summary`, `tips`, `tipper`"));
}

// ---- migrate ---------------------------------------------------------------

// do_migrate takes over the state of an earlier tipjar and of nothing else.
static bool do_migrate(const region *message, response *r) {
	span document, stored, info, name;
	if (!json_check(region_bytes(message), &document) || !json_object(document))
		return false;
	if (!storage_get(KEY_CONTRACT, &stored))
		return FAIL(LIT("cannot migrate: the contract does not say what it is"));
	if (!json_check(stored, &info) || !json_get(info, LIT("contract"), &name) ||
	    !json_text(name, LIT("contract"), &name))
		return false;
	if (!span_equal(name, LIT(CONTRACT_NAME)))
		return FAIL(LIT("cannot migrate from "), quoted(name), LIT(" to `" CONTRACT_NAME "`"));
	storage_set(KEY_CONTRACT, CONTRACT_INFO);
	response_attribute(r, LIT("action"), LIT("migrate"));
	return true;
}

// ---- what the host sees ----------------------------------------------------

EXPORT(instantiate) region *instantiate(const region *env, const region *info, const region *message) {
	call c;
	response r = {0};
	return read_call(env, info, message, &c) && do_instantiate(&c, &r) ? result_ok(&r) : result_error();
}

EXPORT(execute) region *execute(const region *env, const region *info, const region *message) {
	call c;
	response r = {0};
	return read_call(env, info, message, &c) && do_execute(&c, &r) ? result_ok(&r) : result_error();
}

EXPORT(query) region *query(const region *env, const region *message) {
	(void)env;
	buffer answer = {0};
	return do_query(message, &answer) ? result_answer(&answer) : result_error();
}

EXPORT(migrate) region *migrate(const region *env, const region *message) {
	(void)env;
	response r = {0};
	return do_migrate(message, &r) ? result_ok(&r) : result_error();
}

// Markers: never called, only looked for.
EXPORT(interface_version_8) void interface_version_8(void) {}
EXPORT(requires_iterator) void requires_iterator(void) {}
