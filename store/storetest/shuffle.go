package storetest

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// Shuffler plays the events of one conversation in many orders, each with duplicates, and compares what is left:
// the same state for all (I8, I17, I18, I32). Each shuffle is a conversation of its own, so that one delivery
// can carry the events of many.
type Shuffler struct {
	w      *world
	random *rand.Rand
	// next is the number of the next shuffle, seen the newest conversation compared.
	next int
	seen clearline.ID
	// number tells which shuffle a conversation of the present block is.
	number    map[clearline.ID]int
	reference []string
}

// NewShuffler opens a fresh database. The same seed gives the same shuffles.
func NewShuffler(t testing.TB, e Engine, seed uint64) *Shuffler {
	t.Helper()
	return &Shuffler{w: newWorld(t, e), random: rand.New(rand.NewPCG(seed, 1)), number: map[clearline.ID]int{}}
}

// SQL is the database under the shuffles, for planting faults.
func (s *Shuffler) SQL() *sql.DB { return s.w.db }

// Run plays n shuffles and returns a description of the first that ends otherwise than the first played, "" when
// none does.
func (s *Shuffler) Run(n int) (difference string, err error) {
	for n > 0 {
		// Few conversations at a time put the events of one into one transaction, many spread them over several.
		k := min(n, 1<<s.random.IntN(9))
		if difference, err = s.block(k); difference != "" || err != nil {
			return difference, err
		}
		n -= k
	}
	return "", nil
}

// firstNumber is the phone number of the first shuffle's person.
const firstNumber = 5500000000000

// events are those of one conversation, in the order in which they happened. Ids carry the number of the
// conversation, because the platform's ids are unique.
func (s *Shuffler) events(c int) []store.Routed {
	w, who := s.w, phone(strconv.Itoa(firstNumber+c), "Ana")
	id := func(name string) string { return fmt.Sprintf("wamid.%d.%s", c, name) }
	edited, again := w.edit(id("e1"), id("a"), 20, "um, editado"), w.edit(id("e2"), id("a"), 22, "um, de novo")
	edited.Amendment.Person, again.Amendment.Person = who, who
	gone := w.deletion(id("f"), id("b"), 21)
	gone.Amendment.Person = who
	answer := w.text(id("g"), who, 40, "obrigada")
	answer.Message.ReplyTo = id("c")
	return []store.Routed{
		w.text(id("a"), who, 10, "um"),
		w.text(id("b"), who, 10, "dois, no mesmo segundo"),
		w.echo(id("c"), who, 15, "resposta"),
		w.report(id("c"), clearline.Sent, 15, ""),
		w.failure(id("c"), 16, clearline.CauseUndeliverable, 131026),
		w.report(id("c"), clearline.Delivered, 16, ""),
		w.report(id("c"), clearline.Read, 17, ""),
		w.reaction(id("r1"), who, 18, id("c"), "👍"),
		w.reaction(id("r2"), who, 19, id("c"), "❤️"),
		w.reaction(id("r3"), who, 19, id("c"), ""),
		edited,
		again,
		gone,
		answer,
	}
}

// block plays k shuffles side by side and compares them.
func (s *Shuffler) block(k int) (difference string, err error) {
	first := s.next
	s.next += k
	orders := make([][]store.Routed, k)
	longest := 0
	for i := range orders {
		events := s.events(first + i)
		if first+i > 0 { // the first is played as it happened
			for range s.random.IntN(4) {
				events = append(events, events[s.random.IntN(len(events))])
			}
			s.random.Shuffle(len(events), func(a, b int) { events[a], events[b] = events[b], events[a] })
		}
		orders[i] = events
		longest = max(longest, len(events))
	}
	var stream []store.Routed
	for round := range longest {
		for _, events := range orders {
			if round < len(events) {
				stream = append(stream, events[round])
			}
		}
	}
	for len(stream) > 0 {
		n := min(len(stream), 1+s.random.IntN(max(2*k, 12)), 250)
		in := s.w.inbound(s.w.tenant, store.InboundNew, stream[:n]...)
		if err := s.w.store.Ingest(s.w.ctx, in); err != nil {
			return "", err
		}
		stream = stream[n:]
	}
	return s.compare(first, orders)
}

