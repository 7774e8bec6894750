package goschema

// known are the types of package sdk and what they are in JSON.
var known = map[string]object{
	"Addr":      text("An address. What a message brings may be any text until the contract has asked the chain."),
	"Text":      text(""),
	"Uint128":   text("A whole number from 0 to 2^128-1 in decimal digits, as a text: JavaScript cannot hold it."),
	"Uint256":   text("A whole number from 0 to 2^256-1 in decimal digits, as a text: JavaScript cannot hold it."),
	"Uint64":    text("A whole number from 0 to 2^64-1 in decimal digits, as a text: JavaScript cannot hold it."),
	"Decimal":   text("A number with at most 18 digits behind the point, as a text: \"0.05\" is 5 %."),
	"Binary":    text("Bytes in base64."),
	"Timestamp": {{"description", "A time in nanoseconds since 1970, UTC."}, {"allOf", []any{reference("Uint64")}}},
	"U64":       integer("uint64"),
	"Coin": {
		{"description", "An amount of one of the chain's own denoms."},
		{"type", "object"},
		{"required", []string{"denom", "amount"}},
		{"properties", object{{"denom", object{{"type", "string"}}}, {"amount", reference("Uint256")}}},
		{"additionalProperties", false},
	},
	"Coins": {{"type", "array"}, {"items", reference("Coin")}},
	"Expiration": {
		{"description", "Until when something is good: up to a block, up to a time, or for ever."},
		{"oneOf", []any{
			tagged("Ends with the block of this height.", "at_height", integer("uint64")),
			tagged("Ends with the first block of this time or a later one.", "at_time", reference("Timestamp")),
			tagged("Never ends.", "never", object{{"type", "object"}, {"additionalProperties", false}}),
		}},
	},
}

// needs are the definitions that those of known refer to.
var needs = map[string][]string{
	"Timestamp":  {"Uint64"},
	"Coin":       {"Uint256"},
	"Coins":      {"Coin"},
	"Expiration": {"Timestamp"},
}

// inline are the types that are written where they stand: they are no
// definitions in CosmWasm's schemas either.
var inline = map[string]bool{"Text": true, "U64": true, "Coins": true}

func text(description string) object {
	return object{{"type", "string"}}.described(description)
}

func integer(format string) object {
	o := object{{"type", "integer"}, {"format", format}}
	if format[0] == 'u' {
		o = o.with("minimum", 0)
	}
	return o
}

func reference(name string) object { return object{{"$ref", "#/definitions/" + name}} }

// tagged is a variant of an enum: {"name":…}.
func tagged(description, name string, inner any) object {
	return object{
		{"type", "object"},
		{"required", []string{name}},
		{"properties", object{{name, inner}}},
		{"additionalProperties", false},
	}.described(description)
}
