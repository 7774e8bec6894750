package rpc

import (
	"net/http"
	"net/netip"
	"strings"
)

// TracePath is where the door answers with Options.Trace.
const TracePath = "/weft/trace/v1"

// traceCost is what a trace takes out of its client's allowance: it may compile
// a contract, and executes transactions.
const traceCost = 400

// Access says who may do something that is dear.
type Access string

// Who may.
const (
	AccessLocal Access = "loopback" // clients of this machine
	AccessAll   Access = "all"
	AccessNone  Access = "none"
)

// Known tells whether it is one of the three.
func (a Access) Known() bool { return a == AccessLocal || a == AccessAll || a == AccessNone }

// allows tells whether a client may. A unix socket is of this machine; so is,
// unless it says in X-Forwarded-For for whom it asks, a proxy on it.
func (a Access) allows(client string) bool {
	switch a {
	case AccessAll:
		return true
	case AccessLocal:
		ip, err := netip.ParseAddr(strings.TrimSuffix(client, "/64"))
		return err == nil && (ip.IsLoopback() || ip == netip.IPv6Unspecified()) || client == "" || client == "@"
	default:
		return false
	}
}

// serveTrace makes a trace for who may have one. It is a heavy call.
func (d *Door) serveTrace(w http.ResponseWriter, r *http.Request, who caller) {
	if d.opts.Trace == nil || !d.opts.TraceAccess.allows(who.client) {
		d.reply(w, refuse(uriID, fail(codeInvalid,
			"this node makes no traces for %s: set access in section [trace] of app.toml (it is %q), or ask on the machine of a node", who.client, d.opts.TraceAccess)),
			http.StatusForbidden)
		return
	}
	cost := traceCost + sizeCost(int(max(r.ContentLength, 0)))
	if err := d.calls.AllowN(who.client, int(cost)); err != nil {
		d.reply(w, refuse(uriID, fail(codeLimit, "%v", err)), http.StatusTooManyRequests)
		return
	}
	leave, err := d.enter(r.Context(), method{heavy: true})
	if err != nil {
		d.reply(w, refuse(uriID, fail(codeLimit, "%v", err)), http.StatusTooManyRequests)
		return
	}
	defer leave()
	d.opts.Trace.ServeHTTP(w, r)
}
