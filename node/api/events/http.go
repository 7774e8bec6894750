package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Paths of the endpoints.
const (
	StreamPath = "/weft/events/v1/stream"
	PagePath   = "/weft/events/v1/events"
)

// Times of a stream.
const (
	aliveTime  = 15 * time.Second // a comment comes so often when nothing else does
	streamTime = 10 * time.Second // a reader may take so long for one write
)

// defaultPage is how many records a page has unless the reader says so.
const defaultPage = 100

// Now is what since may say instead of a cursor: only what is new.
const Now = "now"

// ServeHTTP answers the two endpoints; it can be mounted on any server.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, errors.New("use GET"))
		return
	}
	if len(r.URL.RawQuery) > 16<<10 {
		refuse(w, http.StatusRequestURITooLong, errors.New("the query has more than 16 KiB"))
		return
	}
	form, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	for name := range form {
		switch name {
		case "since", "limit", "type", "contract", "attribute":
		default:
			refuse(w, http.StatusBadRequest, fmt.Errorf("there is no parameter %.40q: use since, limit, type, contract, attribute", name))
			return
		}
	}
	switch r.URL.Path {
	case PagePath:
		s.servePage(w, r, form)
	case StreamPath:
		s.serveStream(w, r, form)
	default:
		refuse(w, http.StatusNotFound, fmt.Errorf("the endpoints are %s and %s", PagePath, StreamPath))
	}
}

// refuse answers with an error in the form of the REST API.
func refuse(w http.ResponseWriter, status int, err error) {
	code := 3 // InvalidArgument
	switch status {
	case http.StatusNotFound:
		code = 5
	case http.StatusTooManyRequests:
		code = 8
	case http.StatusInternalServerError:
		code = 13
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": err.Error(), "details": []any{}})
}

// question reads what both endpoints take.
func (s *Service) question(r *http.Request, form url.Values) (since Cursor, f Filter, err error) {
	if f, err = ParseFilter(form); err != nil {
		return since, f, err
	}
	text := form.Get("since")
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		text = last // a browser that has lost its connection goes on here
	}
	if text == Now {
		covered, err := s.index.Range(r.Context())
		return Cursor{Height: covered.Last + 1}, f, err
	}
	since, err = ParseCursor(text)
	return since, f, err
}

func (s *Service) servePage(w http.ResponseWriter, r *http.Request, form url.Values) {
	since, f, err := s.question(r, form)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	limit := defaultPage
	if text := form.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > MaxPage {
			refuse(w, http.StatusBadRequest, fmt.Errorf("limit %.20q must be 1 to %d", text, MaxPage))
			return
		}
	}
	p, err := s.index.Page(r.Context(), since, f, limit)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(p) // else the reader is gone
}

func (s *Service) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.opts.Log.Error("reading events", "err", err)
	}
	refuse(w, http.StatusInternalServerError, fmt.Errorf("the index of events cannot be read: %w", err))
}

// serveStream sends records as they come, until the reader goes or is too slow.
func (s *Service) serveStream(w http.ResponseWriter, r *http.Request, form url.Values) {
	since, f, err := s.question(r, form)
	if err == nil && form.Has("limit") {
		err = errors.New("a stream has no limit")
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	if !s.enter() {
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusTooManyRequests, fmt.Errorf("%d readers follow already: try later, or raise max-streams in section [events] of app.toml", s.opts.Streams))
		return
	}
	defer s.leave()
	out := stream{w: w, control: http.NewResponseController(w)}
	_ = out.control.SetReadDeadline(time.Time{}) // a stream outlives the server's bounds for questions
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // or proxies keep it back
	if r.Method == http.MethodHead {
		return
	}
	if out.send("retry: 1000\n\n") == nil {
		s.follow(r, out, since, f)
	}
}

// follow sends page after page.
func (s *Service) follow(r *http.Request, out stream, since Cursor, f Filter) {
	alive := time.NewTicker(aliveTime)
	defer alive.Stop()
	for {
		grew := s.growth() // before the look, so that nothing is missed
		p, err := s.index.Page(r.Context(), since, f, MaxPage)
		if err != nil || out.page(p, since) != nil {
			return
		}
		since = p.Next
		if p.More {
			if r.Context().Err() != nil || s.ends.Err() != nil {
				return
			}
			continue
		}
		select {
		case <-grew:
		case <-alive.C:
			if out.send(": alive\n\n") != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.ends.Done():
			return
		}
	}
}

// enter counts a stream.
func (s *Service) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams >= s.opts.Streams || s.ends.Err() != nil {
		return false
	}
	s.streams++
	s.done.Add(1)
	return true
}

func (s *Service) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams--
	s.done.Done()
}

// stream writes frames of server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// page sends a page. Where it has no event at its end, the place is sent alone:
// then a reader with a narrow filter goes on from there as well.
func (o stream) page(p Page, since Cursor) error {
	at := since
	for _, rec := range p.Records {
		if err := o.record(rec); err != nil {
			return err
		}
		at = rec.Cursor
	}
	if at.Before(p.Next) {
		if _, err := fmt.Fprintf(o.w, "id: %s\n\n", p.Next); err != nil {
			return err
		}
	} else if len(p.Records) == 0 {
		return nil
	}
	return o.flush()
}

func (o stream) record(rec Record) error {
	if err := o.deadline(); err != nil {
		return err
	}
	data, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	kind := ""
	if rec.Kind != KindEvent {
		kind = "event: " + rec.Kind + "\n"
	}
	_, err = fmt.Fprintf(o.w, "id: %s\n%sdata: %s\n\n", rec.At, kind, data)
	return err
}

func (o stream) send(text string) error {
	if err := o.deadline(); err != nil {
		return err
	}
	if _, err := io.WriteString(o.w, text); err != nil {
		return err
	}
	return o.flush()
}

func (o stream) deadline() error {
	err := o.control.SetWriteDeadline(time.Now().Add(streamTime))
	if errors.Is(err, http.ErrNotSupported) {
		return nil // a test's recorder
	}
	return err
}

func (o stream) flush() error {
	if err := o.deadline(); err != nil {
		return err
	}
	err := o.control.Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
