package cli

import (
	"github.com/spf13/cobra"

	gov "github.com/weftchain/weft/proto/cosmos/gov/v1"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
)

// Modules that wallets and explorers of the ecosystem ask for, though a chain of
// weft may have nothing to tell.
const (
	mintQuery = "/cosmos.mint.v1beta1.Query/"
	govQuery  = "/cosmos.gov.v1.Query/"
)

func (r *run) queryMint() *cobra.Command {
	return newGroup("mint", "New coins",
		r.queryOf(method("params", "Parameters of new coins", mintQuery+"Params",
			nothing[mint.QueryParamsRequest](),
			empty[mint.QueryParamsResponse]())),
		r.queryOf(method("inflation", "How many coins are made in a year, as a part of all", mintQuery+"Inflation",
			nothing[mint.QueryInflationRequest](),
			empty[mint.QueryInflationResponse]())),
		r.queryOf(method("annual-provisions", "How many coins are made in a year", mintQuery+"AnnualProvisions",
			nothing[mint.QueryAnnualProvisionsRequest](),
			empty[mint.QueryAnnualProvisionsResponse]())),
	)
}

func (r *run) queryGov() *cobra.Command {
	return newGroup("gov", "Government: a chain of weft has none",
		r.queryOf(method("params", "Parameters of votes", govQuery+"Params",
			nothing[gov.QueryParamsRequest](),
			empty[gov.QueryParamsResponse]())),
	)
}
