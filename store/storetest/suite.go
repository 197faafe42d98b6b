package storetest

import "testing"

// story is one test of the suite; its name starts with what it proves.
type story struct {
	name string
	run  func(w *world)
}

// part is a group of stories on one topic.
type part struct {
	name    string
	stories []story
}

// Run runs the whole suite on an engine, every story in a database of its own.
func Run(t *testing.T, e Engine) {
	parts := []part{
		{"ingest", ingestStories},
		{"people", peopleStories},
		{"references", referenceStories},
		{"statuses", statusStories},
		{"pending", pendingStories},
		{"outgoing", outgoingStories},
		{"attempts", attemptStories},
		{"retries", retryStories},
		{"outcomes", outcomeStories},
		{"files", fileStories},
		{"orders", orderStories},
		{"desk", deskStories},
		{"changes", changeStories},
		{"companies", companyStories},
		{"seal", sealStories},
		{"examinations", examinationStories},
		{"limits", limitStories},
		{"node", nodeStories},
		{"restored", restoredStories},
	}
	if e.Nodes {
		parts = append(parts, part{"nodes", severalStories})
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for _, s := range p.stories {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					s.run(newWorld(t, e))
				})
			}
		})
	}
}
