package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// versions is where CW2 has what code runs a contract, for explorers and for the
// migration to the next code. A package variable would be in contracts that do
// not use it.
func versions() Item[Version] { return NewItem[Version]("contract_info") }

// Version is the name and version of a contract's code, as CW2 stores it.
type Version struct {
	Contract string // like weft:token
	Version  string // like 1.0.0
}

// SaveVersion stores what code the contract runs: in instantiate and migrate.
func (c *Context) SaveVersion(contract, version string) {
	versions().Save(c, Version{Contract: contract, Version: version})
}

// SavedVersion returns what code last said it runs the contract; before a
// migration that is the old one. ok is false if none did.
func (c *Context) SavedVersion() (v Version, ok bool) { return versions().Get(c) }

// EncodeJSON writes {"contract":…,"version":…}.
func (v Version) EncodeJSON(w *json.Writer) {
	w.Object()
	field(w, "contract", v.Contract)
	field(w, "version", v.Version)
	w.EndObject()
}

// DecodeJSON reads what EncodeJSON writes.
func (v *Version) DecodeJSON(r *json.Reader) {
	for r.Object(); r.Field(); {
		switch r.Name {
		case "contract":
			v.Contract = r.Text()
		case "version":
			v.Version = r.Text()
		default:
			r.Unknown()
		}
	}
}
