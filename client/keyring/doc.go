// Package keyring keeps the keys of a user: on disk, one sealed file per key,
// and for backend "os" with the sealing key in the keyring of the operating
// system. It knows mnemonics (BIP-39), derivation (BIP-32, BIP-44), the file
// format and the Cosmos armor for moving keys in and out. It asks for a
// passphrase through a function that it is given, prints nothing, and leaves
// to others what is signed (package tx) and how a user is asked (package cli).
package keyring
