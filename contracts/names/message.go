package names

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes a name service.
//
//sdk:json
type Instantiate struct {
	Admin  *string `json:"admin"` // missing: the sender
	Denom  string  `json:"denom"` // of the rent
	Prices []Price `json:"prices"`
}

// Price is the rent of names from a length on, up to the next price's length.
//
//sdk:json
type Price struct {
	Length  uint8       `json:"length"` // in characters
	PerYear sdk.Uint128 `json:"per_year"`
}

// Register rents a free name for the sender, who pays exactly what the query price
// says. The name stands for the sender's address until set_address says otherwise.
//
//sdk:json
type Register struct {
	Name string `json:"name"`
	Days uint32 `json:"days"`
}

// Renew pays for a name from when its rent runs out. Anybody may.
//
//sdk:json
type Renew struct {
	Name string `json:"name"`
	Days uint32 `json:"days"`
}

// Transfer gives a name to another owner, for whose address it stands from now on.
// Its texts are gone.
//
//sdk:json
type Transfer struct {
	Name string `json:"name"`
	To   string `json:"to"`
}

// Release gives a name up. It is free at once, and nothing is paid back.
//
//sdk:json
type Release struct {
	Name string `json:"name"`
}

// SetAddress says what address a name stands for.
//
//sdk:json
type SetAddress struct {
	Name    string  `json:"name"`
	Address *string `json:"address"` // null: none
}

// SetText says something else of a name, like the URL of a page.
//
//sdk:json
type SetText struct {
	Name  string  `json:"name"`
	Key   string  `json:"key"`
	Value *string `json:"value"` // null deletes
}

// SetReverse says what name the sender wants to be called by.
//
//sdk:json
type SetReverse struct {
	Name *string `json:"name"` // null: none
}

// SetPrices changes the rent of what is paid from now on.
//
//sdk:json
type SetPrices struct {
	Prices []Price `json:"prices"`
}

// Withdraw sends the income to the admin.
//
//sdk:json
type Withdraw struct {
	// Denom is missing for that of the rent; others come by mistake.
	Denom *string `json:"denom"`
}

// OfferAdmin offers the admin's rights to an account, which accepts.
//
//sdk:json
type OfferAdmin struct {
	To *string `json:"to"` // null takes an offer back
}

// AcceptAdmin accepts what OfferAdmin offered.
//
//sdk:json
type AcceptAdmin struct{}

// Config is what the admin decides.
//
//sdk:json
type Config struct {
	Admin   sdk.Addr  `json:"admin"`
	Offered *sdk.Addr `json:"offered"`
	Denom   string    `json:"denom"`
	Prices  []Price   `json:"prices"`
}

// Record is a name in the store.
//
//sdk:json
type Record struct {
	Owner   sdk.Addr      `json:"owner"`
	Expires sdk.Timestamp `json:"expires"`
	Address *sdk.Addr     `json:"address"`
	Texts   []Text        `json:"texts"`
}

// Text is something that a name stands for besides an address.
//
//sdk:json
type Text struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// QueryConfig asks for what the admin decides.
//
//sdk:json
type QueryConfig struct{}

// QueryPrice asks what it costs now to rent or renew a name.
//
//sdk:json
type QueryPrice struct {
	Name string `json:"name"`
	Days uint32 `json:"days"`
}

// PriceAnswer is what to send along, exactly.
//
//sdk:json
type PriceAnswer struct {
	Rent sdk.Coin `json:"rent"`
	Free bool     `json:"free"` // the name may be registered
}

// QueryResolve asks what address a name stands for. It is an error if there is
// none, so that nobody pays to nobody.
//
//sdk:json
type QueryResolve struct {
	Name string `json:"name"`
}

// ResolveAnswer is an address.
//
//sdk:json
type ResolveAnswer struct {
	Address sdk.Addr `json:"address"`
}

// QueryRecord asks for all that is known of a name.
//
//sdk:json
type QueryRecord struct {
	Name string `json:"name"`
}

// RecordAnswer is all that is known of a name. In the time of grace, from expires
// on, it stands for nothing.
//
//sdk:json
type RecordAnswer struct {
	Owner   sdk.Addr      `json:"owner"`
	Expires sdk.Timestamp `json:"expires"`
	Grace   bool          `json:"grace"`
	Address *sdk.Addr     `json:"address"`
	Texts   []Text        `json:"texts"`
}

// QueryNames asks for the names of an owner.
//
//sdk:json
type QueryNames struct {
	Owner      string  `json:"owner"`
	StartAfter *string `json:"start_after"`
	Limit      *uint32 `json:"limit"`
}

// NamesAnswer is a page of names. One whose grace is over is listed until somebody
// else registers it.
//
//sdk:json
type NamesAnswer struct {
	Names []Owned `json:"names"`
}

// Owned is a name of an owner.
//
//sdk:json
type Owned struct {
	Name    string        `json:"name"`
	Expires sdk.Timestamp `json:"expires"`
}

// QueryReverse asks what name an address is called by.
//
//sdk:json
type QueryReverse struct {
	Address string `json:"address"`
}

// ReverseAnswer is a name that stands for the address; null: none.
//
//sdk:json
type ReverseAnswer struct {
	Name *string `json:"name"`
}
