package grid

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/weftchain/weft/miner"
)

// farewell is why a coordinator ended a connection.
func farewell(m message) error {
	text := fmt.Sprintf("the coordinator says: %s", m.Text)
	switch m.Code {
	case codeToken, codeBanned, codeVersion:
		return fmt.Errorf("%w: %s", miner.ErrEnd, text)
	}
	return errors.New(text)
}

// open connects, and makes sure that both sides know the token.
func open(ctx context.Context, o WorkerOptions, login message) (net.Conn, *bufio.Reader, message, error) {
	fail := func(conn net.Conn, err error) (net.Conn, *bufio.Reader, message, error) {
		if conn != nil {
			_ = conn.Close()
		}
		return nil, nil, message{}, err
	}
	dialer := &net.Dialer{Timeout: loginTime}
	conn, err := dialer.DialContext(ctx, "tcp", o.Address)
	if err != nil {
		return fail(nil, err)
	}
	if o.TLS != nil {
		conn = tls.Client(conn, o.TLS)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	_ = conn.SetDeadline(time.Now().Add(loginTime))
	in := bufio.NewReaderSize(conn, 64<<10)
	hello, err := readMessage(in)
	if errors.Is(err, io.EOF) && o.TLS == nil {
		err = errors.New("it ends the connection without a word: if it speaks TLS, pass --tls or --tls-ca")
	}
	if err != nil {
		return fail(conn, err)
	}
	theirs, err := hex.DecodeString(hello.Nonce)
	if hello.Kind == kindBye {
		return fail(conn, farewell(hello))
	}
	if hello.Kind != kindHello || hello.Version != Version || err != nil || len(theirs) != nonceBytes {
		return fail(conn, fmt.Errorf("what answers is no coordinator of version %d", Version))
	}
	var nonce [nonceBytes]byte
	_, _ = rand.Read(nonce[:]) // never fails (crypto/rand)
	login.Version, login.Worker, login.Nonce = Version, o.Name, hex.EncodeToString(nonce[:])
	login.Proof = hex.EncodeToString(proofOf(o.Token, "worker", theirs, nonce[:], o.Name))
	if err := (&link{conn: conn}).send(login); err != nil {
		return fail(conn, err)
	}
	_ = conn.SetDeadline(time.Now().Add(loginTime))
	welcome, err := readMessage(in)
	if err != nil {
		return fail(conn, err)
	}
	if welcome.Kind == kindBye {
		return fail(conn, farewell(welcome))
	}
	proof, err := hex.DecodeString(welcome.Proof)
	if welcome.Kind != kindWelcome || err != nil || !hmac.Equal(proof, proofOf(o.Token, "server", nonce[:], theirs, o.Name)) {
		return fail(conn, errors.New("the coordinator does not know the token: it is another one's"))
	}
	_ = conn.SetDeadline(time.Time{})
	return conn, in, welcome, nil
}

// readMessage reads a coordinator's line.
func readMessage(in *bufio.Reader) (message, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return parseMessage(bytes.TrimSpace(line))
		case !errors.Is(err, bufio.ErrBufferFull):
			return message{}, err
		case len(line) > MaxServerLine:
			return message{}, fmt.Errorf("%w: a line of more than %d bytes", errMalformed, MaxServerLine)
		}
	}
}

// AskStats asks a coordinator for its accounts.
func AskStats(ctx context.Context, o WorkerOptions) (*Stats, error) {
	conn, in, _, err := open(ctx, o, message{Kind: kindLogin, Observe: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(loginTime))
	if err := (&link{conn: conn}).send(message{Kind: kindStats}); err != nil {
		return nil, err
	}
	for {
		m, err := readMessage(in)
		switch {
		case err != nil:
			return nil, err
		case m.Kind == kindStats && m.Stats != nil:
			return m.Stats, nil
		case m.Kind == kindBye:
			return nil, farewell(m)
		}
	}
}
