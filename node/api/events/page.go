package events

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// Bounds of a page.
const (
	// MaxPage is how many records one page may have.
	MaxPage = 1000
	// maxScan is how many events one page looks at; a filter that fits few of
	// them gives short pages, not long waits.
	maxScan = 5000
	// maxPageBytes ends a page early; the last record may go over it.
	maxPageBytes = 4 << 20
)

// Page is a part of the stream.
type Page struct {
	Records []Record `json:"records"`
	// Next is where to go on: since of the next page.
	Next   Cursor `json:"-"`
	NextAt string `json:"next"`
	// More says that there is more already.
	More bool `json:"more"`
	// First and Last are the blocks that the index covers.
	First int64 `json:"first,string"`
	Last  int64 `json:"last,string"`
}

// Page reads what follows a cursor, at most limit records.
func (x *Index) Page(ctx context.Context, since Cursor, f Filter, limit int) (Page, error) {
	t, err := x.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Page{}, err
	}
	p, err := page(ctx, t, since, f, min(max(limit, 1), MaxPage))
	if end := t.Rollback(); err == nil && end != nil && !errors.Is(end, sql.ErrTxDone) {
		err = end
	}
	p.NextAt = p.Next.String()
	return p, err
}

func page(ctx context.Context, t *sql.Tx, since Cursor, f Filter, limit int) (Page, error) {
	p := Page{Records: []Record{}, Next: since}
	covered, err := rangeOf(ctx, t)
	if err != nil || covered.Last == 0 {
		return p, err
	}
	p.First, p.Last = covered.First, covered.Last
	if end := (Cursor{Height: covered.Last + 1}); !since.Before(end) {
		return p, nil // nothing yet
	}
	gaps, err := gapsSince(ctx, t, since, covered)
	if err != nil {
		return p, err
	}
	events, next, more, err := eventsSince(ctx, t, since, f, limit, covered)
	if err != nil {
		return p, err
	}
	for _, e := range events {
		for len(gaps) > 0 && gaps[0].To < e.Height {
			p.Records, gaps = append(p.Records, gaps[0]), gaps[1:]
		}
		p.Records = append(p.Records, e)
	}
	for len(gaps) > 0 && !next.Before(gaps[0].Cursor) { // what comes later is for the next page
		p.Records, gaps = append(p.Records, gaps[0]), gaps[1:]
	}
	p.Next, p.More = next, more
	if len(p.Records) > limit {
		p.Records = p.Records[:limit]
		p.Next, p.More = p.Records[limit-1].Cursor, true
	}
	return p, nil
}

// gapsSince lists what is missing after a cursor, first what is missing before
// the index begins.
func gapsSince(ctx context.Context, t *sql.Tx, since Cursor, covered Range) (list []Record, err error) {
	from := max(since.Height, 1)
	if from < covered.First {
		list = append(list, gapRecord(from, covered.First-1, "the index begins later: older blocks were dropped, or were never here"))
	}
	rows, err := t.QueryContext(ctx, "SELECT first, last, reason FROM gaps WHERE last >= ? ORDER BY first LIMIT ?", from, MaxPage)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		var first, last int64
		var reason string
		if err := rows.Scan(&first, &last, &reason); err != nil {
			return nil, err
		}
		list = append(list, gapRecord(max(first, from), last, reason))
	}
	return list, rows.Err()
}

// eventsSince looks at events after a cursor. next is the place up to which it
// has looked.
func eventsSince(ctx context.Context, t *sql.Tx, since Cursor, f Filter, limit int, covered Range) (list []Record, next Cursor, more bool, err error) {
	from, args := f.narrowed(since)
	rows, err := t.QueryContext(ctx, "SELECT e.height, e.tx, e.event, e.type, e.contract, e.hash, e.code, e.attributes, "+
		"(SELECT b.time FROM blocks b WHERE b.height = e.height) FROM "+from+" LIMIT ?", append(args, maxScan)...)
	if err != nil {
		return nil, since, false, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	scanned, bytes, next := 0, 0, since
	for rows.Next() {
		if len(list) == limit || bytes > maxPageBytes {
			return list, next, true, nil
		}
		r, size, err := scan(rows)
		if err != nil {
			return nil, since, false, err
		}
		scanned++
		next = r.Cursor
		if f.wants(r) {
			list = append(list, r)
			bytes += size
		}
	}
	if err := rows.Err(); err != nil {
		return nil, since, false, err
	}
	if scanned == maxScan {
		return list, next, true, nil
	}
	return list, Cursor{Height: covered.Last + 1}, false, nil
}

func scan(rows *sql.Rows) (r Record, size int, err error) {
	var c Cursor
	var attributes string
	r.Kind = KindEvent
	if err := rows.Scan(&c.Height, &c.Tx, &c.Event, &r.Type, &r.Contract, &r.Tx, &r.Code, &attributes, &r.Time); err != nil {
		return r, 0, err
	}
	r.Cursor, r.At, r.Height = c, c.String(), c.Height
	if c.Tx > 0 {
		index := c.Tx - 1
		r.Index = &index
	}
	if err := json.Unmarshal([]byte(attributes), &r.Attributes); err != nil {
		return r, 0, fmt.Errorf("event %s: %w", c, err)
	}
	return r, len(attributes) + len(r.Type) + len(r.Tx), nil
}
