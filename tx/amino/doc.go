// Package amino writes messages in the JSON that SIGN_MODE_LEGACY_AMINO_JSON
// signs: keys sorted, no white space, 64-bit numbers as text, empty fields left
// out unless the table of this package says otherwise. It replays what the
// reference's encoder does (x/tx/signing/aminojson of cosmos-sdk v0.54.0), which
// is part of consensus: a signature is good over these very bytes or not at all.
//
// It knows names and fields of messages. It does not know transactions, keys or
// accounts: the document around the messages and the signature over it belong
// to package tx.
package amino
