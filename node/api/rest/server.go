// Package rest is a node's REST door: the methods of a table at the HTTP paths
// that google.api.http gives them, in the JSON of the Cosmos SDK's gRPC
// gateway: original field names, 64-bit integers as strings, bytes in base64,
// zero values printed. Path templates and status codes are grpc-gateway's. What
// a method answers, and the limits of a query, are behind method.Ask; this
// package bounds requests and answers.
package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/rs/cors"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node/api/limit"
	"github.com/weftchain/weft/node/api/method"
)

// Options are what a handler is made of.
type Options struct {
	Ask     method.Ask
	Methods []*method.Method
	Limits  *limit.Limiter
	// Memory bounds the answers that wait to be read.
	Memory *limit.Budget
	// MaxBodyBytes bounds the body of a request, MaxAnswerBytes an answer
	// before it becomes JSON.
	MaxBodyBytes, MaxAnswerBytes int
	// Origins are the web pages that may ask, "*" for all; none is nobody.
	Origins []string
	// Pages serves paths that are no method, such as the OpenAPI document. It
	// may be nil.
	Pages http.Handler
}

// maxQueryBytes bounds what stands behind the path of a URL, and
// maxPathBytes the path: a smart query may be a long one.
const (
	maxQueryBytes = 64 << 10
	maxPathBytes  = 64 << 10
)

// largeAnswer is what counts against Options.Memory; an answer takes jsonFactor
// times its bytes, as message and as JSON.
const (
	largeAnswer = 64 << 10
	jsonFactor  = 4
)

// handler serves HTTP.
type handler struct {
	o      Options
	routes *routes
}

// New returns what serves REST, for an http.Server with time-outs.
func New(o Options) (http.Handler, error) {
	r, err := newRoutes(o.Methods)
	if err != nil {
		return nil, err
	}
	var h http.Handler = &handler{o: o, routes: r}
	if len(o.Origins) > 0 {
		h = cors.New(cors.Options{
			AllowedOrigins: o.Origins,
			AllowedMethods: []string{http.MethodGet, http.MethodPost, http.MethodHead},
			AllowedHeaders: []string{"*"},
			ExposedHeaders: []string{heightHeader, metadataHeader},
			MaxAge:         600,
		}).Handler(h)
	}
	return h, nil
}

// The height whose state answered stands in two headers: under its own name,
// and under the one that grpc-gateway gives to gRPC metadata.
const (
	heightHeader   = "X-Cosmos-Block-Height"
	metadataHeader = "Grpc-Metadata-X-Cosmos-Block-Height"
)

// ServeHTTP answers one request. Nothing that is wrong with a request, and no
// panic, ends more than that request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { //nolint:errorlint // a panic's value, not an error's chain
				panic(p)
			}
			refuse(w, status.Errorf(codes.Internal, "this node cannot answer: panic: %.200v", p))
		}
	}()
	if err := h.o.Limits.Allow(r.RemoteAddr); err != nil {
		refuse(w, err)
		return
	}
	if len(r.URL.RawQuery) > maxQueryBytes || len(r.URL.EscapedPath()) > maxPathBytes {
		refuse(w, status.Errorf(codes.InvalidArgument, "a path has at most %d bytes and what is behind it %d", maxPathBytes, maxQueryBytes))
		return
	}
	verb := r.Method
	if verb == http.MethodHead {
		verb = http.MethodGet
	}
	found := h.routes.match(verb, r.URL.EscapedPath())
	if len(found) == 0 {
		h.notFound(w, r)
		return
	}
	h.serve(w, r, found)
}

// notFound serves what is no method: a page, or the reference's answer to an
// unknown path.
func (h *handler) notFound(w http.ResponseWriter, r *http.Request) {
	if h.o.Pages != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		h.o.Pages.ServeHTTP(w, r)
		return
	}
	NotImplemented(w, r)
}

// NotImplemented is the answer to a path that nothing serves.
func NotImplemented(w http.ResponseWriter, _ *http.Request) {
	refuse(w, status.Error(codes.Unimplemented, "Not Implemented"))
}

