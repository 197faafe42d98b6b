package storetest

import (
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

var fileStories = []story{
	{"M1 an upload is carried by the messages that name it, and by no other company's", uploaded},
	{"M1 what a platform calls a file is kept for each connection until it is forgotten", handedOver},
	{"I68 an upload that nobody sends is removed after its time, unless a draft holds it", unsent},
	{"I11 files are kept for their time and then lost, with the reason; their messages stay", expired},
	{"I19 our picture and its echo are one message with one file, whichever is written first", echoedPicture},
	{"M1 our reaction is on its message once the platform took it, in whatever order that is told", ourReaction},
}

// file stores an upload.
func (w *world) file(name string) clearline.Media {
	w.Helper()
	f := clearline.Media{ID: w.store.NewID(), Kind: clearline.KindImage, MIME: "image/jpeg", Name: name, Bytes: 1234, SHA256: "ab", Width: 800, Height: 600,
		Duration: 1500 * time.Millisecond, Preview: true, Converted: &clearline.Conversion{From: "image/webp", BytesBefore: 4321, Why: "It became a JPEG."}, State: clearline.MediaReady}
	w.must(w.store.AddUpload(w.ctx, w.company, f))
	return f
}

// picture is a draft that carries a file.
func (w *world) picture(clientID string, files ...clearline.ID) store.NewMessage {
	w.Helper()
	m := w.draft(clientID, "Look")
	m.Kind, m.Media = clearline.KindImage, files
	return m
}

func uploaded(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	f := w.file("a.jpg")
	got, err := w.store.Media(w.ctx, w.company, f.ID)
	w.must(err)
	want(w, "read back", got, f)
	for _, client := range []string{"c1", "c2"} {
		id, created, err := w.store.Queue(w.ctx, w.picture(client, f.ID))
		w.must(err)
		want(w, "created", created, true)
		want(w, "carried", w.get(id).Media, []clearline.Media{f})
		a, err := w.store.Attachment(w.ctx, w.company, w.conn.ID, id)
		w.must(err)
		want(w, "on its way", a, store.Attachment{Media: f})
	}
	other := w.file("b.jpg")
	_, _, err = w.store.Queue(w.ctx, w.picture("c1", other.ID))
	wantCause(w, "another file under the same client id", err, clearline.CauseConflict)
	_, _, err = w.store.Queue(w.ctx, w.picture("c3", 4711))
	wantCause(w, "no such file", err, clearline.CauseInput)
	n := w.found("Outra", "900", "901")
	theirs := f
	theirs.ID = w.store.NewID()
	w.must(w.store.AddUpload(w.ctx, n.company, theirs))
	_, _, err = w.store.Queue(w.ctx, w.picture("c4", theirs.ID))
	wantCause(w, "another company's file", err, clearline.CauseInput)
	_, err = w.store.Media(w.ctx, w.company, theirs.ID)
	wantCause(w, "another company's file by its id", err, clearline.CauseAbsent)
	want(w, "messages", len(w.messages(w.thread(ana).ID)), 3)
	text, err := w.store.Attachment(w.ctx, w.company, w.conn.ID, w.queue("c5", "no file"))
	wantCause(w, "a text carries nothing", err, clearline.CauseAbsent)
	want(w, "nothing", text.ID, clearline.ID(0))
}

func handedOver(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	f := w.file("a.jpg")
	id, _, err := w.store.Queue(w.ctx, w.picture("c1", f.ID))
	w.must(err)
	for _, platformID := range []string{"p-1", "p-2", ""} {
		expires := w.at(3600)
		w.must(w.store.HandedOver(w.ctx, w.company, w.conn.ID, f.ID, platformID, expires))
		a, err := w.store.Attachment(w.ctx, w.company, w.conn.ID, id)
		w.must(err)
		if platformID == "" {
			expires = time.Time{}
		}
		want(w, "what it is called", a, store.Attachment{Media: f, SentAs: platformID, SentExpires: expires})
		elsewhere, err := w.store.Attachment(w.ctx, w.company, w.conn.ID+1, id)
		w.must(err)
		want(w, "on another connection", elsewhere.SentAs, "")
	}
}

func unsent(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	sent, drafted, left := w.file("sent.jpg"), w.file("drafted.jpg"), w.file("left.jpg")
	_, _, err := w.store.Queue(w.ctx, w.picture("c1", sent.ID))
	w.must(err)
	draft := store.Draft{CompanyID: w.company, ConversationID: w.thread(ana).ID, UserID: w.agent.ID, Text: "see", Media: []clearline.ID{drafted.ID}, UpdatedAt: w.clock.Now()}
	w.must(w.store.KeepDraft(w.ctx, draft))
	drop := func(before time.Time) []clearline.ID {
		w.Helper()
		ids, more, err := w.store.DropUnsent(w.ctx, w.company, before)
		w.must(err)
		want(w, "more", more, false)
		return ids
	}
	want(w, "before their time", len(drop(w.clock.Now().Add(-time.Minute))), 0)
	w.clock.Advance(time.Hour)
	want(w, "after it", drop(w.clock.Now()), []clearline.ID{left.ID})
	_, _, err = w.store.Queue(w.ctx, w.picture("c2", left.ID))
	wantCause(w, "a removed one cannot be sent", err, clearline.CauseInput)
	draft.Text, draft.Media, draft.UpdatedAt = "", nil, w.clock.Now()
	w.must(w.store.KeepDraft(w.ctx, draft))
	want(w, "when no draft holds it", drop(w.clock.Now()), []clearline.ID{drafted.ID})
	kept, err := w.store.KeptMedia(w.ctx, w.company, []clearline.ID{sent.ID, drafted.ID, left.ID})
	w.must(err)
	want(w, "kept", kept, map[clearline.ID]bool{sent.ID: true})
}

func expired(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	f := w.file("a.jpg")
	id, _, err := w.store.Queue(w.ctx, w.picture("c1", f.ID))
	w.must(err)
	before := w.clock.Now()
	ids, more, err := w.store.ExpireMedia(w.ctx, w.company, 0, before.Add(-time.Hour))
	w.must(err)
	want(w, "too early", len(ids) == 0 && !more, true)
	w.clock.Advance(time.Hour)
	since, _, err := w.store.Changes(w.ctx, w.company, 0, 1000)
	w.must(err)
	ids, _, err = w.store.ExpireMedia(w.ctx, w.company, 0, w.clock.Now())
	w.must(err)
	want(w, "expired", ids, []clearline.ID{f.ID})
	m := w.get(id)
	want(w, "lost", m.Media[0].State, clearline.MediaLost)
	want(w, "why", m.Media[0].Reason, clearline.CauseMediaRetention)
	want(w, "the message stays", m.Text, "Look")
	all, _, err := w.store.Changes(w.ctx, w.company, since[len(since)-1].N, 1000)
	w.must(err)
	want(w, "told", slices.ContainsFunc(all, func(c clearline.Change) bool { return c.Kind == clearline.MessageChanged && c.ID == id }), true)
	ids, _, err = w.store.ExpireMedia(w.ctx, w.company, 0, w.clock.Now())
	w.must(err)
	want(w, "once", len(ids), 0)
	kept, err := w.store.KeptMedia(w.ctx, w.company, []clearline.ID{f.ID})
	w.must(err)
	want(w, "not kept", len(kept), 0)
}

func echoedPicture(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane-a")
	f := w.file("a.jpg")
	echo := func(id string) {
		w.Helper()
		w.ingest(w.message(channel.Message{PlatformID: id, Person: ana, At: w.at(10), Kind: clearline.KindImage, Text: "Look", Echo: true,
			Media: []channel.Media{{PlatformID: "echoed " + id, MIME: "image/jpeg", ExpiresAt: w.at(3600)}}}))
	}
	for n, first := range []string{"echo", "answer"} {
		platformID := "wamid.out." + first
		id, _, err := w.store.Queue(w.ctx, w.picture(first, f.ID))
		w.must(err)
		w.begin(lane, id)
		if first == "echo" {
			echo(platformID)
		}
		w.accept(id, 1, platformID)
		echo(platformID)
		m := w.get(id)
		want(w, first+" first: its file", m.Media, []clearline.Media{f})
		want(w, first+" first: messages", len(w.messages(m.ConversationID)), n+2)
		due, err := w.store.DueMedia(w.ctx, w.clock.Now().Add(time.Hour), 10)
		w.must(err)
		want(w, first+" first: nothing more is fetched", len(due), 0)
	}
}

func ourReaction(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	their := w.find("wamid.1")
	lane := w.claim("lane-a")
	react := func(client, emoji string) clearline.ID {
		w.Helper()
		m := w.draft(client, emoji)
		m.Kind, m.ReplyTo = clearline.KindReaction, their.ID
		id, _, err := w.store.Queue(w.ctx, m)
		w.must(err)
		return id
	}
	shown := func(what string, emoji ...string) {
		w.Helper()
		var got []string
		for _, r := range w.get(their.ID).Reactions {
			if r.Emoji != "" && r.From == "business" {
				got = append(got, r.Emoji)
			}
		}
		want(w, what, got, emoji)
		c := w.thread(ana)
		want(w, what+": the list shows their message", c.Last.ID, their.ID)
		want(w, what+": they still wait", c.WaitingSince, w.at(0))
	}
	first := react("r1", "❤️")
	shown("queued")
	w.begin(lane, first)
	shown("on its way")
	w.accept(first, 1, "wamid.r1")
	shown("taken", "❤️")
	// The answer is lost, and a status settles it.
	w.clock.Advance(time.Second)
	second := react("r2", "👍")
	b := w.begin(lane, second)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: second, N: b.N, Outcome: clearline.OutcomeUnknown, Next: clearline.Unsettled, Cause: clearline.CauseUnconfirmed}))
	shown("nobody knows", "❤️")
	w.ingest(w.report("wamid.r2", clearline.Sent, 10, store.AttemptRef(w.company, second, b.N)))
	shown("settled by its status", "👍")
	w.clock.Advance(time.Second)
	third := react("r3", "")
	w.begin(lane, third)
	w.accept(third, 1, "wamid.r3")
	shown("taken back")
}
