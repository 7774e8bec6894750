package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Text says how a trace is shown.
type Text struct {
	// Most is the longest value that is shown in full, in characters; 0 is 160.
	Most int
	// Names stand for addresses, such as the aliases of a project. What each
	// stands for is written below the tree.
	Names map[string]string
}

const defaultMost = 160

// WriteText writes the trace as a tree for a terminal. On the left stands the
// gas that each step used, with all that is in it.
func (t *Trace) WriteText(w io.Writer, how Text) error {
	if how.Most <= 0 {
		how.Most = defaultMost
	}
	p := &printer{text: how, named: map[string]string{}}
	p.head(t)
	p.steps(t.Steps, 0, "")
	if t.Cut > 0 {
		p.line(nil, "", fmt.Sprintf("cut: %s steps are not shown, the trace would be too long", count(int64(t.Cut))))
	}
	for _, address := range slices.Sorted(maps.Keys(p.named)) {
		p.line(nil, "", p.named[address]+" is "+address)
	}
	for _, d := range t.Differs {
		p.line(nil, "", "differs from the block: "+p.clean(d, how.Most))
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

// printer writes a trace as text.
type printer struct {
	text  Text
	out   bytes.Buffer
	named map[string]string // addresses that a name stood for
}

// gasColumn is the width of the numbers on the left.
const gasColumn = 12

func (p *printer) line(gas *int64, indent, text string) {
	number := ""
	if gas != nil {
		number = count(*gas)
	}
	fmt.Fprintf(&p.out, "%*s  %s%s\n", gasColumn, number, indent, text)
}

func (p *printer) head(t *Trace) {
	what := t.Kind
	switch {
	case t.Hash != "":
		what += " " + t.Hash
	case t.Path != "":
		what += " " + p.clean(t.Path, p.text.Most)
	}
	state := "ok"
	if t.Code != 0 {
		state = "failed (" + p.clean(t.Codespace, p.text.Most) + "/" + strconv.FormatUint(uint64(t.Code), 10) + ")"
	}
	used := int64(t.GasUsed)
	p.line(&used, "", fmt.Sprintf("%s at height %d: %s, gas limit %s, VM gas %s", what, t.Height, state, count(int64(t.GasWanted)), count(t.VMGas)))
	if t.Error != "" {
		p.line(nil, "", "error: "+p.clean(t.Error, 2*p.text.Most))
	}
}

func (p *printer) steps(list []*Step, cut int, indent string) { p.inside(list, cut, indent, "") }

// inside writes the steps in another, a call of a contract if that has a name.
func (p *printer) inside(list []*Step, cut int, indent, contract string) {
	for i, s := range list {
		branch, below := "├ ", "│ "
		if i == len(list)-1 && cut == 0 {
			branch, below = "└ ", "  "
		}
		if s.Kind == StepEvent {
			p.line(nil, indent+branch, p.event(s.Event, contract))
			continue
		}
		p.step(s, indent+branch, indent+below)
	}
	if cut > 0 {
		p.line(nil, indent+"└ ", fmt.Sprintf("cut: %s steps", count(int64(cut))))
	}
}

func (p *printer) step(s *Step, indent, below string) {
	var gas *int64
	if s.Gas != nil {
		gas = &s.Gas.Used
	}
	text, failure := p.describe(s), s.Error
	steps, cut := s.Steps, s.Cut
	contract := s.Contract
	// A submessage to a contract, or a query of one, is one line with the call.
	if inner := onlyCall(s); inner != nil {
		text += " → " + p.describe(inner)
		steps, cut, contract = inner.Steps, inner.Cut, inner.Contract
		if failure == "" {
			failure = inner.Error
		}
	}
	p.line(gas, indent, text)
	switch {
	case failure == "":
	case inherited(failure, steps):
		p.line(nil, below, "failed, see below")
	default:
		p.line(nil, below, "error: "+p.clean(failure, 2*p.text.Most))
	}
	p.inside(worthALine(steps, contract), cut, below, contract)
}

// inherited tells whether an error is that of a step inside.
func inherited(failure string, steps []*Step) bool {
	for _, s := range steps {
		if s.Error != "" && strings.Contains(failure, s.Error) {
			return true
		}
	}
	return false
}

// worthALine leaves out the events that every call emits and that say nothing
// but which contract was called.
func worthALine(steps []*Step, contract string) []*Step {
	if contract == "" {
		return steps
	}
	var out []*Step
	for _, s := range steps {
		if e := s.Event; e != nil && len(e.Attributes) == 1 && e.Attributes[0] == (Attribute{contractAttribute, contract}) && e.Type != "wasm" {
			continue
		}
		out = append(out, s)
	}
	return out
}

// contractAttribute names the contract that emitted an event.
const contractAttribute = "_contract_address"

// onlyCall is the call that is all there is in a submessage or query.
func onlyCall(s *Step) *Step {
	if (s.Kind == StepSubmessage || s.Kind == StepHost) && len(s.Steps) == 1 && s.Cut == 0 && s.Steps[0].Kind == StepCall {
		return s.Steps[0]
	}
	return nil
}

func (p *printer) describe(s *Step) string {
	switch s.Kind {
	case StepMessage:
		return fmt.Sprintf("message %d %s", position(s), p.clean(s.Message, p.text.Most))
	case StepSubmessage:
		return fmt.Sprintf("submessage %d (id %d) %s", position(s), s.ID, p.clean(s.Message, p.text.Most)) + p.with(s.Input)
	case StepCall:
		return p.call(s)
	case StepLoading:
		return "loading the code"
	case StepHost:
		return p.host(s)
	default:
		return p.clean(s.Kind, p.text.Most)
	}
}

func position(s *Step) int {
	if s.Index == nil {
		return 0
	}
	return *s.Index
}

func (p *printer) call(s *Step) string {
	text := p.name(s.Contract) + " " + p.clean(s.Entry, p.text.Most)
	if s.CodeID != 0 {
		text += fmt.Sprintf(" code %d", s.CodeID)
	}
	if s.Entry == "reply" {
		text += fmt.Sprintf(" to submessage %d (id %d)", position(s), s.ID)
	}
	text += p.with(s.Input)
	if s.Sender != "" {
		text += " from " + p.name(s.Sender)
	}
	for i, c := range s.Funds {
		text += []string{" with ", ", "}[min(i, 1)] + p.clean(c.Amount+c.Denom, p.text.Most)
	}
	if s.Gas != nil && s.Gas.VMOwn != 0 {
		text += fmt.Sprintf("  [VM gas %s]", count(s.Gas.VMOwn))
	}
	return text
}

func (p *printer) host(s *Step) string {
	text := p.clean(s.Host, p.text.Most)
	switch s.Host {
	case "db_read":
		return text + " " + p.key(s.Key) + " → " + p.value(s.After)
	case "db_write":
		return text + " " + p.key(s.Key) + "  " + p.value(s.Before) + " → " + p.value(s.After)
	case "db_remove":
		return text + " " + p.key(s.Key) + "  " + p.value(s.Before) + " → none"
	case "db_scan":
		text += " " + p.key(s.Start) + " … " + p.key(s.End)
		if s.Descending {
			text += " descending"
		}
		return text
	case "db_next", "db_next_key", "db_next_value":
		if s.Key == nil {
			return text + " end"
		}
		return text + " " + p.key(s.Key) + " → " + p.value(s.After)
	}
	text += p.with(s.Input)
	if s.Text != "" {
		text += " " + p.clean(s.Text, p.text.Most)
	}
	if s.Output != nil {
		text += " → " + p.value(s.Output)
	}
	return text
}

// event leaves out the contract that emitted it, if that is known.
func (p *printer) event(e *Event, of string) string {
	if e == nil {
		return "event"
	}
	text := "event " + p.clean(e.Type, p.text.Most)
	for _, a := range e.Attributes {
		if of != "" && a == (Attribute{contractAttribute, of}) {
			continue
		}
		text += " " + p.clean(a.Key, p.text.Most) + "=" + p.name(a.Value)
	}
	return text
}

func (p *printer) with(b *Bytes) string {
	if b == nil {
		return ""
	}
	return " " + p.value(b)
}

// value is JSON as it is but in one line, other text in quotes, else digits.
func (p *printer) value(b *Bytes) string {
	if b == nil {
		return "none"
	}
	text, ok := printable(b.Data, b.IsCut())
	switch {
	case !ok:
		text = fmt.Sprintf("0x%x", b.Data[:min(len(b.Data), p.text.Most/2)])
		if n := len(b.Data); n > p.text.Most/2 && !b.IsCut() {
			return text + fmt.Sprintf("… (%s bytes)", count(int64(n)))
		}
	case json.Valid(b.Data):
		var one bytes.Buffer
		if json.Compact(&one, b.Data) == nil {
			text = one.String()
		}
	case !b.IsCut() || !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "["):
		text = strconv.Quote(text)
	}
	text = p.clean(text, p.text.Most)
	if b.IsCut() {
		text += fmt.Sprintf("… (cut: %s bytes)", count(int64(b.Size)))
	}
	return text
}

// key is a key's parts or its text, without quotes where it needs none.
func (p *printer) key(b *Bytes) string {
	switch {
	case b == nil:
		return "…"
	case b.Path != "":
		return p.clean(b.Path, p.text.Most)
	}
	if text, ok := printable(b.Data, false); ok && text != "" && !b.IsCut() && !strings.ContainsAny(text, " \t\r\n\"") {
		return p.clean(text, p.text.Most)
	}
	return p.value(b)
}

// name is an address, or what stands for it.
func (p *printer) name(address string) string {
	if name := p.text.Names[address]; name != "" {
		p.named[address] = name
		return name
	}
	return p.clean(address, p.text.Most)
}

// clean cuts a text and takes out what would move a terminal's cursor: most of it
// was written by contracts.
func (p *printer) clean(text string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n == most {
			return b.String() + "…"
		}
		n++
		if strconv.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

func quote(s string) string { return strconv.Quote(s[:min(len(s), 64)]) }

// count is a number with commas.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
