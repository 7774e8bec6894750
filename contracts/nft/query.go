package nft

import "github.com/weftchain/weft/contracts/sdk"

// Pages of lists have 10 entries unless the query says so, and never more than
// 100. A page of operators skips at most 1000 that have expired.
const (
	maxLimit   = 100
	maxSkipped = 1000
)

// page is the range of a list's page.
func page[K any](startAfter *K, limit *uint32) sdk.Range[K] {
	r := sdk.Page(startAfter, limit)
	if limit != nil && *limit > sdk.PageMaxLimit {
		r.Limit = int(min(*limit, maxLimit))
	}
	return r
}

// good reports whether an approval is to be shown.
func good(c *sdk.Context, expires sdk.Expiration, includeExpired *bool) bool {
	return includeExpired != nil && *includeExpired || !expires.Passed(c.Block())
}

// shown returns the approvals of a token that are to be shown.
func (t *token) shown(c *sdk.Context, includeExpired *bool) []Approval {
	var list []Approval
	for _, a := range t.Approvals {
		if good(c, a.Expires, includeExpired) {
			list = append(list, a)
		}
	}
	return list
}

func queryOwnerOf(c *sdk.Context, m *QueryToken) (*OwnerOfAnswer, error) {
	t, err := load(c, m.TokenID)
	if err != nil {
		return nil, err
	}
	return &OwnerOfAnswer{Owner: t.Owner, Approvals: t.shown(c, m.IncludeExpired)}, nil
}

func queryApprovals(c *sdk.Context, m *QueryToken) (*ApprovalsAnswer, error) {
	t, err := load(c, m.TokenID)
	if err != nil {
		return nil, err
	}
	return &ApprovalsAnswer{Approvals: t.shown(c, m.IncludeExpired)}, nil
}

func queryApproval(c *sdk.Context, m *QueryApproval) (*ApprovalAnswer, error) {
	t, err := load(c, m.TokenID)
	if err != nil {
		return nil, err
	}
	if string(t.Owner) == m.Spender {
		return &ApprovalAnswer{Approval{Spender: t.Owner}}, nil // for ever
	}
	for _, a := range t.shown(c, m.IncludeExpired) {
		if string(a.Spender) == m.Spender {
			return &ApprovalAnswer{a}, nil
		}
	}
	return nil, ErrNoApproval
}

func queryOperator(c *sdk.Context, m *QueryOperator) (*ApprovalAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	operator, err := c.Address(m.Operator)
	if err != nil {
		return nil, err
	}
	expires, ok := operators.Get(c, ownerOperator{First: owner, Second: operator})
	if !ok || !good(c, expires, m.IncludeExpired) {
		return nil, ErrNoApproval
	}
	return &ApprovalAnswer{Approval{Spender: operator, Expires: expires}}, nil
}

func queryAllOperators(c *sdk.Context, m *QueryAllOperators) (*OperatorsAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	var after *sdk.Addr
	if m.StartAfter != nil {
		start, err := c.Address(*m.StartAfter)
		if err != nil {
			return nil, err
		}
		after = &start
	}
	r := page(after, m.Limit)
	wanted, skipped := r.Limit, 0
	r.Limit = 0 // of those that are shown
	answer := &OperatorsAnswer{}
	for operator, expires := range sdk.Sub(operators, owner).All(c, r) {
		switch {
		case len(answer.Operators) >= wanted:
			return answer, nil
		case good(c, expires, m.IncludeExpired):
			answer.Operators = append(answer.Operators, Approval{Spender: operator, Expires: expires})
		case skipped == maxSkipped:
			return nil, ErrManyExpired
		default:
			skipped++
		}
	}
	return answer, nil
}

func queryNumTokens(c *sdk.Context, _ *QueryNumTokens) (*NumTokensAnswer, error) {
	n, _ := supply.Get(c)
	return &NumTokensAnswer{Count: uint64(n)}, nil
}

func queryContractInfo(c *sdk.Context, _ *QueryContractInfo) (*ContractInfo, error) {
	i := info.Load(c)
	return &i, nil
}

func queryNftInfo(c *sdk.Context, m *QueryNftInfo) (*NftInfoAnswer, error) {
	t, err := load(c, m.TokenID)
	if err != nil {
		return nil, err
	}
	return &NftInfoAnswer{TokenURI: t.TokenURI, Extension: t.Extension}, nil
}

func queryAllNftInfo(c *sdk.Context, m *QueryToken) (*AllNftInfoAnswer, error) {
	t, err := load(c, m.TokenID)
	if err != nil {
		return nil, err
	}
	return &AllNftInfoAnswer{
		Access: OwnerOfAnswer{Owner: t.Owner, Approvals: t.shown(c, m.IncludeExpired)},
		Info:   NftInfoAnswer{TokenURI: t.TokenURI, Extension: t.Extension},
	}, nil
}

func queryTokens(c *sdk.Context, m *QueryTokens) (*TokensAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	return list(c, sdk.Sub(byOwner, owner), m.StartAfter, m.Limit), nil
}

func queryAllTokens(c *sdk.Context, m *QueryAllTokens) (*TokensAnswer, error) {
	return list(c, tokens, m.StartAfter, m.Limit), nil
}

// list returns a page of the ids that a map is indexed by.
func list[T any](c *sdk.Context, m sdk.Map[sdk.Text, T], startAfter *string, limit *uint32) *TokensAnswer {
	answer := &TokensAnswer{}
	for id := range m.Keys(c, page((*sdk.Text)(startAfter), limit)) {
		answer.Tokens = append(answer.Tokens, string(id))
	}
	return answer
}

func queryMinter(c *sdk.Context, _ *QueryMinter) (*MinterAnswer, error) {
	return &MinterAnswer{Minter: ownership.Load(c).Owner}, nil
}

func queryOwnership(c *sdk.Context, _ *QueryOwnership) (*Ownership, error) {
	o := ownership.Load(c)
	return &o, nil
}
