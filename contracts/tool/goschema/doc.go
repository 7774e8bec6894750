// Package goschema writes the JSON Schema of a contract in Go: it reads the
// source of a package that holds an sdk.Contract, finds the messages by the
// contract's routes and their forms by the handlers' types, and writes them as
// cosmwasm-schema does for contracts in Rust. Comments become descriptions.
//
// The form of a type is that of its JSON methods. For structs that
// contracts/sdk/gen writes methods for (//sdk:json), and for the types of
// package sdk, it is known. A type with methods of its own says in its comment
// what they read and write:
//
//	// Logo is the logo of a token.
//	//
//	//sdk:schema {"oneOf": [
//	//sdk:schema   {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}, "additionalProperties": false},
//	//sdk:schema   {"type": "string", "enum": ["embedded"]}
//	//sdk:schema ]}
//	type Logo struct{ doc string }
//
// "$ref": "#/definitions/NAME" in it means the type NAME of the same package, or
// sdk.NAME. A text that is one of the package's constants of its type needs no
// more than
//
//	//sdk:schema enum
//	type Vote string
//
// and one that looks like a type of package sdk says //sdk:schema sdk.NAME.
//
// The go command finds and compiles what the package imports; nothing is
// downloaded that is not needed, and nothing of the package runs.
package goschema
