package grid

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/miner"
)

// Version is that of the protocol.
const Version = 1

// Bounds of messages, in bytes.
const (
	MaxLine       = 4 << 10 // of what a worker says, with its line end
	MaxServerLine = 4 << 20 // of what a coordinator says: accounts of many workers
	MaxName       = 64
	MaxToken      = 256
	MinToken      = 16
	nonceBytes    = 32
)

// The kinds of messages.
const (
	kindHello   = "hello"   // coordinator: who speaks first
	kindLogin   = "login"   // worker
	kindWelcome = "welcome" // coordinator
	kindJob     = "job"     // coordinator
	kindShare   = "share"   // worker
	kindVerdict = "verdict" // coordinator
	kindStats   = "stats"   // worker asks, coordinator answers
	kindPing    = "ping"    // worker
	kindPong    = "pong"    // coordinator
	kindBye     = "bye"     // coordinator, before it closes
)

// message is every message of both sides: each kind uses some fields.
type message struct {
	Kind    string `json:"type"`
	Version int    `json:"version,omitempty"`

	Nonce   string `json:"nonce,omitempty"` // of hello and login in hex, of a share in decimal
	Worker  string `json:"worker,omitempty"`
	Proof   string `json:"proof,omitempty"`
	Threads int    `json:"threads,omitempty"`
	Observe bool   `json:"observe,omitempty"`
	Prefix  string `json:"prefix,omitempty"`

	Job          string `json:"job,omitempty"`
	Epoch        uint64 `json:"epoch,omitempty"`
	Algo         uint32 `json:"algo,omitempty"`
	Header       uint32 `json:"header_version,omitempty"`
	Seed         string `json:"seed,omitempty"`
	Payout       string `json:"payout,omitempty"`
	Operator     string `json:"operator,omitempty"`
	Tag          string `json:"tag,omitempty"`
	Target       string `json:"target,omitempty"`
	TicketTarget string `json:"ticket_target,omitempty"`
	Last         int64  `json:"last_block,omitempty"`
	Taken        int64  `json:"taken_until,omitempty"`

	ID         uint64 `json:"id,omitempty"`
	Extranonce string `json:"extranonce,omitempty"`
	Mix        string `json:"mix,omitempty"`

	OK   bool   `json:"ok,omitempty"`
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`

	Stats *Stats `json:"stats,omitempty"`
}

// The codes of verdicts and of bye.
const (
	codeStale     = "stale"     // the epoch is over, or the job is
	codeDuplicate = "duplicate" // brought before
	codeRange     = "range"     // an extranonce that is not this worker's
	codeWeak      = "weak"      // the digest is not below the share's target
	codeInvalid   = "invalid"   // a wrong mix, or not readable
	codeToken     = "token"     // the proof is wrong
	codeBanned    = "banned"
	codeFull      = "full"
	codeVersion   = "version"
	codeSlow      = "slow"
	codeEnd       = "end"
)

// errMalformed says that a line is no message.
var errMalformed = errors.New("malformed message")

// parseMessage reads a line of one side. Every field has its bound: what passes
// can be worked with.
func parseMessage(line []byte) (m message, err error) {
	if len(line) > MaxServerLine {
		return m, fmt.Errorf("%w: %d bytes", errMalformed, len(line))
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("%w: %v", errMalformed, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return m, fmt.Errorf("%w: more than one value in a line", errMalformed)
	}
	for _, f := range []struct {
		name, text string
		most       int
	}{
		{"type", m.Kind, 16},
		{"nonce", m.Nonce, 2 * nonceBytes},
		{"worker", m.Worker, MaxName},
		{"proof", m.Proof, 2 * sha256.Size},
		{"prefix", m.Prefix, 8},
		{"job", m.Job, 40},
		{"seed", m.Seed, 64},
		{"payout", m.Payout, 64},
		{"operator", m.Operator, 40},
		{"tag", m.Tag, 64},
		{"target", m.Target, 64},
		{"ticket_target", m.TicketTarget, 64},
		{"extranonce", m.Extranonce, 20},
		{"mix", m.Mix, 2 * ticket.MixBytes},
		{"code", m.Code, 16},
		{"text", m.Text, 1024},
	} {
		if len(f.text) > f.most {
			return m, fmt.Errorf("%w: %s of %d bytes, at most %d", errMalformed, f.name, len(f.text), f.most)
		}
	}
	if m.Threads < 0 || m.Threads > 1<<16 || m.Last < 0 || m.Taken < 0 {
		return m, fmt.Errorf("%w: a number is out of bounds", errMalformed)
	}
	return m, nil
}

// nameRunes are what a worker's name may hold.
const nameRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// CheckName refuses names of workers that could harm who reads them.
func CheckName(name string) error {
	if name == "" || len(name) > MaxName || !utf8.ValidString(name) {
		return fmt.Errorf("a worker's name has 1 to %d bytes", MaxName)
	}
	for _, c := range name {
		if !strings.ContainsRune(nameRunes, c) {
			return fmt.Errorf("worker %q: a name has letters, digits, - _ and . only", name)
		}
	}
	return nil
}

// CheckToken refuses tokens that could be guessed.
func CheckToken(token []byte) error {
	if len(token) < MinToken || len(token) > MaxToken {
		return fmt.Errorf("the grid's token has %d bytes, must have %d to %d: make one with head -c 24 /dev/urandom | base64", len(token), MinToken, MaxToken)
	}
	return nil
}

// proofOf shows that a side knows the token, without sending it. role keeps one
// side's proof from being the other's.
func proofOf(token []byte, role string, first, second []byte, worker string) []byte {
	h := hmac.New(sha256.New, token)
	h.Write([]byte("weft/grid/v1/" + role + "\x00"))
	h.Write(first)
	h.Write(second)
	h.Write([]byte(worker))
	return h.Sum(nil)
}

// jobOf is the message of a job.
func jobOf(w *miner.Work, ticketTarget [32]byte) message {
	h := w.Header
	return message{
		Kind: kindJob, Job: w.Job, Epoch: h.Epoch, Algo: uint32(h.Algo), Header: h.Version, Seed: hex.EncodeToString(h.Seed[:]),
		Payout: hex.EncodeToString(h.Payout), Operator: hex.EncodeToString(h.Operator), Tag: hex.EncodeToString(h.Tag),
		Target: hex.EncodeToString(w.Target[:]), TicketTarget: hex.EncodeToString(ticketTarget[:]), Last: w.Last, Taken: w.Taken,
	}
}

// work reads a job.
func (m message) work(extranonce func() uint64) (*miner.Work, error) {
	seed, err1 := hex.DecodeString(m.Seed)
	payout, err2 := hex.DecodeString(m.Payout)
	operator, err3 := hex.DecodeString(m.Operator)
	tag, err4 := hex.DecodeString(m.Tag)
	limit, err5 := hex.DecodeString(m.Target)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return nil, fmt.Errorf("%w: job: %v", errMalformed, err)
	}
	if len(seed) != 32 || len(limit) != 32 {
		return nil, fmt.Errorf("%w: job: seed and target have 32 bytes", errMalformed)
	}
	h := ticket.Header{
		Seed: [32]byte(seed), Epoch: m.Epoch, Algo: ticket.Algo(m.Algo), Version: m.Header, Payout: payout, Operator: operator, Tag: tag,
	}
	if err := h.Check(); err != nil {
		return nil, fmt.Errorf("%w: job: %v", errMalformed, err)
	}
	if !h.Algo.Known() {
		return nil, fmt.Errorf("%w: job: %s is not known here: take a newer program", errMalformed, h.Algo)
	}
	w := &miner.Work{Header: h, Last: m.Last, Taken: m.Taken}
	return w.With(target.Target(limit), m.Job, extranonce), nil
}

// share reads the numbers of a share.
func (m message) share() (extranonce, nonce uint64, mix []byte, err error) {
	if extranonce, err = strconv.ParseUint(m.Extranonce, 10, 64); err != nil {
		return 0, 0, nil, fmt.Errorf("%w: extranonce", errMalformed)
	}
	if nonce, err = strconv.ParseUint(m.Nonce, 10, 64); err != nil {
		return 0, 0, nil, fmt.Errorf("%w: nonce", errMalformed)
	}
	if mix, err = hex.DecodeString(m.Mix); err != nil {
		return 0, 0, nil, fmt.Errorf("%w: mix", errMalformed)
	}
	if len(mix) == 0 {
		mix = nil
	}
	return extranonce, nonce, mix, nil
}
