package cli

import (
	_ "embed" // explain.txt
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
)

// explainText is written for people; its form is described at its head.
//
//go:embed explain.txt
var explainText string

// exitSpace stands for a codespace where weft's own exit codes are meant.
const exitSpace = "exit"

// explanation is what there is to say of one error.
type explanation struct {
	Codespace string   `json:"codespace"`
	Code      uint32   `json:"code"`
	Title     string   `json:"title"`
	Means     string   `json:"means"`
	Causes    []string `json:"causes"`
	Next      []string `json:"next"`
}

func (e explanation) name() string { return fmt.Sprintf("%s/%d", e.Codespace, e.Code) }

// explanations reads explain.txt and gives each entry its title.
func explanations() ([]explanation, error) {
	titles := titles()
	var out []explanation
	for block := range strings.SplitSeq(explainText, "\n\n") {
		e, isEntry, err := parseExplanation(block)
		if err != nil {
			return nil, fmt.Errorf("explain.txt: %w", err)
		}
		if isEntry {
			e.Title = titles[e.name()]
			out = append(out, e)
		}
	}
	return out, nil
}

// titles are the registered texts of all errors and the texts of exit codes.
func titles() map[string]string {
	out := map[string]string{}
	for _, e := range chain.Errors() {
		out[fmt.Sprintf("%s/%d", e.Codespace, e.Code)] = e.Error()
	}
	for _, e := range exitTexts {
		out[fmt.Sprintf("%s/%d", exitSpace, e.code)] = e.text
	}
	return out
}

func parseExplanation(block string) (e explanation, isEntry bool, err error) {
	e.Causes, e.Next = []string{}, []string{}
	var last *string
	for line := range strings.SplitSeq(strings.TrimSpace(block), "\n") {
		head, rest, _ := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "#"), line == "":
		case strings.HasPrefix(line, "  ") && last != nil:
			*last += " " + strings.TrimSpace(line)
		case e.Codespace == "":
			space, number, _ := strings.Cut(line, "/")
			code, err := strconv.ParseUint(number, 10, 32)
			if err != nil {
				return e, false, fmt.Errorf("line %q: %w", line, err)
			}
			e.Codespace, e.Code = space, uint32(code)
		case head == "means":
			e.Means = rest
			last = &e.Means
		case head == "cause":
			e.Causes = append(e.Causes, rest)
			last = &e.Causes[len(e.Causes)-1]
		case head == "do":
			e.Next = append(e.Next, strings.TrimSpace(rest))
			last = &e.Next[len(e.Next)-1]
		default:
			return e, false, fmt.Errorf("line %q of %s", line, e.name())
		}
	}
	return e, e.Codespace != "", nil
}

func (r *run) explainCommand() *cobra.Command {
	return r.command(spec{
		use: "explain CODE", short: "Say what an error code means and what to do", args: cobra.MaximumNArgs(2),
		long:    "Say what an error means, what usually causes it and what to do next. CODE is\nCODESPACE/CODE as error messages have it, exit/N for an exit code of weft, or\na number alone, which explains every error with that number.",
		example: "  weft explain wasm/5\n  weft explain 13 --codespace sdk\n  weft explain exit/7\n  weft explain --list",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("codespace", "", "codespace of the code: sdk, wasm, bank …; exit for exit codes")
			f.Bool("list", false, "list all codes")
		}},
		do: r.explain,
	})
}

func (r *run) explain(o options, args []string) error {
	all, err := explanations()
	if err != nil {
		return err
	}
	space := o.GetString("codespace")
	if o.GetBool("list") {
		if len(args) > 0 {
			return usage("--list takes no code")
		}
		return r.listExplanations(o, among(all, space, nil))
	}
	var code *uint32
	switch {
	case len(args) == 0:
		return usage("which code? Write one such as wasm/5, or --list")
	case len(args) == 2 && space == "": // weft explain wasm 5
		space = args[0]
	case len(args) == 2:
		return usage("--codespace %.40q and a second argument exclude each other", space)
	}
	if space, code, err = readCode(space, args[len(args)-1]); err != nil {
		return err
	}
	found := among(all, space, code)
	if len(found) == 0 {
		return hint(usage("no error of this program is called %s", strings.Join(args, " ")), "All that there are: weft explain --list")
	}
	if o.json() {
		return r.printValue(o, found)
	}
	for i, e := range found {
		if i > 0 {
			fmt.Fprintln(r.out)
		}
		if err := e.write(r.out); err != nil {
			return err
		}
	}
	return nil
}

// readCode reads "wasm/5", "5", or "5" of a codespace that is known already.
func readCode(space, text string) (string, *uint32, error) {
	number := strings.TrimSuffix(text, ":") // as copied out of a message
	if before, after, ok := strings.Cut(number, "/"); ok {
		if space != "" && space != before {
			return "", nil, usage("%.60q names another codespace than %.40q", text, space)
		}
		space, number = before, after
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return "", nil, usage("%.60q is not a code; write wasm/5, or 5 --codespace wasm", text)
	}
	code := uint32(n)
	return space, &code, nil
}

// among picks by codespace ("" for any) and code (nil for any).
func among(all []explanation, space string, code *uint32) []explanation {
	return slices.DeleteFunc(slices.Clone(all), func(e explanation) bool {
		return (space != "" && e.Codespace != space) || (code != nil && e.Code != *code)
	})
}

func (r *run) listExplanations(o options, list []explanation) error {
	if o.json() {
		return r.printValue(o, list)
	}
	for _, e := range list {
		if _, err := fmt.Fprintf(r.out, "%-12s  %s\n", e.name(), e.Title); err != nil {
			return err
		}
	}
	return nil
}

// write writes an explanation as text of 78 columns.
func (e explanation) write(to io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", e.name(), e.Title)
	wrap(&b, "", "", e.Means)
	lists := []struct {
		head  string
		lines []string
	}{{"Usual causes", e.Causes}, {"What to do", e.Next}}
	for _, l := range lists {
		if len(l.lines) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s:\n", l.head)
		for _, line := range l.lines {
			wrap(&b, "  - ", "    ", line)
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// wrapColumns is where lines of text end.
const wrapColumns = 78

// wrap breaks a text between words.
func wrap(b *strings.Builder, first, next, text string) {
	line := first
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > wrapColumns {
			b.WriteString(line + "\n")
			line, empty = next, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	b.WriteString(line + "\n")
}
