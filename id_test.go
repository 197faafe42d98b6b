package clearline

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// I67: ids of one node only rise, however the clock is set.
func TestIDsOnlyRise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		ids := NewIDs(7, func() time.Time { return now })
		last := ID(0)
		for _, step := range rapid.SliceOfN(rapid.Int64Range(-90_000_000, 90_000_000), 1, 50).Draw(t, "steps") {
			now = now.Add(time.Duration(step) * time.Millisecond)
			for range rapid.SampledFrom([]int{1, 3, 5000}).Draw(t, "ids") {
				id := ids.Next()
				if id <= last {
					t.Fatalf("after %s comes %s", last, id)
				}
				last = id
			}
		}
	})
}

func TestIDsOfNodesAndGoroutinesDiffer(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	seen := map[ID]bool{}
	var wg sync.WaitGroup
	for node := range 3 {
		ids := NewIDs(node, func() time.Time { return now })
		for range 4 {
			wg.Go(func() {
				mine := make([]ID, 3000)
				for i := range mine {
					mine[i] = ids.Next()
				}
				mu.Lock()
				defer mu.Unlock()
				for _, id := range mine {
					if seen[id] {
						t.Errorf("%s twice", id)
					}
					seen[id] = true
				}
			})
		}
	}
	wg.Wait()
}

func TestIDTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 8_000_000, time.UTC)
	id := NewIDs(MaxNodes-1, func() time.Time { return now }).Next()
	if !id.Time().Equal(now) {
		t.Errorf("made at %v, says %v", now, id.Time())
	}
	if first := FirstID(now); first > id || FirstID(now.Add(time.Millisecond)) <= id {
		t.Errorf("the first id of that millisecond is %s, this one is %s", first, id)
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ID{
		"1": 1, "4711": 4711, "9223372036854775807": 9223372036854775807,
		"": 0, "0": 0, "-1": 0, "+1": 0, "01": 0, " 1": 0, "1 ": 0, "1.0": 0, "1e3": 0, "0x10": 0, "9223372036854775808": 0, "１": 0, "abc": 0,
	} {
		got, err := ParseID(text)
		if got != want || (err == nil) != (want != 0) || err != nil && !errors.Is(err, ErrBadID) {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	// The error shows no more of a bad text than is needed, and cuts no character.
	_, err := ParseID(strings.Repeat("é", 1000))
	if s := err.Error(); len(s) > 60 || strings.ContainsRune(s, '\uFFFD') || strings.Contains(s, `\x`) {
		t.Errorf("the error is %q", s)
	}
}

func TestIDInJSON(t *testing.T) {
	t.Parallel()
	type row struct {
		ID   ID        `json:"id"`
		Keys map[ID]ID `json:"keys"`
	}
	b, err := json.Marshal(row{9007199254740993, map[ID]ID{2: 3}})
	if err != nil || string(b) != `{"id":"9007199254740993","keys":{"2":"3"}}` {
		t.Errorf("%s, %v", b, err)
	}
	var back row
	if err := json.Unmarshal(b, &back); err != nil || back.ID != 9007199254740993 || back.Keys[2] != 3 {
		t.Errorf("%+v, %v", back, err)
	}
	for _, bad := range []string{`{"id":"0"}`, `{"id":"x"}`, `{"id":"-5"}`, `{"id":12}`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
