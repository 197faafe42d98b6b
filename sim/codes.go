package sim

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// code is one documented error of the platform.
type code struct {
	number, last int // last > number for a range
	subcode      int // 0 = none
	http         int
	comes        string // answer, status or both
	transient    bool
	area         string
	title        string
}

//go:embed codes.tsv
var codesText string

var codes = mustParseCodes(codesText)

// mustParseCodes reads the embedded table; a fault in it is a programming error.
func mustParseCodes(text string) []code {
	var list []code
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 8 {
			panic(fmt.Sprintf("sim: codes.tsv: %q has %d cells, want 8", line, len(cells)))
		}
		number := func(i int) int {
			n, err := strconv.Atoi(cells[i])
			if err != nil {
				panic(fmt.Sprintf("sim: codes.tsv: %q: %v", line, err))
			}
			return n
		}
		list = append(list, code{
			number: number(0), last: number(1), subcode: number(2), http: number(3),
			comes: cells[4], transient: cells[5] == "1", area: cells[6], title: cells[7],
		})
	}
	return list
}

// lookup finds a documented code; without a subcode the plain entry wins over
// entries that only exist with one.
func lookup(number, subcode int) (code, bool) {
	var other *code
	for i := range codes {
		c := codes[i]
		if number < c.number || number > c.last {
			continue
		}
		c.number = number
		if c.subcode == subcode {
			return c, true
		}
		if subcode == 0 && other == nil {
			other = &c
		}
	}
	if other != nil {
		return *other, true
	}
	return code{}, false
}

// mustLookup is for the codes this package names itself; a test walks them.
func mustLookup(number, subcode int) code {
	c, ok := lookup(number, subcode)
	if !ok {
		panic(fmt.Sprintf("sim: code %d/%d is not in codes.tsv", number, subcode))
	}
	return c
}
