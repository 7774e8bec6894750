package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// generate prints the unsigned transaction. Its gas is simulated if the flags
// leave it open.
func (s *session) generate(msgs []chain.Message) error {
	c, err := s.clientSender()
	if err != nil {
		return err
	}
	b := c.Builder(msgs...)
	if c.Gas == 0 {
		if _, b, err = s.prepare(msgs); err != nil {
			return err
		}
	} else if len(b.Fee) == 0 {
		if b.Fee, err = client.Fee(s.set.prices, b.GasLimit); err != nil {
			return err
		}
	}
	raw, err := b.Unsigned()
	if err != nil {
		return err
	}
	bytes, err := raw.Marshal()
	if err != nil {
		return err
	}
	t, err := client.DecodeTx(bytes)
	if err != nil {
		return err
	}
	return s.printTx(t)
}

// printTx prints a transaction as the JSON that tx sign and tx broadcast read,
// whatever --output says.
func (r *run) printTx(t *txpb.Tx) error {
	data, err := tx.MarshalJSON(t)
	if err != nil {
		return err
	}
	return r.printLine(data)
}

// printLine prints JSON on a line of its own.
func (r *run) printLine(data []byte) error {
	_, err := fmt.Fprintf(r.out, "%s\n", safeJSON(data))
	return err
}

// readTx reads a transaction that --generate-only or tx sign printed.
func (r *run) readTx(file string) (*txpb.Tx, error) {
	data, err := r.input(file, maxFileBytes)
	if err != nil {
		return nil, err
	}
	return parseTx(file, data)
}

// parseTx reads the JSON of a transaction. what says where it stands.
func parseTx(what string, data []byte) (*txpb.Tx, error) {
	if err := checkJSON(data); err != nil {
		return nil, usage("%s is not good JSON: %w", what, err)
	}
	t, err := tx.UnmarshalJSON(data)
	if err != nil {
		return nil, usage("%s: %w", what, err)
	}
	if len(t.Body.Messages) == 0 {
		return nil, usage("%s holds no transaction with messages", what)
	}
	return t, nil
}

// decoded is a transaction of a file with its messages, strictly read.
func decoded(what string, t *txpb.Tx) (*tx.Tx, error) {
	d, err := tx.FromProto(t)
	if err != nil {
		return nil, usage("%s: %w", what, err)
	}
	return d, nil
}

// readBatch reads a file with one transaction on each line.
func (r *run) readBatch(file string) ([]*txpb.Tx, error) {
	data, err := r.input(file, maxFileBytes)
	if err != nil {
		return nil, err
	}
	lines, err := jsonLines(data)
	if err != nil {
		return nil, usage("%s: %w", file, err)
	}
	list := make([]*txpb.Tx, len(lines))
	for i, line := range lines {
		if list[i], err = parseTx(fmt.Sprintf("%s, transaction %d", file, i+1), line); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// jsonLines returns the lines of a text that are not empty, at least one.
func jsonLines(data []byte) ([][]byte, error) {
	scan := bufio.NewScanner(bytes.NewReader(data))
	scan.Buffer(nil, maxFileBytes)
	var lines [][]byte
	for scan.Scan() {
		if line := bytes.TrimSpace(scan.Bytes()); len(line) > 0 {
			lines = append(lines, bytes.Clone(line))
		}
	}
	if scan.Err() == nil && len(lines) == 0 {
		return nil, errors.New("nothing stands in it")
	}
	return lines, scan.Err()
}
