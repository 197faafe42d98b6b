package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/clearline/clearline/sim"
)

// story is a conversation that has happened when the demo begins.
type story struct {
	who   string        // of the cast
	since time.Duration // how long before now the first step is
	steps []step
}

// step is one thing that somebody does in a story.
type step struct {
	after time.Duration // since the step before
	by    string        // who of the company; "" is the customer
	// write is what the customer does; send is the body of an agent's message.
	write sim.PersonMessage
	send  map[string]any
	// file is a sample of the twin, kind and name, that the agent's message carries.
	file [2]string
	// looks: an agent opens the conversation, and has read it. change is what is said about it then.
	looks  bool
	change map[string]any
	// about is how many steps back the one is that this answers, reacts to, edits or takes away; 0 is none.
	about int
	// fault strikes the agent's message.
	fault *sim.Fault
}

// What customers do.

func says(after time.Duration, text string) step {
	return step{after: after, write: sim.PersonMessage{Text: text}}
}

func shows(after time.Duration, kind, sample, caption string) step {
	return step{after: after, write: sim.PersonMessage{Kind: kind, Sample: sample, Text: caption}}
}

func place(after time.Duration, name, address string, latitude, longitude float64) step {
	return step{after: after, write: sim.PersonMessage{Kind: "location", Name: name, Address: address, Latitude: &latitude, Longitude: &longitude}}
}

func reacts(after time.Duration, emoji string, back int) step {
	return step{after: after, write: sim.PersonMessage{Reaction: &emoji}, about: back}
}

func edits(after time.Duration, text string, back int) step {
	return step{after: after, write: sim.PersonMessage{Edit: &text}, about: back}
}

func unsends(after time.Duration, back int) step {
	return step{after: after, write: sim.PersonMessage{Delete: "the step"}, about: back}
}

// presses answers buttons or a list with one of their ids.
func presses(after time.Duration, id string, back int) step {
	return step{after: after, write: sim.PersonMessage{Kind: "interactive", Choice: id}, about: back}
}

// What the company's people do.

func bia(after time.Duration, text string) step  { return replies("Bia", after, text) }
func caio(after time.Duration, text string) step { return replies("Caio", after, text) }
func rui(after time.Duration, text string) step  { return replies("Rui", after, text) }

func replies(by string, after time.Duration, text string) step {
	return step{after: after, by: by, send: map[string]any{"text": text}}
}

func template(by string, after time.Duration, name, language string, values ...string) step {
	return step{after: after, by: by, send: map[string]any{"template": map[string]any{"name": name, "language": language, "body": values}}}
}

func attaches(by string, after time.Duration, kind, sample, caption string) step {
	s := step{after: after, by: by, send: map[string]any{}, file: [2]string{kind, sample}}
	if caption != "" {
		s.send["text"] = caption
	}
	return s
}

func points(by string, after time.Duration, name, address string, latitude, longitude float64) step {
	return step{after: after, by: by, send: map[string]any{"location": map[string]any{"name": name, "address": address, "latitude": latitude, "longitude": longitude}}}
}

// asks puts a question with buttons, given as id and title in turn.
func asks(by string, after time.Duration, body string, buttons ...string) step {
	var list []map[string]string
	for i := 0; i+1 < len(buttons); i += 2 {
		list = append(list, map[string]string{"id": buttons[i], "title": buttons[i+1]})
	}
	return step{after: after, by: by, send: map[string]any{"interactive": map[string]any{"type": "button", "body": body, "buttons": list}}}
}

// lists offers rows to choose from, given as id, title and description in turn.
func lists(by string, after time.Duration, body, button, title string, rows ...string) step {
	var list []map[string]string
	for i := 0; i+2 < len(rows); i += 3 {
		list = append(list, map[string]string{"id": rows[i], "title": rows[i+1], "description": rows[i+2]})
	}
	return step{after: after, by: by, send: map[string]any{"interactive": map[string]any{"type": "list", "body": body, "button": button,
		"sections": []any{map[string]any{"title": title, "rows": list}}}}}
}

func links(by string, after time.Duration, body, title, url string) step {
	return step{after: after, by: by, send: map[string]any{"interactive": map[string]any{"type": "cta_url", "body": body, "display_text": title, "url": url}}}
}

// likes is an agent's reaction to the customer's step that many back.
func likes(by string, after time.Duration, emoji string, back int) step {
	return step{after: after, by: by, send: map[string]any{"reaction": emoji}, about: back}
}

// finishes is the last word in a conversation, takes the first.
func finishes(by string, after time.Duration) step {
	return step{after: after, by: by, looks: true, change: map[string]any{"state": "done"}}
}

func takes(by string, after time.Duration) step {
	return step{after: after, by: by, looks: true, change: map[string]any{"assignee": by}}
}

// looks lets somebody of the company read what the customer wrote.
func looks(by string, after time.Duration) step { return step{after: after, by: by, looks: true} }

// to makes the step a reply to the one that many steps back.
func (s step) to(back int) step {
	s.about = back
	return s
}

// struck lets a fault meet the message.
func (s step) struck(f sim.Fault) step {
	s.fault = &f
	return s
}

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// event is a step at its moment.
type event struct {
	step
	story *story
	n     int           // place in the story
	ago   time.Duration // before now
}

// timeline puts the steps of all stories in the order of their moments.
func timeline(stories []story) ([]event, error) {
	var all []event
	for i := range stories {
		ago := stories[i].since
		for n, s := range stories[i].steps {
			ago -= s.after
			if ago <= 0 {
				return nil, fmt.Errorf("demo: step %d of %s lies in the future", n, stories[i].who)
			}
			if s.about > n {
				return nil, fmt.Errorf("demo: step %d of %s is about a step before the first", n, stories[i].who)
			}
			all = append(all, event{s, &stories[i], n, ago})
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return int(b.ago - a.ago) })
	return all, nil
}
