package bind

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// echo is a program on generated types: it reads messages, one a line, and writes
// what it understood.
const echo = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var msg ExecuteMsg
		if err := json.Unmarshal(lines.Bytes(), &msg); err != nil {
			fmt.Println("error:", err)
			continue
		}
		out, err := json.Marshal(msg)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		fmt.Println(string(out))
	}
	empty, err := json.Marshal(FooForBar{})
	fmt.Println(string(empty), err)
	_, err = json.Marshal(ExecuteMsg{})
	fmt.Println(err)
	_, err = json.Marshal(ExecuteMsg{Stop: true, ToString: true})
	fmt.Println(err)
}
`

// TestGoRuns: the types read and write what the schema says.
func TestGoRuns(t *testing.T) {
	c, err := schema.Read("testdata/hostile.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Go(c, GoOptions{Package: "main"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"types.go": files[0].Data, "main.go": []byte(echo), "go.mod": []byte("module echo\n\ngo 1.24\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	messages := []string{
		`{"constructor":{"default":"x","class":true,"__proto__":"y"}}`,
		`{"then":{}}`,
		`{"client":{"fee":255,"memo":"<&>","funds":{"amount":"5","denom":"x"},"args":"","msg":"AP8="}}`,
		`{"sender":"me"}`,
		`{"transfer":{"start_after":"1","startAfter":"2","START_AFTER":"3"}}`,
		`{"set_owner":{"größe":5,"名前":"z","1st":"a","a-b c":"b","$ref":"c","-":"d"}}`,
		`{"setOwner":{"map":{"a":"yes","b":null},"pair":["t","7",[true]]}}`,
		`{"名前":["t","7",[false]]}`,
		`{"__proto__":{"x":18446744073709551615}}`,
		`{"2nd":{"odd":{"with \"quote\"":"q","comma, too":"c"},"array":[[],[[]]],"promise":"pinky"}}`,
		`{"!!!":{"u8":1,"u16":2,"u32":3,"u64":4,"usize":5,"u128":340282366920938463463374607431768211455,"i8":-1,"i16":-2,"i32":-3,"i64":-4,"isize":-5,"i128":-6,"any":7,"f":0.5}}`,
		`{"???":"text"}`,
		`{"???":{"deep":5}}`,
		`{"???":[1,"a",null]}`,
		`{"tree":{"value":{"any":1},"children":[],"other":{"tree":null}}}`,
		`{"matrix":[["yes",null],[],["no","YES"]]}`,
		`"stop"`,
		`"with \"quotes\" and ` + "`ticks`" + `"`,
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	cmd.Stdin = strings.NewReader(strings.Join(messages, "\n") + "\n{\"nobody\":{}}\n5\n")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, want := range messages {
		if !equal(t, lines[i], want) {
			t.Errorf("got %s\nwant %s", lines[i], want)
		}
	}
	want := []string{
		`error: ExecuteMsg: {"nobody":{}} is none of the alternatives`,
		"error: ExecuteMsg: 5 is none of the alternatives",
		`{"map":{},"pair":["","",[false]]} <nil>`,
		"json: error calling MarshalJSON for type main.ExecuteMsg: ExecuteMsg: no field is set",
		"json: error calling MarshalJSON for type main.ExecuteMsg: ExecuteMsg: more than one field is set",
	}
	if got := lines[len(messages):]; !reflect.DeepEqual(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// equal compares JSON; numbers keep their digits.
func equal(t *testing.T, a, b string) bool {
	t.Helper()
	read := func(text string) string {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return err.Error() + text
		}
		return fmt.Sprintf("%v", v)
	}
	return read(a) == read(b)
}
