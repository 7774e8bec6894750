package node_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"google.golang.org/grpc"
)

// hammerCount is how many malformed requests each door gets.
const hammerCount = 10_000

// maxGrowth is how much more memory may be in use afterwards.
const maxGrowth = 64 << 20

// flat runs f and looks whether memory stays.
func flat(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	require.Eventually(t, func() bool {
		runtime.GC()
		runtime.ReadMemStats(&after)
		return after.HeapAlloc < before.HeapAlloc+maxGrowth
	}, 10*time.Second, 100*time.Millisecond, "memory grew from %d to %d", before.HeapAlloc, after.HeapAlloc)
}

// nasty are values for any place in a request.
var nasty = []string{
	"", " ", "0", "-1", "18446744073709551615", "18446744073709551616", "9223372036854775808", "1e9", "0x10", "true", "null", "NaN",
	"%00", "%2F", "%2e%2e", "..", "%c0%af", "%ff", "%zz", "%", "'", "\"", "<script>", "{}", "[]", "{\"a\":", "AA==", "!!!", "é", "%F0%9F%98%80",
	"weft1", "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6", "WEFT1QQQQQ", "weftvaloper1", strings.Repeat("a", 300), strings.Repeat("%20", 500),
	"factory/x/y", "ibc/" + strings.Repeat("AB", 32), "uweft;drop", "a=b&c=d", "*", "**", "{address}", "::::", "\\", "//", "/./",
}

// hammerREST sends 10,000 malformed requests and a few that are too large.
func (d *doors) hammerREST(t *testing.T) {
	d = d.in(t)
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
		}
	}
	res, err := http.Get(d.rest + "/openapi.json")
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(res.Body).Decode(&api))
	require.NoError(t, res.Body.Close())
	var paths []string
	for path := range api.Paths {
		paths = append(paths, path)
	}
	examples := d.examples()
	// request makes something that is nearly right.
	request := func() (verb, target, header, body string) {
		path := pick(paths)
		words := strings.Split(path, "/")
		for i, w := range words {
			switch {
			case strings.HasPrefix(w, "{") && rng.IntN(3) == 0:
				words[i] = url.PathEscape(examples[strings.Trim(w, "{}")])
			case strings.HasPrefix(w, "{"), rng.IntN(30) == 0:
				words[i] = pick(nasty)
			}
		}
		target = strings.Join(words, "/")
		for range rng.IntN(4) {
			name := pick([]string{
				"pagination.key", "pagination.offset", "pagination.limit", "pagination.count_total", "pagination.reverse", "pagination", "pagination.x.y",
				"denom", "denoms", "query", "events", "order_by", "page", "limit", "status", "address", "height", "path", "data", "code_id", "", "a.b.c", "tx.body.memo",
			})
			target += pick([]string{"?", "&"}) + name + "=" + pick(nasty)
		}
		if rng.IntN(5) == 0 {
			header = "x-cosmos-block-height: " + pick([]string{"-1", "99999999999", "x", "9223372036854775808", "", "1", "0"}) + "\r\n"
		}
		verb = "GET"
		if _, isPost := api.Paths[path]["post"]; isPost || rng.IntN(20) == 0 {
			verb = pick([]string{"POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
			raw := make([]byte, rng.IntN(200))
			for i := range raw {
				raw[i] = byte(rng.Uint32())
			}
			body = pick([]string{
				string(raw), `{"tx_bytes":"` + base64.StdEncoding.EncodeToString(raw) + `","mode":"BROADCAST_MODE_SYNC"}`,
				`{"tx_bytes":"` + base64.StdEncoding.EncodeToString(raw) + `"}`, `{"tx":{"body":{"messages":[{"@type":"/no.such.Type"}]}}}`,
				`{"tx":{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.QueryParamsRequest"}]},"auth_info":{}}}`, `{"tx":{}}`, `{"mode":99}`, `{"tx_bytes":null}`, `{`, `[[[[`, ``,
				`{"tx":` + strings.Repeat(`{"body":`, 60) + strings.Repeat("}", 60) + "}", `{"amino_json":"{}"}`,
			})
		}
		// No bytes may stand there that end the line; everything else may.
		target = strings.NewReplacer(" ", "+", "\r", "", "\n", "").Replace(target)
		return verb, target, header, body
	}
	line := &httpLine{t: t, address: strings.TrimPrefix(d.rest, "http://")}
	defer line.close()
	flat(t, func() {
		for i := range hammerCount {
			verb, target, header, body := request()
			code, text := line.send(verb, target, header, body)
			what := fmt.Sprintf("request %d: %s %.300s %s%.300s\n%d %.300s", i, verb, target, header, body, code, text)
			checkRefusal(t, code, text, what)
		}
	})
	line.close()
	code, _ := line.write("POST", "POST /cosmos/tx/v1beta1/simulate HTTP/1.1\r\nHost: test\r\nContent-Length: 1073741824\r\n\r\n{")
	require.Equal(t, http.StatusTooManyRequests, code, "it is refused for what it says, before it is read")
	line.close()
	code, _ = line.send("GET", "/cosmos/bank/v1beta1/params?"+strings.Repeat("a=1&", 2_000), "", "")
	require.Equal(t, http.StatusBadRequest, code)
	code, _ = line.send("GET", "/cosmos/bank/v1beta1/params", "", "")
	require.Equal(t, http.StatusOK, code, "it still serves")
}

// checkRefusal accepts any answer but one of the server's own fault. What the
// reference answers with 500 names the rule that refused.
func checkRefusal(t *testing.T, code int, text, what string) {
	t.Helper()
	if code < 500 {
		return
	}
	var refusal struct {
		Code    int
		Message string
	}
	require.NoError(t, json.Unmarshal([]byte(text), &refusal), what)
	switch code {
	case http.StatusNotImplemented:
		require.Equal(t, 12, refusal.Code, what)
		require.NotEmpty(t, refusal.Message, what)
	case http.StatusInternalServerError:
		require.Equal(t, 2, refusal.Code, what)
		require.Regexp(t, `^codespace \w+ code \d+: |with gas used: '\d+'$`, refusal.Message, what)
	default:
		t.Fatal(what)
	}
}

// httpLine sends requests as they are, through one connection as long as the
// server keeps it.
type httpLine struct {
	t       *testing.T
	address string
	conn    net.Conn
	in      *bufio.Reader
}

func (l *httpLine) close() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}

