package method

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node/api/limit"
)

// HeightKey is the name of the header that selects a height, in requests, and
// tells it, in answers.
const HeightKey = "x-cosmos-block-height"

// Height reads the header that selects a height; no value is the latest.
func Height(values []string) (int64, error) {
	switch len(values) {
	case 0:
		return 0, nil
	case 1:
	default:
		return 0, status.Errorf(codes.InvalidArgument, "%d headers %s, at most 1", len(values), HeightKey)
	}
	if values[0] == "" {
		return 0, nil
	}
	height, err := strconv.ParseInt(values[0], 10, 64)
	if err != nil {
		return 0, status.Errorf(codes.InvalidArgument, "invalid height header %q: %.40q is no number of a block", HeightKey, values[0])
	}
	if height < 0 {
		return 0, status.Errorf(codes.InvalidArgument, "invalid height header %q: height < 0", HeightKey)
	}
	return height, nil
}

// malformed are the verdicts that say that the request itself is wrong. The
// reference answers Unknown, thus HTTP 500, to some of them, which tells a
// client to try again.
var malformed = []*chain.Error{
	chain.ErrTxDecode, chain.ErrInvalidAddress, chain.ErrInvalidPubKey, chain.ErrInvalidCoins,
	chain.ErrInvalidRequest, chain.ErrJSONUnmarshal, chain.ErrInvalidType, chain.ErrTxTooLarge, chain.ErrInvalidHeight,
}

// Status returns what gRPC clients see of an error: its own status if it has
// one; of a verdict codespace, code and text in the reference's words, for
// clients look for them there; of any other error, which is this node's fault,
// that it is internal.
func Status(err error) *status.Status {
	if err == nil {
		return nil
	}
	var refusal *limit.Error
	if errors.As(err, &refusal) {
		return status.New(codes.ResourceExhausted, refusal.Error())
	}
	var own interface{ GRPCStatus() *status.Status }
	if errors.As(err, &own) {
		return own.GRPCStatus()
	}
	verdict, ok := chain.Verdict(err)
	switch {
	case ok:
	case errors.Is(err, context.Canceled):
		return status.New(codes.Canceled, "the client went away")
	case errors.Is(err, context.DeadlineExceeded):
		return status.New(codes.DeadlineExceeded, "the client's own deadline has passed")
	default:
		return status.New(codes.Internal, "this node cannot answer: "+firstLine(err.Error()))
	}
	text, path := chain.ErrorText(err)
	text = words(verdict, text)
	if verdict == chain.ErrOutOfGas {
		text += " (ask for less: query_gas_limit and simulation_gas_limit of the chain's parameters bound a query, see /weft.params.v1.Query/Params)"
	}
	return status.New(code(verdict), text+path)
}

func code(verdict *chain.Error) codes.Code {
	for _, m := range malformed {
		if verdict == m {
			return codes.InvalidArgument
		}
	}
	switch verdict {
	case chain.ErrKeyNotFound, chain.ErrNotFound:
		return codes.NotFound
	case chain.ErrNotSupported:
		return codes.Unimplemented
	case chain.ErrOutOfGas:
		return codes.ResourceExhausted
	}
	return codes.Unknown
}

// words puts a verdict's text as the reference does: the registered text first,
// what was wrapped around it behind.
func words(verdict *chain.Error, text string) string {
	name := fmt.Sprintf("codespace %s code %d: %s", verdict.Codespace, verdict.Code, verdict.Error())
	around := strings.TrimSuffix(strings.TrimSuffix(text, verdict.Error()), ": ")
	if around == "" {
		return name
	}
	return name + ": " + around
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
