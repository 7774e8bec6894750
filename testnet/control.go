package testnet

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// A supervisor listens on a loopback address for deeds. Where, and the token that
// whoever asks must know, are in control.json of the network's folder, which only
// its owner can read. The file is there as long as the supervisor runs.

const (
	controlFile      = "control.json"
	tokenHeader      = "Weft-Token"
	maxDeedBytes     = 64 << 10
	maxAnswerBytes   = 1 << 20
	deedPatience     = time.Minute
	controlFileBytes = 4 << 10
)

// door is where a supervisor listens.
type door struct {
	Address string `json:"address"`
	Token   string `json:"token"`
	PID     int    `json:"pid"`

	path   string
	server *http.Server
}

// answer is what comes of a deed.
type answer struct {
	States []State `json:"states"`
	Error  string  `json:"error,omitempty"`
}

// listen opens the door; only one supervisor of a folder can.
func (s *Supervisor) listen() (*door, error) {
	if _, err := OpenControl(s.dir); err == nil {
		return nil, fmt.Errorf("the network in %s runs already: weft testnet status shows it", s.dir)
	} else if !errors.Is(err, ErrNotRunning) {
		return nil, err
	}
	var token [16]byte
	if _, err := rand.Read(token[:]); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &door{Address: l.Addr().String(), Token: hex.EncodeToString(token[:]), PID: os.Getpid(), path: filepath.Join(s.dir, controlFile)}
	d.server = &http.Server{Handler: d.handler(s), ReadTimeout: deedPatience}
	raw, err := json.Marshal(d)
	if err == nil {
		err = os.WriteFile(d.path, raw, 0o600)
	}
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	go d.server.Serve(l) //nolint:errcheck // ends by close
	return d, nil
}

func (d *door) handler(s *Supervisor) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(tokenHeader)), []byte(d.Token)) != 1 {
			http.Error(w, "wrong token", http.StatusForbidden)
			return
		}
		var deed Deed
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxDeedBytes)).Decode(&deed); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var out answer
		states, err := s.Do(deed)
		if out.States = states; err != nil {
			out.Error = err.Error()
		}
		_ = json.NewEncoder(w).Encode(out)
	})
}

// close shuts the door, when all nodes are gone.
func (d *door) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = d.server.Shutdown(ctx)
	_ = os.Remove(d.path)
}

// Control talks to the supervisor of a network.
type Control struct {
	door door
	http http.Client
}

// ErrNotRunning says that no supervisor runs for a folder.
var ErrNotRunning = errors.New("the network does not run: start it with weft testnet up")

// OpenControl finds the supervisor of a network's folder and makes sure that it
// answers. The error is ErrNotRunning if there is none.
func OpenControl(dir string) (*Control, error) {
	path := filepath.Join(dir, controlFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotRunning
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(f, controlFileBytes))
	if err != nil {
		return nil, err
	}
	c := &Control{http: http.Client{Timeout: deedPatience}}
	if err := json.Unmarshal(raw, &c.door); err != nil {
		return nil, fmt.Errorf("%s: %w: remove it if no network runs there", path, err)
	}
	if host, _, err := net.SplitHostPort(c.door.Address); err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, fmt.Errorf("%s: %q is no loopback address: remove the file if no network runs there", path, c.door.Address)
	}
	if _, err := c.Do(context.Background(), Deed{Do: "states"}); err != nil {
		return nil, ErrNotRunning // a supervisor that was killed leaves its file
	}
	return c, nil
}

// Do has the supervisor do something. It returns the states afterwards.
func (c *Control) Do(ctx context.Context, d Deed) ([]State, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.door.Address+"/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set(tokenHeader, c.door.Token)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // read as far as it matters
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the supervisor answers %s", res.Status)
	}
	var out answer
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswerBytes)).Decode(&out); err != nil {
		return nil, err
	}
	if out.Error != "" {
		return nil, errors.New(out.Error)
	}
	return out.States, nil
}

// Down ends the network and waits until all its processes are gone.
func (c *Control) Down(ctx context.Context, dir string) error {
	if _, err := c.Do(ctx, Deed{Do: "down"}); err != nil {
		return err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, controlFile)); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("the network still stops: %w", err)
		}
	}
}
