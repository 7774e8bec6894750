package testnet

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// echo answers each line with itself.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(conn, conn)
				_ = conn.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// runLink runs a link to an echo and dials it.
func runLink(t *testing.T) (*link, net.Conn) {
	t.Helper()
	l, err := newLink(echo(t))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { l.run(ctx); close(done) }()
	t.Cleanup(func() {
		cancel()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Error("the link does not end")
		}
	})
	conn, err := net.Dial("tcp", l.address())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return l, conn
}

// ask sends a line and returns what comes back, or "" if nothing does in time.
func ask(t *testing.T, conn net.Conn, line string, patience time.Duration) string {
	t.Helper()
	_, err := fmt.Fprintln(conn, line)
	require.NoError(t, err)
	return hear(t, conn, patience)
}

func hear(t *testing.T, conn net.Conn, patience time.Duration) string {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	text, err := bufio.NewReaderSize(conn, 16).ReadString('\n')
	if err != nil {
		return ""
	}
	return text
}

const (
	soon   = 20 * time.Second
	moment = 300 * time.Millisecond
)

// TestLinkCut: what is sent while a line is cut arrives when it is whole.
func TestLinkCut(t *testing.T) {
	l, conn := runLink(t)
	require.Equal(t, "one\n", ask(t, conn, "one", soon))
	l.set(Shape{Cut: true})
	require.Empty(t, ask(t, conn, "two", moment))
	late, err := net.Dial("tcp", l.address()) // one may dial, and hears nothing
	require.NoError(t, err)
	defer late.Close()
	require.Empty(t, ask(t, late, "three", moment))
	l.set(Shape{})
	require.Equal(t, "two\n", hear(t, conn, soon))
	require.Equal(t, "three\n", hear(t, late, soon))
}

// TestLinkDelay: a delay is added to each way, a rate holds back.
func TestLinkDelay(t *testing.T) {
	l, conn := runLink(t)
	require.Equal(t, "warm\n", ask(t, conn, "warm", soon))
	l.set(Shape{Delay: 200 * time.Millisecond})
	began := time.Now()
	require.Equal(t, "far\n", ask(t, conn, "far", soon))
	require.GreaterOrEqual(t, time.Since(began), 400*time.Millisecond)

	l.set(Shape{Rate: 10_000})
	began = time.Now()
	sent := make([]byte, 10_000)
	_, err := conn.Write(sent)
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(soon)))
	_, err = io.ReadFull(conn, sent)
	require.NoError(t, err)
	_, err = conn.Write([]byte{1}) // waits until the bytes before it were paid for
	require.NoError(t, err)
	_, err = io.ReadFull(conn, sent[:1])
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(began), time.Second)
}

// TestLinkEnds: if one side hangs up, so does the other; a target that is not
// there is a line that breaks.
func TestLinkEnds(t *testing.T) {
	l, conn := runLink(t)
	require.Equal(t, "one\n", ask(t, conn, "one", soon))
	require.NoError(t, conn.Close())
	l.mu.Lock()
	l.target = "127.0.0.1:1"
	l.mu.Unlock()
	conn, err := net.Dial("tcp", l.address())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(soon)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}

func TestMesh(t *testing.T) {
	var all []Node
	m := newMesh(t.Context())
	defer m.close()
	for i := range 4 {
		n := Node{Name: fmt.Sprintf("node%d", i), ID: fmt.Sprintf("id%d", i), P2P: "127.0.0.1:1"}
		all = append(all, n)
		require.NoError(t, m.join(all, n))
	}
	require.Len(t, m.links, 12)
	require.Regexp(t, `^id0@127.0.0.1:\d+,id2@127.0.0.1:\d+,id3@127.0.0.1:\d+$`, m.peers(all, "node1"))
	cut := func(a, b string) bool { s, _ := m.links[[2]string{a, b}].now(); return s.Cut }

	m.partition([][]string{{"node0", "node1"}, {"node2", "node3"}})
	require.True(t, cut("node0", "node2") && cut("node2", "node0") && cut("node1", "node3"))
	require.False(t, cut("node0", "node1") || cut("node3", "node2"))
	require.Equal(t, "cut off from 2", m.trouble("node0"))
	m.slowDown("node0", Shape{Delay: time.Second, Rate: 5000})
	m.slowDown("node1", Shape{Delay: time.Second, Rate: 2000})
	s, _ := m.links[[2]string{"node1", "node0"}].now()
	require.Equal(t, Shape{Delay: 2 * time.Second, Rate: 2000}, s)
	s, _ = m.links[[2]string{"node0", "node2"}].now()
	require.Equal(t, Shape{Cut: true, Delay: time.Second, Rate: 5000}, s)
	require.Equal(t, "cut off from 2, delayed by 1s, 5000 bytes/s", m.trouble("node0"))
	m.heal()
	require.Empty(t, m.trouble("node0"))
	require.False(t, cut("node0", "node2"))
}
