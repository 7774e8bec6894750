package testnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sleeper starts processes that do nothing until they are told to end.
type sleeper struct{}

func (sleeper) Make(dir string, p Plan) (*Layout, error) {
	l := &Layout{ChainID: p.ChainID}
	for range p.Validators {
		n, err := sleeper{}.Add(dir, l, false)
		if err != nil {
			return nil, err
		}
		l.Nodes = append(l.Nodes, n)
	}
	return l, l.Write(dir)
}

func (sleeper) Add(dir string, l *Layout, _ bool) (Node, error) {
	name := fmt.Sprintf("node%d", len(l.Nodes))
	n := Node{Name: name, ID: "id" + name, Home: filepath.Join(dir, name), P2P: "127.0.0.1:1"}
	return n, os.MkdirAll(n.Home, 0o755)
}

func (sleeper) Account(_ string, _ *Layout, name string) (Account, error) {
	return Account{Name: name}, nil
}

func (sleeper) Start(n Node, peers string, log io.Writer) (Process, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TESTNET_SLEEP=1")
	_, _ = fmt.Fprintln(log, n.Name, peers)
	return sleeping{cmd}, cmd.Start()
}

type sleeping struct{ cmd *exec.Cmd }

func (p sleeping) PID() int                 { return p.cmd.Process.Pid }
func (p sleeping) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }
func (p sleeping) Wait() error              { return p.cmd.Wait() }

func TestMain(m *testing.M) {
	if os.Getenv("TESTNET_SLEEP") != "" {
		time.Sleep(time.Hour)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestSupervisor does every deed to four processes, through the door.
func TestSupervisor(t *testing.T) {
	dir := t.TempDir()
	l, err := sleeper{}.Make(dir, Plan{ChainID: "test", Validators: 4})
	require.NoError(t, err)
	_, err = OpenControl(dir)
	require.ErrorIs(t, err, ErrNotRunning)

	said := make(chan string, 10)
	s := NewSupervisor(dir, l, sleeper{}, func(text string) { said <- text })
	ready, ended := make(chan struct{}), make(chan error)
	go func() { ended <- s.Run(context.Background(), func() { close(ready) }) }()
	<-ready
	c, err := OpenControl(dir)
	require.NoError(t, err)
	modes := func(d Deed) []Mode {
		t.Helper()
		states, err := c.Do(t.Context(), d)
		require.NoError(t, err, d)
		var list []Mode
		for _, st := range states {
			require.Equal(t, st.PID != 0, st.Mode == Running || st.Mode == Paused, st)
			list = append(list, st.Mode)
		}
		return list
	}
	refused := func(d Deed, want string) {
		t.Helper()
		_, err := c.Do(t.Context(), d)
		require.ErrorContains(t, err, want)
	}
	require.Equal(t, []Mode{Running, Running, Running, Running}, modes(Deed{Do: "states"}))
	require.Equal(t, Killed, modes(Deed{Do: "kill", Node: "node0"})[0])
	require.Equal(t, Stopped, modes(Deed{Do: "stop", Node: "node1"})[1])
	require.Equal(t, Paused, modes(Deed{Do: "pause", Node: "node2"})[2])
	refused(Deed{Do: "kill", Node: "node0"}, "node0 does not run")
	refused(Deed{Do: "start", Node: "node3"}, "node3 is running already")
	refused(Deed{Do: "pause", Node: "node2"}, "node2 is paused")
	refused(Deed{Do: "resume", Node: "node3"}, "node3 is running")
	refused(Deed{Do: "kill", Node: "node9"}, "there is no node")
	refused(Deed{Do: "explode"}, "nothing is called")
	refused(Deed{Do: "delay", Node: "node1", Shape: Shape{Delay: time.Hour}}, "a delay of")
	refused(Deed{Do: "delay", Node: "node1", Shape: Shape{Rate: 1}}, "bytes a second")
	refused(Deed{Do: "partition", Groups: [][]string{{"node0", "node0"}}}, "named twice")
	refused(Deed{Do: "partition", Groups: [][]string{{"node0", "node1", "node2", "node3"}}}, "two sides")
	require.Equal(t, Running, modes(Deed{Do: "start", Node: "node0"})[0])
	require.Equal(t, Running, modes(Deed{Do: "restart", Node: "node1"})[1])
	require.Equal(t, Running, modes(Deed{Do: "resume", Node: "node2"})[2])
	require.Len(t, modes(Deed{Do: "add"}), 5)

	states, err := c.Do(t.Context(), Deed{Do: "partition", Groups: [][]string{{"node4"}}})
	require.NoError(t, err)
	require.Equal(t, "cut off from 4", states[4].Trouble)
	require.Equal(t, 2, states[0].Starts)

	// A process that ends by itself is told of.
	p, err := os.FindProcess(states[3].PID)
	require.NoError(t, err)
	require.NoError(t, p.Kill())
	require.Contains(t, <-said, "node3 ended by itself")
	states, err = c.Do(t.Context(), Deed{Do: "states"})
	require.NoError(t, err)
	require.Equal(t, Failed, states[3].Mode)

	require.EqualError(t, NewSupervisor(dir, l, sleeper{}, nil).Run(t.Context(), nil),
		"the network in "+dir+" runs already: weft testnet status shows it")
	wrong := *c
	wrong.door.Token = "wrong"
	_, err = wrong.Do(t.Context(), Deed{Do: "down"})
	require.ErrorContains(t, err, "403")

	modes(Deed{Do: "pause", Node: "node2"}) // one that is paused ends too
	require.NoError(t, c.Down(t.Context(), dir))
	require.NoError(t, <-ended)
	for _, st := range states {
		if st.PID != 0 {
			p, err := os.FindProcess(st.PID)
			require.NoError(t, err)
			require.True(t, errors.Is(p.Signal(os.Interrupt), os.ErrProcessDone), st)
		}
	}
}

func TestReadLayout(t *testing.T) {
	dir := t.TempDir()
	_, err := ReadLayout(dir)
	require.ErrorIs(t, err, ErrNoNetwork)
	for text, want := range map[string]string{
		"{":                                      "unexpected end",
		"{}":                                     "0 nodes",
		`{"nodes":` + "[" + fmt.Sprint(1) + "]}": "cannot unmarshal",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, layoutFile), []byte(text), 0o600))
		_, err := ReadLayout(dir)
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, controlFile), []byte(`{"address":"10.0.0.1:80"}`), 0o600))
	_, err = OpenControl(dir)
	require.ErrorContains(t, err, "no loopback address")
}
