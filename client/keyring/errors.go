package keyring

import "errors"

// What can be wrong with a key or with the place where keys are kept. Callers
// find them with errors.Is; the text around them says which key or file.
var (
	// ErrNotFound says that there is no key of that name or address.
	ErrNotFound = errors.New("no such key")
	// ErrExists says that a key of that name, or of one that differs only in
	// upper and lower case, is already there.
	ErrExists = errors.New("key exists already")
	// ErrName says that a name is not allowed.
	ErrName = errors.New("a key's name has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with a letter, a digit or _")
	// ErrPassphrase says that a passphrase does not open a key, or that
	// somebody changed the file: the two look the same from outside.
	ErrPassphrase = errors.New("wrong passphrase, or the file was changed")
	// ErrWeak says that a new passphrase is too short.
	ErrWeak = errors.New("a passphrase needs at least 8 characters")
	// ErrCorrupt says that a key file or an armored key cannot be read.
	ErrCorrupt = errors.New("not a readable key")
	// ErrNoSecret says that only the public half of a key is known here.
	ErrNoSecret = errors.New("its secret is not in this keyring; sign where it is, or with a member's key")
	// ErrUnsafe says that others may read a key's file or write beside it.
	ErrUnsafe = errors.New("other users can reach this")
	// ErrBackend says that a backend is not one of os, file and test.
	ErrBackend = errors.New("the keyring backend is one of os, file, test")
	// ErrNoOSKeyring says that the operating system offers no keyring.
	ErrNoOSKeyring = errors.New("no keyring of the operating system answers; use --keyring-backend file")
	// ErrMnemonic says that words are not a valid mnemonic.
	ErrMnemonic = errors.New("not a valid mnemonic")
	// ErrPath says that a derivation path cannot be used.
	ErrPath = errors.New("not a derivation path such as m/44'/118'/0'/0/0")
)
