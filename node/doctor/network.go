package doctor

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/cometbft/cometbft/p2p"
)

// clockMax is how far a clock may be off: block times are the validators' clocks.
const clockMax = 500 * time.Millisecond

// clock compares with a time server, if one is named, and with the last block.
func (p Patient) clock(ctx context.Context) Finding {
	limit := "at most " + clockMax.String() + " off"
	const remedy = "Run chrony or systemd-timesyncd; votes with a wrong time delay blocks or are refused."
	if p.TimeServer != "" {
		off, err := sntp(ctx, p.TimeServer)
		if err != nil {
			return verdict("clock", false, err.Error(), limit, "Name another server with --time-server.")
		}
		return verdict("clock", off.Abs() <= clockMax, off.Round(time.Millisecond).String()+" off "+p.TimeServer, limit, remedy)
	}
	now := time.Now()
	last, err := p.Config.LastBlockTime()
	if err != nil || last.IsZero() {
		return verdict("clock", now.Year() >= 2026, now.UTC().Format(time.RFC3339), "compared with nothing: --time-server HOST does", remedy)
	}
	return verdict("clock", now.Add(clockMax).After(last), now.UTC().Format(time.RFC3339), "not before the last block, "+last.UTC().Format(time.RFC3339), remedy)
}

// sntp asks a server how far this clock is off (RFC 4330).
func sntp(ctx context.Context, server string) (time.Duration, error) {
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(server, "123")
	}
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, "udp", server)
	if err != nil {
		return 0, err
	}
	defer conn.Close() //nolint:errcheck // nothing is sent any more
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	packet := make([]byte, 48)
	packet[0] = 0x23 // version 4, client
	sent := time.Now()
	if _, err := conn.Write(packet); err != nil {
		return 0, err
	}
	if n, err := conn.Read(packet); err != nil || n < 48 {
		return 0, fmt.Errorf("%s does not answer: %w", server, err)
	}
	back := time.Now()
	if packet[0]&7 != 4 || packet[1] == 0 {
		return 0, fmt.Errorf("%s gave no time", server)
	}
	received, answered := ntpTime(packet[32:]), ntpTime(packet[40:])
	return (received.Sub(sent) + answered.Sub(back)) / 2, nil
}

// ntpTime reads seconds since 1900 and a fraction.
func ntpTime(b []byte) time.Time {
	const since1900 = 2_208_988_800
	seconds := int64(binary.BigEndian.Uint32(b)) - since1900
	nanos := int64(binary.BigEndian.Uint32(b[4:])) * 1_000_000_000 >> 32
	return time.Unix(seconds, nanos)
}

// ports looks whether the node could listen.
func (p Patient) ports() []Finding {
	c, a := p.Config.Comet, p.Config.App
	doors := []struct{ name, address, flag string }{
		{"port of other nodes", c.P2P.ListenAddress, "p2p.laddr in config.toml"},
		{"port of RPC", c.RPC.ListenAddress, "rpc.laddr in config.toml"},
	}
	if a.GRPC.Enable {
		doors = append(doors, struct{ name, address, flag string }{"port of gRPC", a.GRPC.Address, "[grpc] address in app.toml"})
	}
	if a.API.Enable {
		doors = append(doors, struct{ name, address, flag string }{"port of REST", a.API.Address, "[api] address in app.toml"})
	}
	if c.Instrumentation.Prometheus {
		doors = append(doors, struct{ name, address, flag string }{"port of Prometheus", c.Instrumentation.PrometheusListenAddr, "prometheus_listen_addr in config.toml"})
	}
	var list []Finding
	for _, d := range doors {
		if d.address == "" || strings.HasPrefix(d.address, "unix://") {
			continue
		}
		if p.running {
			list = append(list, verdict(d.name, true, d.address+": the node runs", "free", ""))
			continue
		}
		l, err := net.Listen("tcp", strings.TrimPrefix(d.address, "tcp://"))
		if err != nil {
			list = append(list, verdict(d.name, false, err.Error(), "free", "End what listens there (ss -ltnp shows it), or choose another "+d.flag+"."))
			continue
		}
		_ = l.Close()
		list = append(list, verdict(d.name, true, d.address, "free", ""))
	}
	return list
}

// peers dials the nodes that this one is told of.
func (p Patient) peers(ctx context.Context) []Finding {
	c := p.Config.Comet.P2P
	var list []Finding
	reached, begins := 0, p.begins()
	for _, text := range strings.FieldsFunc(c.PersistentPeers+","+c.Seeds, func(r rune) bool { return r == ',' || r == ' ' }) {
		address, err := p2p.NewNetAddressString(text)
		if err != nil {
			list = append(list, verdict("peer", false, err.Error(), "ID@HOST:PORT", "Correct persistent_peers or seeds in config.toml."))
			continue
		}
		dialer := net.Dialer{Timeout: patience}
		conn, err := dialer.DialContext(ctx, "tcp", address.DialString())
		if begins && errors.Is(err, syscall.ECONNREFUSED) { // the machine is there, and no firewall before it
			list = append(list, Finding{Check: "peer", OK: true, Value: text, Limit: "answers", Remedy: "Its machine is there, no node runs on it yet. That is as it must be while the network has not begun."})
			continue
		}
		if err != nil {
			list = append(list, verdict("peer", false, err.Error(), "answers", "Ask its operator whether it runs and its firewall lets you in; or remove it from persistent_peers or seeds."))
			continue
		}
		_ = conn.Close()
		reached++
		list = append(list, verdict("peer", true, text, "answers", ""))
	}
	if reached > 0 { // one is enough: the rest is told, and is no failure
		for i := range list {
			list[i].OK = true
		}
	}
	return list
}
