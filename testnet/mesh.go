package testnet

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// mesh is all the links of a network: one for each node by which it dials each
// other one. A line between two nodes is the two links between them.
type mesh struct {
	mu    sync.Mutex
	links map[[2]string]*link // by who dials and who is dialled
	group map[string]int      // side of a partition; all 0 without one
	slow  map[string]Shape    // what is done to the lines of a node
	wg    sync.WaitGroup
	ctx   context.Context
	end   context.CancelFunc
}

func newMesh(ctx context.Context) *mesh {
	m := &mesh{links: map[[2]string]*link{}, group: map[string]int{}, slow: map[string]Shape{}}
	m.ctx, m.end = context.WithCancel(ctx)
	return m
}

// join makes the links from and to a node and all that joined before.
func (m *mesh) join(all []Node, n Node) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range all {
		if other.Name == n.Name {
			continue
		}
		for _, way := range [][2]Node{{n, other}, {other, n}} {
			key := [2]string{way[0].Name, way[1].Name}
			if m.links[key] != nil {
				continue
			}
			l, err := newLink(way[1].P2P)
			if err != nil {
				return fmt.Errorf("a link from %s to %s: %w", key[0], key[1], err)
			}
			m.links[key] = l
			l.set(m.shape(key))
			m.wg.Go(func() { l.run(m.ctx) })
		}
	}
	return nil
}

// peers is what a node gets as its persistent peers.
func (m *mesh) peers(all []Node, name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for _, other := range all {
		if l := m.links[[2]string{name, other.Name}]; l != nil {
			list = append(list, other.ID+"@"+l.address())
		}
	}
	return strings.Join(list, ",")
}

// shape is what a link has to do now.
func (m *mesh) shape(key [2]string) Shape {
	a, b := m.slow[key[0]], m.slow[key[1]]
	s := Shape{Cut: m.group[key[0]] != m.group[key[1]], Delay: a.Delay + b.Delay, Rate: a.Rate}
	if s.Rate == 0 || b.Rate > 0 && b.Rate < s.Rate {
		s.Rate = b.Rate
	}
	return s
}

func (m *mesh) apply() {
	for key, l := range m.links {
		l.set(m.shape(key))
	}
}

// partition cuts all lines between nodes of different groups.
func (m *mesh) partition(groups [][]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.group)
	for side, names := range groups {
		for _, name := range names {
			m.group[name] = side
		}
	}
	m.apply()
}

// slowDown changes all lines of a node.
func (m *mesh) slowDown(name string, s Shape) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.slow[name] = s
	m.apply()
}

// heal makes all lines whole and fast.
func (m *mesh) heal() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.group)
	clear(m.slow)
	m.apply()
}

// trouble tells in words what is done to the lines of a node; "" is nothing.
func (m *mesh) trouble(name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var words []string
	cut := 0
	for key := range m.links {
		if key[0] == name && m.group[name] != m.group[key[1]] {
			cut++
		}
	}
	if cut > 0 {
		words = append(words, fmt.Sprintf("cut off from %d", cut))
	}
	if s := m.slow[name]; s.Delay > 0 {
		words = append(words, "delayed by "+s.Delay.String())
	}
	if s := m.slow[name]; s.Rate > 0 {
		words = append(words, fmt.Sprintf("%d bytes/s", s.Rate))
	}
	return strings.Join(words, ", ")
}

func (m *mesh) close() {
	m.end()
	m.wg.Wait()
}