func (s *Shuffler) compare(first int, orders [][]store.Routed) (difference string, err error) {
	dumps, err := s.dump(first, len(orders))
	if err != nil {
		return "", err
	}
	for i, lines := range dumps {
		if s.reference == nil {
			s.reference = lines
		}
		if d := cmp.Diff(s.reference, lines); d != "" {
			var order []string
			for _, e := range orders[i] {
				order = append(order, describe(e))
			}
			return fmt.Sprintf("shuffle %d (-as it happened +this order):\n%s\norder: %s", first+i, d, strings.Join(order, ", ")), nil
		}
	}
	return "", nil
}

func describe(e store.Routed) string {
	switch {
	case e.Message != nil:
		return e.Message.PlatformID
	case e.Status != nil:
		return string(e.Status.Report.Status)
	}
	return e.Amendment.PlatformID
}

// dump describes each of n conversations by everything that does not depend on ids of ours: what a reader sees,
// in the order of the thread, and inside one second by text.
func (s *Shuffler) dump(first, n int) ([][]string, error) {
	dumps := make([][]string, n)
	after := s.seen
	err := s.each(`SELECT c.conversation_id, a.send_to FROM conversations c JOIN addresses a ON a.company_id = c.company_id AND a.address_id = c.address_id
		WHERE c.company_id = $1 AND c.conversation_id > $2`, after, func(conversation clearline.ID, who string) error {
		number, err := strconv.Atoi(who)
		s.number[conversation] = number - firstNumber
		s.seen = max(s.seen, conversation)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(s.number) != n {
		return nil, fmt.Errorf("%d conversations for %d people", len(s.number), n)
	}
	for _, query := range dumpQueries {
		if err := s.each(query, after, func(conversation clearline.ID, line string) error {
			c := s.number[conversation]
			dumps[c-first] = append(dumps[c-first], strings.ReplaceAll(line, "wamid."+strconv.Itoa(c)+".", ""))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	clear(s.number)
	var waiting int
	if err := s.w.db.QueryRow(`SELECT COUNT(*) FROM early`).Scan(&waiting); err != nil || waiting > 0 {
		return nil, fmt.Errorf("%d references still wait: %w", waiting, err)
	}
	return dumps, nil
}

// dumpQueries describe the conversations with ids above $2, a line each.
var dumpQueries = []string{
	`SELECT c.conversation_id, 'thread ' || c.state || '|' || c.unread || '|' || c.waiting_since || '|' || c.answered_at || '|' || c.window_from || '|' || c.last_at || '|' || l.text
		FROM conversations c JOIN messages l ON l.company_id = c.company_id AND l.message_id = c.last_message_id
		WHERE c.company_id = $1 AND c.conversation_id > $2`,
	`SELECT m.conversation_id, 'message ' || m.at || '|' || m.direction || '|' || m.kind || '|' || m.text || '|' || m.status || '|' || m.conflict || '|' || COALESCE(m.cause, '')
		|| '|' || COALESCE(m.error, '') || '|' || COALESCE(m.reactions, '') || '|' || m.edited_at || '|' || m.deleted_at || '|' || COALESCE(m.reply_platform, '')
		FROM messages m WHERE m.company_id = $1 AND m.conversation_id > $2 ORDER BY m.conversation_id, m.at, m.text, m.kind, m.platform_id`,
	`SELECT m.conversation_id, 'report ' || r.status || '|' || r.platform_time FROM messages m JOIN statuses r ON r.company_id = m.company_id AND r.message_id = m.message_id
		WHERE m.company_id = $1 AND m.conversation_id > $2 AND m.direction = 'out' ORDER BY m.conversation_id, r.status`,
	`SELECT m.conversation_id, 'revision ' || r.kind || '|' || r.platform_time || '|' || r.text FROM messages m JOIN revisions r ON r.company_id = m.company_id AND r.message_id = m.message_id
		WHERE m.company_id = $1 AND m.conversation_id > $2 AND m.kind = 'text' ORDER BY m.conversation_id, r.platform_time, r.kind`,
}

// each reads a line for a conversation per row.
func (s *Shuffler) each(query string, after clearline.ID, got func(conversation clearline.ID, line string) error) error {
	rows, err := s.w.db.Query(query, int64(s.w.company), int64(after))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var conversation clearline.ID
		var line string
		if err := rows.Scan(&conversation, &line); err != nil {
			return err
		}
		if err := got(conversation, line); err != nil {
			return err
		}
	}
	return rows.Err()
}
