package bench

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
)

func testTraffic(people uint64) *traffic {
	return &traffic{account: account{PhoneNumberID: fakeNumber, WABAID: "1022", AppSecret: fakeSecret}, words: newVocabulary(), run: 0xbe7c4, people: people}
}

func TestVocabularyIsDrawnByFrequency(t *testing.T) {
	t.Parallel()
	v := newVocabulary()
	if len(v.words) != vocabularySize {
		t.Fatalf("%d words, want %d", len(v.words), vocabularySize)
	}
	count := make([]int, vocabularySize)
	for _, rank := range v.slots {
		count[rank]++
	}
	for rank, n := range count {
		if n == 0 {
			t.Fatalf("the word of rank %d is never drawn", rank+1)
		}
	}
	// Twice the rank, half as often.
	for _, rank := range []int{1, 10, 100} {
		if ratio := float64(count[rank-1]) / float64(count[2*rank-1]); ratio < 1.8 || ratio > 2.2 {
			t.Errorf("rank %d comes %.2f times as often as rank %d, want about 2", rank, ratio, 2*rank)
		}
	}
}

// What is posted must be what the checker expects back: the two are made by different paths from the same number.
func TestBodyHoldsWhatIsExpected(t *testing.T) {
	t.Parallel()
	traffic := testTraffic(20_000)
	size := 0
	const count = 2000
	for n := range uint64(count) {
		body := traffic.appendBody(nil, n, 1, 1_767_000_000)
		size += len(body)
		var d struct {
			Object string
			Entry  []struct {
				ID      string
				Changes []struct {
					Field string
					Value struct {
						Metadata struct {
							PhoneNumberID string `json:"phone_number_id"`
						}
						Contacts []struct {
							WaID string `json:"wa_id"`
						}
						Messages []struct {
							From, ID, Timestamp, Type string
							Text                      struct{ Body string }
						}
					}
				}
			}
		}
		if err := json.Unmarshal(body, &d); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		for _, c := range body {
			if c >= 0x80 {
				t.Fatalf("not escaped as Meta does: %s", body)
			}
		}
		value := d.Entry[0].Changes[0].Value
		m, want := value.Messages[0], traffic.expected(n, true)
		if m.ID != want.ID || m.From != want.Address || m.Text.Body != want.Text || value.Contacts[0].WaID != want.Address {
			t.Fatalf("posted %+v, expected %+v", m, want)
		}
		if m.Timestamp != "1767000000" || m.Type != "text" || value.Metadata.PhoneNumberID != fakeNumber || d.Entry[0].ID != "1022" ||
			d.Object != "whatsapp_business_account" || d.Entry[0].Changes[0].Field != "messages" {
			t.Fatalf("envelope of %s", body)
		}
	}
	if mean := size / count; mean < 650 || mean > 750 {
		t.Errorf("a body has %d bytes on average, want about 700", mean)
	}
}

func TestBatchHoldsEachMessage(t *testing.T) {
	t.Parallel()
	traffic := testTraffic(20_000)
	var d fakeDelivery
	if err := json.Unmarshal(traffic.appendBody(nil, 5000, 1000, 1_767_000_000), &d); err != nil {
		t.Fatal(err)
	}
	if got := len(d.Entry[0].Changes); got != 1000 {
		t.Fatalf("%d elements, want 1000", got)
	}
	for k, c := range d.Entry[0].Changes {
		if want := traffic.expected(5000+uint64(k), true); c.Value.Messages[0].ID != want.ID {
			t.Fatalf("element %d is %s, want %s", k, c.Value.Messages[0].ID, want.ID)
		}
	}
}

func TestNumbersAreReadBackFromIDs(t *testing.T) {
	t.Parallel()
	traffic, other := testTraffic(20_000), testTraffic(20_000)
	other.run++
	numbers := []uint64{0, 1, 2, 299_999, forgedNumbers, 1<<64 - 1}
	for range 1000 {
		numbers = append(numbers, rand.Uint64())
	}
	for _, n := range numbers {
		id := string(traffic.appendID(nil, n, phone(traffic.person(n))))
		if got, ok := traffic.number(id); !ok || got != n {
			t.Fatalf("number(%s) = %d, %v; want %d", id, got, ok, n)
		}
		if _, ok := other.number(id); ok {
			t.Fatalf("%s is taken for another run's", id)
		}
	}
	for _, id := range []string{"", "wamid.HBgN", "wamid.HBgNAA==", "wamid.HBgMTY1MDU1NTAxMDAVAgASGBQzQUE="} {
		if _, ok := traffic.number(id); ok {
			t.Errorf("%q is taken for ours", id)
		}
	}
}

func TestEveryPersonHasANumber(t *testing.T) {
	t.Parallel()
	seen := map[string]uint64{}
	for person := range uint64(200_000) {
		number := phone(person)
		if other, taken := seen[number]; taken {
			t.Fatalf("%d and %d share %s", other, person, number)
		}
		seen[number] = person
	}
}

func TestPeopleComeInRandomOrder(t *testing.T) {
	t.Parallel()
	known, fresh := testTraffic(1000), testTraffic(0)
	seen, rising := map[uint64]bool{}, 0
	for n := range uint64(10_000) {
		p := known.person(n)
		seen[p] = true
		if p > known.person(n+1) {
			rising++
		}
		if fresh.person(n) != n {
			t.Fatalf("message %d of new contacts is from %d", n, fresh.person(n))
		}
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 people wrote", len(seen))
	}
	if rising < 4500 || rising > 5500 {
		t.Errorf("the next person had a lower number %d times of 10,000: not at random", rising)
	}
}
