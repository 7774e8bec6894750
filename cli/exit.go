package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
)

// The exit codes are interface: scripts branch on them.
const (
	exitOK          = 0
	exitInternal    = 1
	exitUsage       = 2
	exitConfig      = 3
	exitNetwork     = 4
	exitCheck       = 5
	exitRejected    = 6
	exitFailed      = 7
	exitUnknown     = 8
	exitDeclined    = 9
	exitInterrupted = 130
)

var exitTexts = []struct {
	code int
	text string
}{
	{exitOK, "ok"},
	{exitInternal, "internal error: a bug in weft"},
	{exitUsage, "usage: a command, flag or argument is wrong; nothing was done"},
	{exitConfig, "configuration: a file, a folder, the genesis or the chain id does not fit"},
	{exitNetwork, "network: no node answered; nothing was sent, trying again is safe"},
	{exitCheck, "check failed: a test or verification said no, or a query was refused"},
	{exitRejected, "rejected: the transaction was refused before a block took it; nothing was paid"},
	{exitFailed, "failed: a block holds the transaction and it failed; the fee is paid, do not retry blindly"},
	{exitUnknown, "unknown: the transaction was sent and its outcome is not known; its hash was printed"},
	{exitDeclined, "declined: no key, wrong passphrase, or nobody said yes"},
	{exitInterrupted, "interrupted"},
}

// failure is an error that knows its exit code and, maybe, what to type next.
type failure struct {
	code int
	err  error
	hint string
}

// Error returns the text of the error.
func (f *failure) Error() string { return f.err.Error() }

// Unwrap returns the error itself.
func (f *failure) Unwrap() error { return f.err }

func fail(code int, format string, args ...any) error {
	return &failure{code: code, err: fmt.Errorf(format, args...)}
}

func usage(format string, args ...any) error { return fail(exitUsage, format, args...) }

// hint adds what to type next.
func hint(err error, format string, args ...any) error {
	return &failure{code: exitCode(err), err: err, hint: fmt.Sprintf(format, args...)}
}

// keyErrors are what can be wrong with keys; ErrBackend is a wrong flag.
var keyErrors = []error{
	keyring.ErrNotFound, keyring.ErrExists, keyring.ErrName, keyring.ErrPassphrase, keyring.ErrWeak, keyring.ErrCorrupt,
	keyring.ErrUnsafe, keyring.ErrNoOSKeyring, keyring.ErrMnemonic, keyring.ErrPath, keyring.ErrNoSecret,
}

// exitCode finds the exit code of an error.
func exitCode(err error) int {
	var (
		f        *failure
		network  *client.NetworkError
		node     *client.NodeError
		query    *client.QueryError
		rejected *client.RejectedError
		included *client.FailedError
		unknown  *client.UnknownError
		chainID  *client.ChainIDError
		unproven *client.ProofError
		path     *fs.PathError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &f):
		return f.code
	case errors.As(err, &unknown):
		return exitUnknown
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &rejected), errors.Is(err, client.ErrNoAccount):
		return exitRejected
	case errors.As(err, &included):
		return exitFailed
	case errors.As(err, &chainID):
		return exitConfig
	case errors.As(err, &network):
		return exitNetwork
	case errors.As(err, &query), errors.As(err, &node), errors.As(err, &unproven):
		return exitCheck
	case errors.Is(err, client.ErrTrustStore):
		return exitConfig
	case errors.Is(err, client.ErrURL), errors.Is(err, client.ErrHash), errors.Is(err, keyring.ErrBackend):
		return exitUsage
	}
	for _, e := range keyErrors {
		if errors.Is(err, e) {
			return exitDeclined
		}
	}
	if _, verdict := chain.Verdict(err); verdict {
		return exitUsage // an address, an amount: what the user wrote
	}
	if errors.As(err, &path) {
		return exitConfig
	}
	return exitInternal
}

func (r *run) exitCodesCommand() *cobra.Command {
	return r.command(spec{
		use: "exit-codes", short: "List the exit codes and what they mean", args: cobra.NoArgs,
		do: func(o options, _ []string) error {
			type row struct {
				Code    int    `json:"code"`
				Meaning string `json:"meaning"`
			}
			rows := make([]row, len(exitTexts))
			for i, e := range exitTexts {
				rows[i] = row{e.code, e.text}
			}
			if o.json() {
				return r.printValue(o, rows)
			}
			for _, row := range rows {
				if _, err := fmt.Fprintf(r.out, "%3d  %s\n", row.Code, row.Meaning); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
