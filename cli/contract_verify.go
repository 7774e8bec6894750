package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/contracts/tool"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

func (r *run) contractVerify() *cobra.Command {
	return r.command(spec{
		use: "verify CONTRACT|CODE_ID", short: "Rebuild a contract from its source and compare", args: cobra.ExactArgs(1),
		example: "  weft contract verify hello\n  weft contract verify weft1… --source ./hello\n  weft contract verify 7 --file cw20_base.wasm",
		long: "Fetch the code of a contract, build the project in --source as the manifest in the\n" +
			"code says, and compare byte by byte. A code without a manifest, such as one from\n" +
			"Rust, is compared with a file. Exit code 5: they are not the same, and why.",
		flags: []func(*pflag.FlagSet){nodeFlag, keyringFlags, prefixFlag, chainIDFlag, func(f *pflag.FlagSet) {
			f.String("source", ".", "folder of the contract's project")
			f.String("file", "", "compare with this module, plain or compressed, in place of a source")
		}},
		do: func(o options, args []string) error {
			if o.given("source") && o.given("file") {
				return usage("--source and --file exclude each other")
			}
			what, code, err := r.codeOf(o, args[0])
			if err != nil {
				return err
			}
			v, err := r.verify(o, code)
			if err != nil {
				return err
			}
			return r.printComparison(o, what, v)
		},
	})
}

// codeOf fetches the code of a contract or of a number.
func (r *run) codeOf(o options, text string) (what string, code []byte, err error) {
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		if id, err = r.codeOfContract(ctx, o, node, text); err != nil {
			return "", nil, err
		}
	}
	res := &wasm.QueryCodeResponse{}
	if err := node.Query(ctx, wasmQuery+"Code", 0, &wasm.QueryCodeRequest{CodeID: id}, res); err != nil {
		return "", nil, err
	}
	code, err = tool.Unzip("the code", res.Data)
	return fmt.Sprintf("code %d", id), code, err
}

func (r *run) codeOfContract(ctx context.Context, o options, node *client.Client, text string) (uint64, error) {
	chainID, err := o.chainID()
	if err != nil {
		return 0, err
	}
	var s sender
	if s.prefix, err = o.chainPrefix(ctx, node); err != nil {
		return 0, err
	}
	ref, err := o.contractNamed(text, chainID, s.isAddress)
	if err != nil {
		return 0, err
	}
	res := &wasm.QueryContractInfoResponse{}
	if err := node.Query(ctx, wasmQuery+"ContractInfo", 0, &wasm.QueryContractInfoRequest{Address: ref.address}, res); err != nil {
		return 0, gone(ref, err)
	}
	return res.ContractInfo.CodeID, nil
}

func (r *run) verify(o options, code []byte) (tool.Verdict, error) {
	if file := o.GetString("file"); file != "" {
		data, err := readFile(file, maxFileBytes)
		if err != nil {
			return tool.Verdict{}, err
		}
		if data, err = tool.Unzip(file, data); err != nil {
			return tool.Verdict{}, usage("%w", err)
		}
		return tool.VerifyFile(code, data), nil
	}
	if _, err := tool.ReadManifest(code); err != nil {
		return tool.Verdict{}, hint(fail(exitCheck, "%w", err), "Compare it with a file: --file contract.wasm.")
	}
	dir := o.GetString("source")
	if _, err := os.Stat(dir); err != nil {
		return tool.Verdict{}, fail(exitConfig, "--source: %w", err)
	}
	if err := r.connect(o, dir); err != nil {
		return tool.Verdict{}, err
	}
	p := r.progress()
	defer p.end()
	v, err := tool.VerifySource(r.ctx, code, dir, r.err, p.step)
	return v, toolError(err)
}

func (r *run) printComparison(o options, what string, v tool.Verdict) error {
	var failed error
	if !v.Match {
		failed = fail(exitCheck, "%s is not what was given: %s", what, strings.Join(v.Reasons, "; "))
		if m := v.Manifest; m.Go != "" && strings.Contains(strings.Join(v.Reasons, "\n"), "toolchain") {
			failed = hint(failed, "To build with the toolchain of the code: GOTOOLCHAIN=%s weft contract verify …", m.Go)
		}
	}
	if o.json() {
		return errors.Join(r.printEnvelope(o, "verify", v, failed), failed)
	}
	word := "match"
	if !v.Match {
		word = "NO MATCH"
	}
	if _, err := fmt.Fprintf(r.out, "%s  %s  sha256 %s\n", word, what, v.Checksum); err != nil {
		return err
	}
	if m := v.Manifest; m.Module != "" {
		if _, err := fmt.Fprintf(r.out, "  source  %s %s\n  go      %s\n", printable(m.Module), printable(m.Source), printable(m.Go)); err != nil {
			return err
		}
	}
	for _, reason := range v.Reasons {
		if _, err := fmt.Fprintf(r.out, "  no      %s\n", printable(reason)); err != nil {
			return err
		}
	}
	return failed
}
