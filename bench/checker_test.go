package bench

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// C11, X3: acked ⊆ present, each once, whole, in its place, and nothing that nobody sent.
func TestCheckInbound(t *testing.T) {
	t.Parallel()
	expected := []Expected{
		{ID: "a", Address: "1", Text: "one", Acked: true},
		{ID: "b", Address: "2", Text: "two", Acked: true},
		{ID: "c", Address: "1", Text: "three"}, // no answer came
	}
	a, b, c := Found{ID: "a", Address: "1", Text: "one"}, Found{ID: "b", Address: "2", Text: "two"}, Found{ID: "c", Address: "1", Text: "three"}
	for name, tc := range map[string]struct {
		found []Found
		want  InboundVerdict
	}{
		"all there":                       {[]Found{b, a, c}, InboundVerdict{Acked: 2, Present: 3}},
		"without what was not acked":      {[]Found{a, b}, InboundVerdict{Acked: 2, Present: 2}},
		"acked and lost":                  {[]Found{a, c}, InboundVerdict{Acked: 2, Present: 2, Lost: 1}},
		"all lost":                        {nil, InboundVerdict{Acked: 2, Lost: 2}},
		"twice":                           {[]Found{a, b, a}, InboundVerdict{Acked: 2, Present: 2, Duplicates: 1}},
		"three times, though not acked":   {[]Found{a, b, c, c, c}, InboundVerdict{Acked: 2, Present: 3, Duplicates: 2}},
		"never sent":                      {[]Found{a, b, {ID: "d", Address: "1"}}, InboundVerdict{Acked: 2, Present: 2, NeverSent: 1}},
		"without an id":                   {[]Found{a, b, {Address: "1", Text: "one"}}, InboundVerdict{Acked: 2, Present: 2, NeverSent: 1}},
		"another text":                    {[]Found{a, {ID: "b", Address: "2", Text: "twö"}}, InboundVerdict{Acked: 2, Present: 2, Altered: 1}},
		"in somebody else's conversation": {[]Found{a, {ID: "b", Address: "1", Text: "two"}}, InboundVerdict{Acked: 2, Present: 2, Misplaced: 1}},
		"of before":                       {[]Found{a, b, {ID: "old", Address: "9"}}, InboundVerdict{Acked: 2, Present: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := CheckInbound(slices.Values(expected), slices.Values(tc.found), func(id string) bool { return id == "old" })
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(InboundVerdict{}, "Examples")); diff != "" {
				t.Error(diff)
			}
			if got.Faults() != len(got.Examples) {
				t.Errorf("%d faults, cited %q", got.Faults(), got.Examples)
			}
		})
	}
}

func TestVerdictCitesAFewOnly(t *testing.T) {
	t.Parallel()
	var found []Found
	for range 100 {
		found = append(found, Found{ID: "x"})
	}
	v := CheckInbound(slices.Values([]Expected(nil)), slices.Values(found), nil)
	if v.NeverSent != 100 || len(v.Examples) != examplesPerKind {
		t.Errorf("%d never sent, %d cited", v.NeverSent, len(v.Examples))
	}
}

