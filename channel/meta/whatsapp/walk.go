package whatsapp

import (
	"fmt"

	"github.com/clearline/clearline/channel/meta"
)

// maxElements bounds one delivery. The platform sends up to 1,000 updates at once (Meta, WhatsApp,
// webhooks/overview; read Nov 2025); a chunk of history within the 3 MB of a body may hold more messages.
const maxElements = 20_000

var errTooMany = fmt.Errorf("more than %d elements", maxElements)

// form is what an element of a delivery is.
type form uint8

const (
	formMessage form = iota
	formStatus
	formFault
	formEcho
	formHistory
	formNotice
	formProblem
)

// place is where in the envelope an element lies.
type place struct {
	entry meta.Value
	// change, value, field, metadata and contacts belong to the change; absent in problems of an outer level.
	change, value, metadata, contacts meta.Value
	field                             string
	// thread is the person's id of a history thread.
	thread meta.Value
	// list is false when the element is no item of an array, so that it cannot be cut out, only nulled.
	list bool
	// reason is why the element is a problem.
	reason string
}

// visitor is told every element of a delivery, in the order that numbers them, and the containers around.
type visitor interface {
	enter(container meta.Value)
	element(f form, v meta.Value, at *place)
	leave()
}

// walk goes through a delivery. It is the one place that knows the envelope's form, so that Parse and Cut
// number elements alike. A container that holds nothing (an empty list) gives no element; one that is not of
// the expected form gives a problem.
func walk(root meta.Value, v visitor) {
	entries := root.Get("entry")
	at := place{}
	switch {
	case !root.Get("object").Is(objectWABA):
		at.reason = "the body is not about a WhatsApp business account"
		v.element(formProblem, root, &at)
	case entries.Kind() != meta.Array:
		at.reason = "the body has no list of entries"
		v.element(formProblem, root, &at)
	default:
		for it := entries.Items(); it.Next(); {
			v.enter(it.Value())
			walkEntry(it.Value(), v)
			v.leave()
		}
	}
}

func walkEntry(entry meta.Value, v visitor) {
	at := place{entry: entry, list: true}
	changes := entry.Get("changes")
	if changes.Kind() != meta.Array {
		at.reason = "the entry has no list of changes"
		v.element(formProblem, entry, &at)
		return
	}
	for it := changes.Items(); it.Next(); {
		at := place{entry: entry, change: it.Value(), list: true}
		v.enter(it.Value())
		walkChange(&at, v)
		v.leave()
	}
}

func walkChange(at *place, v visitor) {
	at.field = at.change.Get("field").Text()
	at.value = at.change.Get("value")
	if at.value.Kind() != meta.Object {
		problem(v, at.change, at, "the change has no value")
		return
	}
	var messages, statuses, errors, echoes, history meta.Value
	for m := at.value.Members(); m.Next(); {
		switch string(m.Key()) {
		case "metadata":
			at.metadata = m.Value()
		case "contacts":
			at.contacts = m.Value()
		case "messages":
			messages = m.Value()
		case "statuses":
			statuses = m.Value()
		case "errors":
			errors = m.Value()
		case "message_echoes":
			echoes = m.Value()
		case "history":
			history = m.Value()
		}
	}
	known := false
	switch at.field {
	case fieldMessages:
		known = walkList(formMessage, messages, at, v)
		known = walkList(formStatus, statuses, at, v) || known
		known = walkList(formFault, errors, at, v) || known
	case fieldSMBEchoes, fieldEchoes:
		known = walkList(formEcho, echoes, at, v)
		known = walkList(formFault, errors, at, v) || known
	case fieldHistory:
		known = walkHistory(history, at, v)
		known = walkList(formHistory, messages, at, v) || known
		known = walkList(formFault, errors, at, v) || known
	case "":
		problem(v, at.change, at, "the change names no field")
		return
	default:
		if _, ok := noticeFields[at.field]; !ok {
			problem(v, at.change, at, "the field is not known here: "+shorten(at.field))
			return
		}
		v.element(formNotice, at.change, at)
		return
	}
	if !known {
		problem(v, at.change, at, "the value has no list of what the field "+at.field+" tells")
	}
}

// walkList tells each item of a list; absent and null lists are not there.
func walkList(f form, list meta.Value, at *place, v visitor) bool {
	if !list.Given() {
		return false
	}
	if list.Kind() != meta.Array {
		at.list = false
		problem(v, list, at, "a list was expected")
		at.list = true
		return true
	}
	for it := list.Items(); it.Next(); {
		v.element(f, it.Value(), at)
	}
	return true
}

// walkHistory tells the messages of each chunk's threads. A chunk without any is news about the progress.
func walkHistory(chunks meta.Value, at *place, v visitor) bool {
	if chunks.Kind() != meta.Array {
		return walkList(formNotice, chunks, at, v)
	}
	for it := chunks.Items(); it.Next(); {
		chunk := it.Value()
		v.enter(chunk)
		told := 0
		for th := chunk.Get("threads").Items(); th.Next(); {
			v.enter(th.Value())
			at.thread = th.Value().Get("id")
			messages := th.Value().Get("messages")
			if messages.Kind() != meta.Array {
				problem(v, th.Value(), at, "the thread has no list of messages")
				told++
			}
			for m := messages.Items(); m.Next(); told++ {
				v.element(formHistory, m.Value(), at)
			}
			v.leave()
		}
		at.thread = meta.Value{}
		for e := chunk.Get("errors").Items(); e.Next(); told++ {
			v.element(formFault, e.Value(), at)
		}
		if told == 0 {
			v.element(formNotice, chunk, at)
		}
		v.leave()
	}
	return true
}

func problem(v visitor, value meta.Value, at *place, reason string) {
	at.reason = reason
	v.element(formProblem, value, at)
	at.reason = ""
}

// shorten bounds a foreign word inside a sentence.
func shorten(s string) string {
	const most = 60
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}
