package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/weftchain/weft/chain"
)

// Bounds of what is read from files and stdin.
const (
	maxJSONBytes = 4 << 20
	maxFileBytes = 32 << 20
)

// readFile reads a plain file of at most max bytes. A folder, a pipe or a
// device is refused: it might never end.
func readFile(path string, maxBytes int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, usage("%w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, usage("%s is not a plain file", path)
	}
	if info.Size() > maxBytes {
		return nil, usage("%s has %d bytes, at most %d are read", path, info.Size(), maxBytes)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, usage("%w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	return readAll(f, path, maxBytes)
}

func readAll(from io.Reader, name string, maxBytes int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err != nil {
		return nil, usage("reading %s: %w", name, err)
	}
	if int64(len(data)) > maxBytes {
		return nil, usage("%s has more than %d bytes", name, maxBytes)
	}
	return data, nil
}

// input reads an argument that names a file, or - for stdin.
func (r *run) input(arg string, maxBytes int64) ([]byte, error) {
	if arg == "-" {
		return readAll(r.lines, "stdin", maxBytes)
	}
	return readFile(arg, maxBytes)
}

// jsonArg reads a JSON argument: the text itself, @file, or - for stdin.
func (r *run) jsonArg(what, arg string) ([]byte, error) {
	data := []byte(arg)
	var err error
	if file, ok := strings.CutPrefix(arg, "@"); ok {
		data, err = readFile(file, maxJSONBytes)
	} else if arg == "-" {
		data, err = readAll(r.lines, "stdin", maxJSONBytes)
	}
	if err != nil {
		return nil, err
	}
	if err := checkJSON(data); err != nil {
		return nil, usage("%s is not good JSON: %w", what, err)
	}
	return bytes.TrimSpace(data), nil
}

// checkJSON refuses what is not one JSON value, and names that stand twice in
// an object: readers do not agree on which of the two counts.
func checkJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := uniqueNames(dec); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("it ends too early")
		}
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something follows the value")
	}
	return nil
}

func uniqueNames(dec *json.Decoder) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		seen := map[string]bool{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return err
			}
			if seen[name.(string)] {
				return fmt.Errorf("the name %.80q stands twice in one object", name)
			}
			seen[name.(string)] = true
			if err := uniqueNames(dec); err != nil {
				return err
			}
		}
		_, err = dec.Token()
	case json.Delim('['):
		for dec.More() {
			if err := uniqueNames(dec); err != nil {
				return err
			}
		}
		_, err = dec.Token()
	}
	return err
}

// coinsArg reads "5uweft,7uatom"; it must not be empty.
func coinsArg(text string) (chain.Coins, error) {
	coins, err := chain.ParseCoins(text)
	if err != nil {
		return nil, usage("the amount %.80q: %w", text, err)
	}
	if len(coins) == 0 {
		return nil, usage("the amount is empty; write a whole number and a denom such as 5uweft")
	}
	return coins, nil
}

// codeIDArg reads a code id, a number from 1.
func codeIDArg(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 || text[0] == '+' {
		return 0, usage("code id %.40q is not a whole number from 1", text)
	}
	return n, nil
}
