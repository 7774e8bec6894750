package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/libs/pubsub"
	"github.com/cometbft/cometbft/libs/pubsub/query"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// maxQueryBytes bounds a query; CometBFT has the same bound.
const maxQueryBytes = 512

// busTime bounds how long CometBFT's event bus may take to subscribe.
const busTime = 5 * time.Second

// subscription is one query of one WebSocket.
type subscription struct {
	id    json.RawMessage // of the request, and so of each event
	text  string          // the query as it came
	query *query.Query
	bus   cmttypes.Subscription
}

func cutStar(pattern string) (before, after string, found bool) { return strings.Cut(pattern, "*") }

func nextName(d *Door) string { return strconv.FormatInt(d.callNumber.Add(1), 10) }

func parseQuery(text string) (q *query.Query, failed *rpcError) {
	if len(text) > maxQueryBytes {
		return nil, fail(codeInternal, "maximum query length exceeded: %d of %d bytes", len(text), maxQueryBytes)
	}
	q, err := query.New(text)
	if err != nil {
		return nil, fail(codeInternal, "failed to parse query: %v", err)
	}
	return q, nil
}

// subscribe starts a subscription. Its reply is sent before its first event,
// which carries the same id.
func (s *socket) subscribe(req request) (a answer, silent bool) {
	text, bad := queryOf(req.params)
	if bad != nil {
		return refuse(req.id, bad), false
	}
	q, bad := parseQuery(text)
	if bad != nil {
		return refuse(req.id, bad), false
	}
	sub := &subscription{id: req.id, text: text, query: q}
	if bad := s.add(sub); bad != nil {
		return refuse(req.id, bad), false
	}
	if s.send(result(req.id, []byte("{}"))) {
		s.pumps.Go(func() { s.pump(sub) })
	}
	return answer{}, true
}

// add takes the subscription into the node's event bus and into the socket.
func (s *socket) add(sub *subscription) *rpcError {
	s.mu.Lock()
	defer s.mu.Unlock()
	cfg := s.door.opts.Config
	if _, twice := s.subs[sub.query.String()]; twice {
		return fail(codeInternal, "already subscribed")
	}
	if len(s.subs) >= cfg.Subscriptions {
		return fail(codeLimit, "this connection has %d subscriptions: unsubscribe some, or raise max_subscriptions_per_client in section [rpc] of config.toml", len(s.subs))
	}
	if !s.counts {
		if s.door.subscribers.Add(1) > int64(cfg.Subscribers) {
			s.door.subscribers.Add(-1)
			return fail(codeLimit, "%d connections have subscriptions: try later, or raise max_subscription_clients in section [rpc] of config.toml", cfg.Subscribers)
		}
		s.counts = true
	}
	ctx, cancel := context.WithTimeout(s.ctx, busTime)
	defer cancel()
	bus, err := s.door.opts.Env.EventBus.Subscribe(ctx, s.name, sub.query, cfg.Buffer)
	if err != nil {
		s.uncount()
		return fail(codeInternal, "%v", err)
	}
	sub.bus = bus
	s.subs[sub.query.String()] = sub
	return nil
}

// uncount frees the socket's place among the subscribers once it has no
// subscription left. The caller holds the lock.
func (s *socket) uncount() {
	if s.counts && len(s.subs) == 0 {
		s.counts = false
		s.door.subscribers.Add(-1)
	}
}

// remove takes a subscription out of the socket, if it is still in.
func (s *socket) remove(sub *subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.subs[sub.query.String()] == sub {
		delete(s.subs, sub.query.String())
		s.uncount()
	}
}

func (s *socket) unsubscribe(req request) answer {
	text, bad := queryOf(req.params)
	if bad != nil {
		return refuse(req.id, bad)
	}
	q, bad := parseQuery(text)
	if bad != nil {
		return refuse(req.id, bad)
	}
	s.mu.Lock()
	sub := s.subs[q.String()]
	s.mu.Unlock()
	if sub == nil {
		return refuse(req.id, fail(codeInternal, "subscription not found"))
	}
	s.remove(sub)
	if err := s.door.opts.Env.EventBus.Unsubscribe(context.Background(), s.name, q); err != nil && !errors.Is(err, pubsub.ErrSubscriptionNotFound) {
		return refuse(req.id, fail(codeInternal, "%v", err))
	}
	return result(req.id, []byte("{}"))
}

func (s *socket) unsubscribeAll() {
	s.mu.Lock()
	some := len(s.subs) > 0
	clear(s.subs)
	s.uncount()
	s.mu.Unlock()
	if !some {
		return
	}
	bus := s.door.opts.Env.EventBus
	if err := bus.UnsubscribeAll(context.Background(), s.name); err != nil && !errors.Is(err, pubsub.ErrSubscriptionNotFound) && bus.IsRunning() {
		s.door.opts.Log.Error("unsubscribing a WebSocket", "err", err)
	}
}

// pump sends a subscription's events until it ends. A reader who is so slow
// that the queue of events overflows is told that events are lost, and the
// subscription is over.
func (s *socket) pump(sub *subscription) {
	defer s.remove(sub)
	for {
		select {
		case msg := <-sub.bus.Out():
			if a := s.event(sub, msg); !s.send(a) {
				return
			}
		case <-sub.bus.Canceled():
			if err := sub.bus.Err(); !errors.Is(err, pubsub.ErrUnsubscribed) {
				s.send(refuse(sub.id, fail(codeServer, "subscription was canceled (reason: %v): events are lost, subscribe again and look up what you missed", cancelReason(err))))
			}
			return
		case <-s.ctx.Done():
			return
		}
	}
}

func cancelReason(err error) error {
	switch {
	case err == nil:
		return errors.New("the node stops")
	case errors.Is(err, pubsub.ErrOutOfCapacity):
		return fmt.Errorf("slow client: %w", err)
	default:
		return err
	}
}

// event makes the message of an event. A transaction's is sent when the index
// has it, so that who hears of it can look it up.
func (s *socket) event(sub *subscription, msg pubsub.Message) answer {
	if tx, ok := msg.Data().(cmttypes.EventDataTx); ok {
		s.door.index.wait(s.ctx, tx.Height)
	}
	value, err := cmtjson.Marshal(&coretypes.ResultEvent{Query: sub.text, Data: msg.Data().(cmttypes.TMEventData), Events: msg.Events()})
	if err != nil {
		return refuse(sub.id, fail(codeInternal, "an event cannot be told: %v", err))
	}
	if most := s.door.opts.Config.AnswerBytes; int64(len(value)) > most {
		return refuse(sub.id, fail(codeLimit, "an event has %d bytes, at most %d are sent: look up the block instead", len(value), most))
	}
	return result(sub.id, value)
}
