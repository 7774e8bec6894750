package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// run is one invocation of weft.
type run struct {
	ctx     context.Context
	stdin   io.Reader
	lines   *bufio.Reader // over stdin, shared by everything that reads lines
	out     io.Writer
	err     io.Writer
	args    []string // of the command line
	started bool     // a command's own code runs: errors are no longer usage errors

	completing bool // a shell asks what could stand here
}

// Main runs the command line args (without the program's name) and returns the
// exit code. It leaves no goroutine, process or changed terminal behind.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return runWith(ctx, args, stdin, stdout, stderr)
}

func runWith(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	r := &run{ctx: ctx, args: args, stdin: stdin, lines: bufio.NewReaderSize(stdin, maxLineBytes), out: stdout, err: stderr}
	defer func() {
		if bug := recover(); bug != nil {
			fmt.Fprintf(stderr, "weft: internal error: %s\nThis is a bug; please report it with the command that you typed.\n", printable(fmt.Sprint(bug)))
			code = exitInternal
		}
	}()
	r.completing = len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
	root := r.root()
	root.SetArgs(args)
	root.SetContext(ctx)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return r.finish(root.Execute())
}

// finish prints an error and turns it into an exit code.
func (r *run) finish(err error) int {
	if err == nil {
		return exitOK
	}
	code := exitCode(err)
	if !r.started && code == exitInternal {
		code = exitUsage
	}
	fmt.Fprintf(r.err, "weft: %s\n", printable(failureLines(err.Error())))
	var f *failure
	if errors.As(err, &f) && f.hint != "" {
		fmt.Fprintf(r.err, "%s\n", printable(f.hint))
	} else if code == exitUsage {
		fmt.Fprintln(r.err, "Add --help to the command to see how it is used.")
	}
	if more := explainHint(err); more != "" {
		fmt.Fprintln(r.err, printable(more))
	}
	return code
}

// root is the tree of commands.
func (r *run) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "weft",
		Short:         "weft: a smart-contract chain in one binary",
		Long:          "weft is node, command line and tools of a smart-contract chain.\n\nFirst steps:\n  weft init my-node --chain-id weft-local\n  weft keys add alice\n  weft genesis add-account alice 1000000000uweft\n  weft genesis gentx alice 500000000uweft && weft genesis collect-gentxs\n  weft start",
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          group,
		Args:          cobra.ArbitraryArgs,

		SuggestionsMinimumDistance: 2,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().String("home", defaultHome(), "folder of configuration, keys and data (WEFT_HOME)")
	root.AddCommand(
		r.initCommand(), r.startCommand(), r.signerCommand(), r.syncCommand(), r.genesisCommand(),
		r.keysCommand(), r.txCommand(), r.queryCommand(), r.cometCommand(), r.contractCommand(),
		r.mineCommand(), r.gridCommand(), r.lotteryCommand(),
		r.testnetCommand(), r.snapshotCommand(), r.exportCommand(), r.rollbackCommand(), r.doctorCommand(),
		r.statusCommand(), r.eventsCommand(), r.traceCommand(), r.debugCommand(), r.versionCommand(), r.exitCodesCommand(), r.explainCommand(), r.completionCommand(root),
	)
	return root
}

// group is what a command does that only holds others: it shows its help, and
// refuses a word that is none of them.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	text := fmt.Sprintf("unknown command %.80q for %q", args[0], cmd.CommandPath())
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		text += fmt.Sprintf(", did you mean %q?", like[0])
	}
	return usage("%s", text)
}

// newGroup returns a command that holds others.
func newGroup(use, short string, subs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, RunE: group, Args: cobra.ArbitraryArgs, SuggestionsMinimumDistance: 2}
	cmd.AddCommand(subs...)
	return cmd
}
