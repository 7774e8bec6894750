// Package layout says where things lie in the state: store names, key
// prefixes, and how the addresses of modules and contracts come about. Modules
// write by it and clients verify proofs by it, so it is interface: the stores
// of Cosmos modules are laid out as those modules lay them out.
package layout
