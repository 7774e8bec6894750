// Package counter is a contract that counts: the first one to read. Anybody may
// increment, only the owner may reset.
package counter

import (
	"math"

	"github.com/weftchain/weft/contracts/sdk"
)

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the counter.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("increment", increment),
		sdk.On("reset", reset),
	},
	Query: sdk.Answers{
		sdk.Answer("count", count),
	},
}

// Instantiate begins at a number.
//
//sdk:json
type Instantiate struct {
	Count int64 `json:"count"`
}

// Increment adds one.
//
//sdk:json
type Increment struct{}

// Reset begins again, at a number.
//
//sdk:json
type Reset struct {
	Count int64 `json:"count"`
}

// Count asks for the number.
//
//sdk:json
type Count struct{}

// CountAnswer is the number and who may reset it.
//
//sdk:json
type CountAnswer struct {
	Count int64    `json:"count"`
	Owner sdk.Addr `json:"owner"`
}

// state is the one thing that the contract stores.
//
//sdk:json
type state struct {
	Count int64    `json:"count"`
	Owner sdk.Addr `json:"owner"`
}

var states = sdk.NewItem[state]("state")

// The errors of the counter.
const (
	ErrNotOwner = sdk.Error("only the owner may reset the counter")
	ErrFull     = sdk.Error("the counter is full: reset it")
)

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	states.Save(c, state{Count: m.Count, Owner: c.Sender})
	return sdk.Respond("instantiate").Attr("owner", c.Sender.String()), nil
}

func increment(c *sdk.Context, _ *Increment) (*sdk.Response, error) {
	s := states.Load(c)
	if s.Count == math.MaxInt64 {
		return nil, ErrFull
	}
	s.Count++
	states.Save(c, s)
	return sdk.Respond("increment"), nil
}

func reset(c *sdk.Context, m *Reset) (*sdk.Response, error) {
	s := states.Load(c)
	if c.Sender != s.Owner {
		return nil, ErrNotOwner
	}
	s.Count = m.Count
	states.Save(c, s)
	return sdk.Respond("reset"), nil
}

func count(c *sdk.Context, _ *Count) (*CountAnswer, error) {
	s := states.Load(c)
	return &CountAnswer{Count: s.Count, Owner: s.Owner}, nil
}
