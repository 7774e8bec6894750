package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/node"
)

func (r *run) eventsCommand() *cobra.Command {
	return newGroup("events", "Follow what transactions and contracts emit", r.eventsTail(), r.eventsRebuild())
}

func (r *run) eventsTail() *cobra.Command {
	return r.command(spec{
		use: "tail", short: "Print events, older ones first, and go on with new ones", args: cobra.NoArgs,
		long: "Print the events after a cursor, one a line, and go on with new ones until it is\n" +
			"interrupted. When the connection breaks it connects again and goes on where it\n" +
			"was. The node needs enable = true in section [events] of its app.toml. A line\n" +
			"begins with its cursor, which --since takes; a gap in the events is a line too.",
		example: "  weft events tail --since now\n  weft events tail --since 12/1/3 --contract weft1… -o json\n" +
			"  weft events tail --type 'wasm*' --attribute transfer.recipient=weft1… --no-follow",
		flags: []func(*pflag.FlagSet){nodeFlag, func(f *pflag.FlagSet) {
			f.String("since", "", "cursor to go on after: height/tx/event, a height, or now; empty is the beginning")
			f.StringArray("type", nil, "type of event, such as wasm or wasm-*; several are alternatives")
			f.StringArray("contract", nil, "address of a contract; several are alternatives")
			f.StringArray("attribute", nil, "attribute that must be there: key=value or type.key=value")
			f.Uint64("limit", 0, "end after so many lines; 0 is never")
			f.Bool("no-follow", false, "end when there are no more")
		}},
		do: func(o options, _ []string) error { return r.tailEvents(o) },
	})
}

// errEnough ends a stream that has given what was asked for.
var errEnough = errors.New("enough")

func (r *run) tailEvents(o options) error {
	c, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	var q client.EventQuery
	q.Since = o.GetString("since")
	for name, list := range map[string]*[]string{"type": &q.Types, "contract": &q.Contracts, "attribute": &q.Attributes} {
		if *list, err = o.flags.GetStringArray(name); err != nil {
			return err
		}
	}
	limit, printed := o.GetUint64("limit"), uint64(0)
	take := func(rec client.EventRecord) error {
		if err := r.printEvent(o, rec); err != nil {
			return err
		}
		if printed++; printed == limit {
			return errEnough
		}
		return nil
	}
	if o.GetBool("no-follow") {
		err = r.pageEvents(c, q, take)
	} else {
		err = c.Events(r.ctx, q, take, func(err error) {
			fmt.Fprintf(r.err, "weft: %s\nIt is tried again.\n", printable(err.Error()))
		})
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// eventsPage is how many records one page has.
const eventsPage = 500

func (r *run) pageEvents(c *client.Client, q client.EventQuery, take func(client.EventRecord) error) error {
	for {
		list, next, more, err := c.EventPage(r.ctx, q, eventsPage)
		if err != nil {
			return err
		}
		for _, rec := range list {
			if err := take(rec); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		q.Since = next
	}
}

// printEvent prints a record as the node sent it, or as one line to read.
func (r *run) printEvent(o options, rec client.EventRecord) error {
	if o.json() {
		_, err := fmt.Fprintf(r.out, "%s\n", safeJSON(rec.JSON))
		return err
	}
	var in struct {
		Kind, Type, Tx, Reason string
		From, To               string
		Code                   uint32
		Attributes             []struct{ Key, Value string }
	}
	if err := json.Unmarshal(rec.JSON, &in); err != nil {
		return fail(exitNetwork, "the node sent a record that cannot be read: %w", err)
	}
	var line strings.Builder
	line.WriteString(rec.Cursor)
	if in.Kind == "gap" {
		fmt.Fprintf(&line, " GAP: blocks %s to %s are missing: %s", in.From, in.To, in.Reason)
	} else {
		line.WriteString(" " + in.Type)
		if in.Code != 0 {
			fmt.Fprintf(&line, " (failed with code %d)", in.Code)
		}
		for _, a := range in.Attributes {
			fmt.Fprintf(&line, " %s=%s", a.Key, a.Value)
		}
	}
	_, err := fmt.Fprintln(r.out, printable(strings.ReplaceAll(line.String(), "\n", `\n`)))
	return err
}

func (r *run) eventsRebuild() *cobra.Command {
	return r.command(spec{
		use: "rebuild", short: "Make the index of events anew from the blocks of a home", args: cobra.NoArgs,
		long: "Make the index of events anew from the blocks and their results that the home\nholds. The node must not run.",
		do: func(o options, _ []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			cfg, err := loadConfig(home)
			if err != nil {
				return err
			}
			log := slog.New(slog.NewTextHandler(r.err, nil))
			first, last, err := node.RebuildEvents(r.ctx, cfg, log, func(height, of int64) {
				fmt.Fprintf(r.err, "block %d of %d\n", height, of)
			})
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			return r.printValue(o, map[string]any{"first": first, "last": last})
		},
	})
}
