package storetest

import "testing"

// story is one test of the suite; its name starts with what it proves.
type story struct {
	name string
	run  func(w *world)
}

// Run runs the whole suite on an engine, every story in a database of its own.
func Run(t *testing.T, e Engine) {
	for _, part := range []struct {
		name    string
		stories []story
	}{
		{"ingest", ingestStories},
		{"people", peopleStories},
		{"references", referenceStories},
		{"statuses", statusStories},
		{"pending", pendingStories},
		{"outgoing", outgoingStories},
		{"attempts", attemptStories},
		{"changes", changeStories},
		{"companies", companyStories},
		{"seal", sealStories},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			for _, s := range part.stories {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					s.run(newWorld(t, e))
				})
			}
		})
	}
}
