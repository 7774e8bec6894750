// Package openapi holds the description of a node's REST door, which
// internal/openapi writes from the .proto files (make proto), and a page that
// lists it for people. Both are part of the program and need no network.
package openapi

import (
	_ "embed" // the document and the page
	"net/http"
	"strconv"
)

//go:embed openapi.json
var document []byte

//go:embed index.html
var page []byte

// Document returns the description in OpenAPI 3.0. The caller must not change
// it.
func Document() []byte { return document }

// Handler serves the description at /openapi.json and the page at / and
// /swagger/, and leaves every other path to otherwise.
func Handler(otherwise http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/openapi.json":
			send(w, "application/json", document)
		case "/", "/swagger/", "/swagger":
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'")
			send(w, "text/html; charset=utf-8", page)
		default:
			otherwise(w, r)
		}
	})
}

func send(w http.ResponseWriter, kind string, text []byte) {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Length", strconv.Itoa(len(text)))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "max-age=300")
	_, _ = w.Write(text) // the client went away, if it fails
}
