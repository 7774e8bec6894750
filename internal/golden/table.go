package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Table compares the table of a section in a document of docs/spec with rows that
// a test made of the code: as many rows, in that order, each beginning with these
// cells. Cells beyond them are words for people, which no test can check. With
// -update it writes the rows into the document, with the further cells of the same
// row as it was.
func Table(t testing.TB, document, section string, rows [][]string) {
	t.Helper()
	file, lines, from, to := openTable(t, document, section)
	table := Rows(t, document, section)
	var want []string
	for _, row := range rows {
		want = append(want, line(append(slices.Clone(row), furtherCells(table, row)...)))
	}
	if *update {
		lines = slices.Replace(lines, from, to, want...)
		if err := rewrite(file, []byte(strings.Join(lines, ""))); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, want := strings.Join(lines[from:to], ""), strings.Join(want, ""); got != want {
		t.Fatalf("%s, %q: %s\nif this is meant, run the test with -update and explain each changed line in the commit", file, section,
			difference([]byte(want), []byte(got)))
	}
}

// Rows returns the cells of such a table.
func Rows(t testing.TB, document, section string) [][]string {
	t.Helper()
	_, lines, from, to := openTable(t, document, section)
	var rows [][]string
	for _, line := range lines[from:to] {
		rows = append(rows, cells(line))
	}
	return rows
}

// openTable reads a document and finds the rows of a table in its lines.
func openTable(t testing.TB, document, section string) (file string, lines []string, from, to int) {
	t.Helper()
	file = specFile(t, document)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.SplitAfter(string(text), "\n")
	if from, to = findTable(lines, section); from < 0 {
		t.Fatalf("%s: no table below the heading %q", file, section)
	}
	return file, lines, from, to
}

// specFile looks for a document in docs/spec, from the test's folder upwards.
func specFile(t testing.TB, document string) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		file := filepath.Join(dir, "docs", "spec", document)
		if _, err := os.Stat(file); err == nil {
			return file
		}
		if filepath.Dir(dir) == dir {
			t.Fatalf("there is no docs/spec/%s above this test", document)
		}
		dir = filepath.Dir(dir)
	}
}

// findTable returns the lines [from, to) of the first table of a section, without
// its head; from is -1 if there is none.
func findTable(lines []string, section string) (from, to int) {
	within := false
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "#"):
			within = strings.TrimSpace(strings.TrimLeft(line, "#")) == section
		case within && strings.HasPrefix(line, "| ---"):
			for to = i + 1; to < len(lines) && strings.HasPrefix(lines[to], "|"); to++ {
			}
			return i + 1, to
		}
	}
	return -1, -1
}

// cells splits a line of a table. No cell has a bar in it.
func cells(line string) []string {
	row := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	return row
}

// line is the reverse of cells.
func line(row []string) string {
	var b strings.Builder
	for _, cell := range row {
		if b.WriteString("| "); cell != "" {
			b.WriteString(cell + " ")
		}
	}
	return b.String() + "|\n"
}

// furtherCells are those of the same row that the test does not make: of the row
// that has all cells, else of one that has the first.
func furtherCells(table [][]string, row []string) []string {
	same := func(n int) func([]string) bool {
		return func(old []string) bool { return len(old) > len(row) && slices.Equal(old[:n], row[:n]) }
	}
	at := slices.IndexFunc(table, same(len(row)))
	if at < 0 {
		at = slices.IndexFunc(table, same(1))
	}
	if at < 0 {
		return nil
	}
	return table[at][len(row):]
}

// Number writes an integer as the specifications do: 1,610.
func Number[T ~int | ~int32 | ~int64 | ~uint32 | ~uint64](n T) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