func TestCheckAnnounced(t *testing.T) {
	t.Parallel()
	created := func(n int64, id string) Change { return Change{n, "message.created", id} }
	for name, tc := range map[string]struct {
		changes []Change
		want    AnnouncedVerdict
	}{
		"all, with others between": {[]Change{created(1, "a"), {2, "conversation.changed", "9"}, created(7, "b")}, AnnouncedVerdict{}},
		"one is missing":           {[]Change{created(1, "a")}, AnnouncedVerdict{Unannounced: 1}},
		"changed is not created":   {[]Change{created(1, "a"), {2, "message.changed", "b"}}, AnnouncedVerdict{Unannounced: 1}},
		"numbers fall":             {[]Change{created(2, "a"), created(1, "b")}, AnnouncedVerdict{OutOfOrder: 1}},
		"a number comes twice":     {[]Change{created(1, "a"), created(1, "b")}, AnnouncedVerdict{OutOfOrder: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := CheckAnnounced(slices.Values([]string{"a", "b"}), slices.Values(tc.changes))
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(AnnouncedVerdict{}, "Examples")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// C10, X4, M4: each send reaches one phone once, and the product says of it what the platform said.
func TestCheckSends(t *testing.T) {
	t.Parallel()
	composed := []Composed{
		{ClientID: "k1", Address: "1", Text: "#one", Accepted: true},
		{ClientID: "k2", Address: "2", Text: "#two"}, // the API did not answer
	}
	phone := func(status string) OnPhone { return OnPhone{"1", "#one", status} }
	product := func(status string) Outgoing { return Outgoing{"k1", "m1", "1", "#one", status} }
	for name, tc := range map[string]struct {
		phones  []OnPhone
		product []Outgoing
		want    SendVerdict
	}{
		"read":                            {[]OnPhone{phone("read")}, []Outgoing{product("read")}, SendVerdict{Reached: 1}},
		"the product knows more":          {[]OnPhone{phone("sent")}, []Outgoing{product("read")}, SendVerdict{Reached: 1}},
		"not taken, but sent":             {[]OnPhone{phone("sent"), {"2", "#two", "sent"}}, []Outgoing{product("sent"), {"k2", "m2", "2", "#two", "sent"}}, SendVerdict{Reached: 2}},
		"unconfirmed":                     {nil, []Outgoing{product("unknown")}, SendVerdict{Unconfirmed: 1}},
		"failed":                          {nil, []Outgoing{product("failed")}, SendVerdict{}},
		"sent twice":                      {[]OnPhone{phone("read"), phone("read")}, []Outgoing{product("read")}, SendVerdict{Reached: 1, SentTwice: 1}},
		"stored twice":                    {[]OnPhone{phone("read")}, []Outgoing{product("read"), product("read")}, SendVerdict{Reached: 1, Duplicates: 1}},
		"forgotten":                       {nil, nil, SendVerdict{Lost: 1}},
		"said sent, on no phone":          {nil, []Outgoing{product("delivered")}, SendVerdict{Lost: 1}},
		"still queued":                    {nil, []Outgoing{product("queued")}, SendVerdict{Unfinished: 1}},
		"on the phone, said failed":       {[]OnPhone{phone("sent")}, []Outgoing{product("failed")}, SendVerdict{Reached: 1, Misreported: 1}},
		"on the phone, never settled":     {[]OnPhone{phone("sent")}, []Outgoing{product("unknown")}, SendVerdict{Reached: 1, Misreported: 1}},
		"a late sent lowered read":        {[]OnPhone{phone("read")}, []Outgoing{product("sent")}, SendVerdict{Reached: 1, Behind: 1}},
		"to somebody else":                {[]OnPhone{{"2", "#one", "sent"}}, []Outgoing{product("sent")}, SendVerdict{Reached: 1, Misplaced: 1}},
		"in somebody else's conversation": {[]OnPhone{phone("sent")}, []Outgoing{{"k1", "m1", "2", "#one", "sent"}}, SendVerdict{Reached: 1, Misplaced: 1}},
		"under another client id":         {[]OnPhone{phone("sent")}, []Outgoing{{"k9", "m1", "1", "#one", "sent"}}, SendVerdict{Reached: 1, Misplaced: 1}},
		"invented on the phone":           {[]OnPhone{phone("sent"), {"1", "#three", "sent"}}, []Outgoing{product("sent")}, SendVerdict{Reached: 1, NeverSent: 1}},
		"invented in the product":         {[]OnPhone{phone("sent")}, []Outgoing{product("sent"), {"k3", "m3", "1", "#three", "sent"}}, SendVerdict{Reached: 1, NeverSent: 1}},
		"of others":                       {[]OnPhone{phone("sent"), {"1", "hello", "sent"}}, []Outgoing{product("sent"), {"", "m3", "1", "hello", "queued"}}, SendVerdict{Reached: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.want.Accepted = 1
			got := CheckSends(slices.Values(composed), slices.Values(tc.phones), slices.Values(tc.product), func(text string) bool { return strings.HasPrefix(text, "#") })
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(SendVerdict{}, "Examples")); diff != "" {
				t.Error(diff)
			}
			if got.Faults() != len(got.Examples) {
				t.Errorf("%d faults, cited %q", got.Faults(), got.Examples)
			}
		})
	}
}
