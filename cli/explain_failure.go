package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
)

// failureLines puts the call path of a failure, which stands behind its text,
// on lines of its own:
//
//	… execute wasm contract failed
//	call path:
//	  weft1abc execute
//	    submessage 0 (id 7) bank.send
func failureLines(text string) string {
	said, notes := client.SplitNotes(text)
	if len(notes) == 0 {
		return text
	}
	var b strings.Builder
	b.WriteString(said)
	for _, note := range notes {
		head, path := note, ""
		for _, mark := range []string{"call path: ", "failed at: "} {
			if before, after, found := strings.Cut(note, mark); found {
				head, path = before+strings.TrimSuffix(mark, " "), after
			}
		}
		fmt.Fprintf(&b, "\n%s", head)
		indent := "\n  "
		for step := range strings.SplitSeq(path, " > ") {
			if step != "" {
				b.WriteString(indent + step)
				indent += "  "
			}
		}
	}
	return b.String()
}

// explainHint is the line that ends a failure: how to learn more. It is "" for
// errors that have no code.
func explainHint(err error) string {
	var (
		rejected *client.RejectedError
		failed   *client.FailedError
		query    *client.QueryError
		stopped  *failure
	)
	switch {
	case errors.As(err, &failed):
		return explainLine(failed.Codespace, failed.Code)
	case errors.As(err, &rejected) && rejected.Codespace != "":
		return explainLine(rejected.Codespace, rejected.Code)
	case errors.As(err, &query):
		if e := byText(query.Reason()); e != nil {
			return explainLine(e.Codespace, e.Code)
		}
		return explainLine(query.Codespace, query.Code)
	case errors.As(err, &stopped) && stopped.code == exitRejected: // a simulation failed
		if e := byText(err.Error()); e != nil {
			return explainLine(e.Codespace, e.Code)
		}
	}
	return ""
}

func explainLine(codespace string, code uint32) string {
	return fmt.Sprintf("What it means and what to do: weft explain %s/%d", codespace, code)
}

// byText finds the error whose registered text ends a text. A simulation or
// query tells no code of its own, only the text.
func byText(text string) *chain.Error {
	text, _ = client.SplitNotes(text)
	var found *chain.Error
	for _, e := range chain.Errors() {
		if text != e.Error() && !strings.HasSuffix(text, ": "+e.Error()) {
			continue
		}
		if found == nil || len(e.Error()) > len(found.Error()) {
			found = e
		}
	}
	return found
}