// serve asks the first of the methods found that can read the request. Two
// methods of the reference share a path: an address as text and as bytes.
func (h *handler) serve(w http.ResponseWriter, r *http.Request, found []match) {
	height, err := method.Height(heightValues(r.Header))
	if err != nil {
		refuse(w, err)
		return
	}
	for i, m := range found {
		var req chain.Message
		if req, err = h.request(w, r, m); err == nil {
			err = h.answer(w, r, m.route.method, req, height)
		}
		if err == nil {
			return
		}
		if i < len(found)-1 && method.Status(err).Code() == codes.InvalidArgument {
			continue
		}
		break
	}
	refuse(w, err)
}

func heightValues(header http.Header) []string {
	if v := header.Values(heightHeader); len(v) > 0 {
		return v
	}
	return header.Values(metadataHeader)
}

// request reads a method's request out of path, query and body.
func (h *handler) request(w http.ResponseWriter, r *http.Request, m match) (chain.Message, error) {
	req := m.route.method.Request()
	if m.route.rule.Body {
		body, err := h.body(w, r)
		if err != nil {
			return nil, err
		}
		if err := decode(body, req); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "body: %v", err)
		}
	}
	for name, value := range m.vars {
		if err := bind(req, name, value); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "type mismatch, parameter: %s, error: %v", name, err)
		}
	}
	if m.route.rule.Body {
		return req, nil
	}
	return req, bindQuery(req, r.URL.RawQuery, m.vars)
}

// body reads the body of a request. One that says that it is too large is not
// read at all.
func (h *handler) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	most := int64(h.o.MaxBodyBytes)
	tooLarge := status.Errorf(codes.ResourceExhausted,
		"the body has more than %d bytes: send less, or raise max-body-bytes in section [api] of app.toml", most)
	if r.ContentLength > most {
		w.Header().Set("Connection", "close")
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge
	case err != nil:
		return nil, status.Error(codes.InvalidArgument, "the body cannot be read")
	}
	return body, nil
}

// answer asks, and writes what comes back.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, m *method.Method, req chain.Message, height int64) error {
	raw, err := req.Marshal()
	if err != nil {
		return status.Errorf(codes.InvalidArgument, "request: %v", err)
	}
	value, at, err := h.ask(r.Context(), m.Path, raw, height)
	if err != nil {
		return err
	}
	if len(value) > h.o.MaxAnswerBytes {
		return status.Errorf(codes.ResourceExhausted,
			"the answer has %d bytes, at most %d are sent: ask for a smaller page, or raise max-answer-bytes in section [api] of app.toml",
			len(value), h.o.MaxAnswerBytes)
	}
	if len(value) >= largeAnswer {
		written, err := h.o.Memory.Take(r.Context(), jsonFactor*int64(len(value)))
		if err != nil {
			return err
		}
		defer written()
	}
	res := m.Response()
	if err := res.Unmarshal(value); err != nil {
		return fmt.Errorf("the answer of %s: %w", m.Path, err)
	}
	text, err := encode(res)
	if err != nil {
		return fmt.Errorf("the answer of %s: %w", m.Path, err)
	}
	header := w.Header()
	header.Set(heightHeader, strconv.FormatInt(at, 10))
	header.Set(metadataHeader, strconv.FormatInt(at, 10))
	write(w, http.StatusOK, text)
	return nil
}

// ask waits for a turn and asks. The turn ends before the answer is written,
// which may take as long as the client likes; memory is counted until then.
func (h *handler) ask(ctx context.Context, path string, request []byte, height int64) ([]byte, int64, error) {
	leave, err := h.o.Limits.Enter(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	return h.o.Ask(ctx, path, request, height)
}

// refuse writes an error: {"code":…,"message":…,"details":[]} and the HTTP
// status that grpc-gateway gives to the code.
func refuse(w http.ResponseWriter, err error) {
	st := method.Status(err)
	text, marshalErr := errorJSON(st)
	if marshalErr != nil {
		text = []byte(`{"code":13,"message":"this node cannot say what is wrong","details":[]}`)
	}
	write(w, runtime.HTTPStatusFromCode(st.Code()), text)
}

func write(w http.ResponseWriter, code int, text []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(code)
	_, _ = w.Write(text) // the client went away, if it fails
}