func (l *httpLine) send(verb, target, header, body string) (int, string) {
	l.t.Helper()
	return l.write(verb, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: test\r\n%sContent-Length: %d\r\n\r\n%s", verb, target, header, len(body), body))
}

func (l *httpLine) write(verb, text string) (int, string) {
	l.t.Helper()
	if l.conn == nil {
		conn, err := net.Dial("tcp", l.address)
		require.NoError(l.t, err)
		l.conn, l.in = conn, bufio.NewReader(conn)
	}
	require.NoError(l.t, l.conn.SetDeadline(time.Now().Add(patience)))
	sent := make(chan struct{})
	go func() { // the server may answer before it has read everything
		defer close(sent)
		_, _ = io.WriteString(l.conn, text)
	}()
	res, err := http.ReadResponse(l.in, &http.Request{Method: verb})
	require.NoError(l.t, err, "%.300s", text)
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	require.NoError(l.t, err)
	if res.Close {
		l.close()
	}
	<-sent
	return res.StatusCode, string(out)
}

// rawCodec sends bytes as a message.
type rawCodec struct{}

func (rawCodec) Name() string { return grpcproto.Name }

func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

// hammerGRPC sends 10,000 malformed requests to all methods.
func (d *doors) hammerGRPC(t *testing.T) {
	d = d.in(t)
	rng := rand.New(rand.NewPCG(3, 4))
	list, files := d.reflectV1()
	var methods []string
	for _, f := range files {
		for _, s := range f.GetService() {
			name := f.GetPackage() + "." + s.GetName()
			for _, m := range s.GetMethod() {
				methods = append(methods, "/"+name+"/"+m.GetName())
			}
		}
	}
	require.NotEmpty(t, list)
	methods = append(methods, "/x", "/", "/cosmos.bank.v1beta1.Msg/Send", "/cosmos.bank.v1beta1.Query/", "/"+strings.Repeat("a", 500)+"/b", "/a/"+strings.Repeat("b", 5_000))
	words := append([]string{address(1), d.contract, "uweft", `{"summary":{}}`, prefix.Validator(key(0).PubKey().Address())}, nasty...)
	request := func() []byte {
		var out []byte
		for range rng.IntN(5) {
			number := byte(1 + rng.IntN(8))
			switch rng.IntN(5) {
			case 0: // a number
				out = append(out, number<<3, 0xff, byte(rng.Uint32()), 1)
			case 1, 2: // text
				w := words[rng.IntN(len(words))]
				w = w[:min(len(w), 127)]
				out = append(append(out, number<<3|2, byte(len(w))), w...)
			case 3: // a page
				page := []byte{1<<3 | 2, 2, byte(rng.Uint32()), 0xff, 2 << 3, byte(rng.IntN(128)), 3 << 3, 0xff, 0xff, 0x7f, 4 << 3, 1, 5 << 3, byte(rng.IntN(2))}
				page = page[rng.IntN(2)*4:]
				out = append(append(out, number<<3|2, byte(len(page))), page...)
			default: // anything
				for range rng.IntN(20) {
					out = append(out, byte(rng.Uint32()))
				}
			}
		}
		return out
	}
	flat(t, func() {
		for i := range hammerCount {
			path, in := methods[rng.IntN(len(methods))], request()
			ctx := t.Context()
			if rng.IntN(5) == 0 {
				ctx = metadata.AppendToOutgoingContext(ctx, "x-cosmos-block-height", []string{"-1", "x", "99999999", "1", "", "2"}[rng.IntN(6)])
			}
			var out []byte
			err := d.grpc.Invoke(ctx, path, &in, &out, grpc.ForceCodecV2(rawCodec{}))
			what := fmt.Sprintf("request %d: %.200s %x: %.300v", i, path, in, err)
			switch status.Code(err) {
			case codes.Internal, codes.DataLoss, codes.Unavailable, codes.DeadlineExceeded:
				// The client's own words for a stream where it expected one answer.
				require.Contains(t, what, "ServerReflection/", what)
			case codes.Unknown:
				require.Regexp(t, `^codespace \w+ code \d+: |with gas used: '\d+'$`, status.Convert(err).Message(), what)
			}
		}
	})
	large := make([]byte, 11<<20)
	err := d.grpc.Invoke(t.Context(), "/cosmos.tx.v1beta1.Service/Simulate", &large, &large, grpc.ForceCodecV2(rawCodec{}))
	require.Equal(t, codes.ResourceExhausted, status.Code(err))
	require.NotNil(t, encoding.GetCodecV2(grpcproto.Name))
	d.reflection(t)
}
