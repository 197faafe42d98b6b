package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/clearline/clearline"
)

// SearchSource is a message as far as it is searched.
type SearchSource struct {
	ID             clearline.ID
	ConversationID clearline.ID
	ConnectionID   clearline.ID
	AuthorID       clearline.ID
	Direction      clearline.Direction
	Kind           clearline.Kind
	Text           string
	Details        string
	Deleted        bool
	// Files are the names of its files.
	Files []string
}

// searchList is how many ids one statement of the search takes: a text of fixed length stays prepared.
const searchList = 32

// padded makes the arguments of a list of searchList ids after others.
func padded(before []any, ids []clearline.ID) []any {
	args := append(make([]any, 0, len(before)+searchList), before...)
	for i := range searchList {
		if i < len(ids) {
			args = append(args, ids[i])
		} else {
			args = append(args, 0)
		}
	}
	return args
}

func searchIn(from int) string {
	list, _ := inList(from, make([]clearline.ID, searchList))
	return list
}

const sourceColumns = `SELECT m.message_id, m.conversation_id, m.connection_id, COALESCE(m.author_id, 0), m.direction, m.kind, m.text, m.details, m.deleted_at FROM messages m`

var (
	sourcesByID   = sourceColumns + ` WHERE m.company_id = $1 AND m.message_id IN (` + searchIn(2) + `)`
	sourcesAmong  = sourceColumns + ` WHERE m.company_id = $1 AND m.message_id BETWEEN $2 AND $3 ORDER BY m.message_id LIMIT $4`
	sourcesBelow  = sourceColumns + ` WHERE m.company_id = $1 AND m.message_id < $2 ORDER BY m.message_id DESC LIMIT $3`
	sourcesEdited = sourceColumns + ` WHERE m.company_id = $1 AND m.message_id IN (` + searchIn(2) + `) AND (m.edited_at > 0 OR m.deleted_at > 0)`
	// A file came with its message, or was uploaded here and attached to it.
	filesByID = `SELECT message_id, name FROM media WHERE company_id = $1 AND message_id IN (` + searchIn(2) + `) AND name <> ''
		UNION ALL SELECT a.message_id, f.name FROM attachments a JOIN media f ON f.company_id = a.company_id AND f.media_id = a.media_id
		WHERE a.company_id = $1 AND a.message_id IN (` + searchIn(2) + `) AND f.name <> ''`
)

// NewSources reads the messages of these ids, which lie close together, as new ones do. Ids of nothing are left out.
func (s *Store) NewSources(ctx context.Context, company clearline.ID, ids []clearline.ID) ([]SearchSource, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	wanted := make(map[clearline.ID]bool, len(ids))
	low, high := ids[0], ids[0]
	for _, id := range ids {
		wanted[id] = true
		low, high = min(low, id), max(high, id)
	}
	// Between them are hardly others; but a clock may have been wrong.
	among, err := s.sources(ctx, company, sourcesAmong, company, low, high, 2*len(ids)+16)
	if err != nil {
		return nil, err
	}
	all := among[:0]
	for _, m := range among {
		if wanted[m.ID] {
			delete(wanted, m.ID)
			all = append(all, m)
		}
	}
	var rest []clearline.ID
	for id := range wanted {
		rest = append(rest, id)
	}
	err = eachList(rest, func(part []clearline.ID) error {
		more, err := s.sources(ctx, company, sourcesByID, padded([]any{company}, part)...)
		all = append(all, more...)
		return err
	})
	return all, err
}

// EditedSources reads those of the messages that were edited or deleted; other changes are none of the text.
func (s *Store) EditedSources(ctx context.Context, company clearline.ID, ids []clearline.ID) (all []SearchSource, err error) {
	err = eachList(ids, func(part []clearline.ID) error {
		more, err := s.sources(ctx, company, sourcesEdited, padded([]any{company}, part)...)
		all = append(all, more...)
		return err
	})
	return all, err
}

// SourcesBelow reads the newest messages with ids below one, the highest first.
func (s *Store) SourcesBelow(ctx context.Context, company, below clearline.ID, limit int) ([]SearchSource, error) {
	return s.sources(ctx, company, sourcesBelow, company, below, limit)
}

// eachList calls f with parts of at most searchList.
func eachList(ids []clearline.ID, f func([]clearline.ID) error) error {
	for len(ids) > 0 {
		part := ids[:min(len(ids), searchList)]
		if err := f(part); err != nil {
			return err
		}
		ids = ids[len(part):]
	}
	return nil
}

func (s *Store) sources(ctx context.Context, company clearline.ID, text string, args ...any) ([]SearchSource, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []SearchSource
	var filed []clearline.ID
	for rows.Next() {
		var m SearchSource
		var details sql.NullString
		var deleted int64
		if err := rows.Scan(&m.ID, &m.ConversationID, &m.ConnectionID, &m.AuthorID, &m.Direction, &m.Kind, &m.Text, &details, &deleted); err != nil {
			return nil, err
		}
		m.Details, m.Deleted = details.String, deleted != 0
		if m.Kind.Filed() {
			filed = append(filed, m.ID)
		}
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	return all, s.fileNames(ctx, company, filed, all)
}

// fileNames fills in the names of the files of messages that may have some.
func (s *Store) fileNames(ctx context.Context, company clearline.ID, filed []clearline.ID, all []SearchSource) error {
	if len(filed) == 0 {
		return nil
	}
	names := map[clearline.ID][]string{}
	err := eachList(filed, func(part []clearline.ID) error {
		rows, err := s.read.QueryContext(ctx, filesByID, padded([]any{company}, part)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id clearline.ID
			var name string
			if err := rows.Scan(&id, &name); err != nil {
				return err
			}
			names[id] = append(names[id], name)
		}
		return rows.Err()
	})
	for i := range all {
		all[i].Files = names[all[i].ID]
	}
	return err
}

// SearchPerson is a conversation as far as its person is searched.
type SearchPerson struct {
	ConversationID clearline.ID
	ConnectionID   clearline.ID
	Platform       clearline.Platform
	Name           string
	Shown          string
	SendTo         string
	State          clearline.ConversationState
	Unread         int
	LastAt         time.Time
}

const personColumns = `SELECT c.conversation_id, c.connection_id, k.platform, t.name, a.shown, a.send_to, c.state, c.unread, c.last_at FROM conversations c
	LEFT JOIN connections k ON k.company_id = c.company_id AND k.connection_id = c.connection_id
	LEFT JOIN addresses a ON a.company_id = c.company_id AND a.address_id = c.address_id
	LEFT JOIN contacts t ON t.company_id = a.company_id AND t.contact_id = a.contact_id`

var (
	personsByID  = personColumns + ` WHERE c.company_id = $1 AND c.conversation_id IN (` + searchIn(2) + `)`
	personsBelow = personColumns + ` WHERE c.company_id = $1 AND c.conversation_id < $2 ORDER BY c.conversation_id DESC LIMIT $3`
)

// SearchPersons reads the people of these conversations, by conversation.
func (s *Store) SearchPersons(ctx context.Context, company clearline.ID, conversations []clearline.ID) (map[clearline.ID]SearchPerson, error) {
	all := make(map[clearline.ID]SearchPerson, len(conversations))
	err := eachList(conversations, func(part []clearline.ID) error {
		found, err := s.persons(ctx, personsByID, padded([]any{company}, part)...)
		for _, p := range found {
			all[p.ConversationID] = p
		}
		return err
	})
	return all, err
}

// PersonsBelow reads the newest conversations with ids below one, the highest first.
func (s *Store) PersonsBelow(ctx context.Context, company, below clearline.ID, limit int) ([]SearchPerson, error) {
	return s.persons(ctx, personsBelow, company, below, limit)
}

func (s *Store) persons(ctx context.Context, text string, args ...any) ([]SearchPerson, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []SearchPerson
	for rows.Next() {
		var p SearchPerson
		var last int64
		if err := rows.Scan(&p.ConversationID, &p.ConnectionID, &p.Platform, &p.Name, &p.Shown, &p.SendTo, &p.State, &p.Unread, &last); err != nil {
			return nil, err
		}
		p.LastAt = moment(last)
		all = append(all, p)
	}
	return all, rows.Err()
}

var messagesOfList = `SELECT ` + messageColumns + ` FROM messages m WHERE m.company_id = $1 AND m.message_id IN (` + searchIn(2) + `)`

// MessagesOf reads messages whole, by id.
func (s *Store) MessagesOf(ctx context.Context, company clearline.ID, ids []clearline.ID) (map[clearline.ID]*clearline.Message, error) {
	out := make(map[clearline.ID]*clearline.Message, len(ids))
	err := eachList(ids, func(part []clearline.ID) error {
		all, err := s.messages(ctx, company, messagesOfList, padded([]any{company}, part)...)
		for i := range all {
			out[all[i].ID] = &all[i]
		}
		return err
	})
	return out, err
}

// Exact is what an id names: a conversation, a message, a connection or a delivery.
type Exact struct {
	Type           string
	ID             clearline.ID
	ConversationID clearline.ID
}

// ExactID looks for one of our ids among a company's things; nil when it names none of them.
func (s *Store) ExactID(ctx context.Context, company, id clearline.ID) (*Exact, error) {
	for _, of := range []struct{ kind, text string }{
		{"message", `SELECT conversation_id FROM messages WHERE company_id = $1 AND message_id = $2`},
		{"conversation", `SELECT conversation_id FROM conversations WHERE company_id = $1 AND conversation_id = $2`},
		{"connection", `SELECT 0 FROM connections WHERE company_id = $1 AND connection_id = $2`},
		{"delivery", `SELECT 0 FROM deliveries WHERE company_id = $1 AND delivery_id = $2`},
	} {
		e := Exact{Type: of.kind, ID: id}
		found, err := first(s.read.QueryRowContext(ctx, of.text, company, id).Scan(&e.ConversationID))
		if err != nil {
			return nil, err
		}
		if found {
			return &e, nil
		}
	}
	return nil, nil
}

// ExactName looks for a platform's own name of something: a message's id, a connection's account, a person's
// address; nil when it names nothing of the company.
func (s *Store) ExactName(ctx context.Context, company clearline.ID, name string) (*Exact, error) {
	// CROSS JOIN keeps SQLite to this order: few connections, and in each the platform's id by its index.
	for _, of := range []struct{ kind, text string }{
		{"message", `SELECT m.message_id, m.conversation_id FROM connections k CROSS JOIN messages m
			WHERE k.company_id = $1 AND m.company_id = $1 AND m.connection_id = k.connection_id AND m.platform_id = $2 LIMIT 1`},
		{"connection", `SELECT connection_id, 0 FROM connections WHERE company_id = $1 AND account = $2 LIMIT 1`},
	} {
		e := Exact{Type: of.kind}
		found, err := first(s.read.QueryRowContext(ctx, of.text, company, name).Scan(&e.ID, &e.ConversationID))
		if err != nil {
			return nil, err
		}
		if found {
			return &e, nil
		}
	}
	return nil, nil
}

// NewestChanges reads the newest changes above a number, the highest first.
func (s *Store) NewestChanges(ctx context.Context, company clearline.ID, above int64, limit int) ([]clearline.Change, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n, at, kind, id, conversation_id FROM changes WHERE company_id = $1 AND n > $2 ORDER BY n DESC LIMIT $3`, company, above, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.Change
	for rows.Next() {
		var c clearline.Change
		var at int64
		if err := rows.Scan(&c.N, &at, &c.Kind, &c.ID, &c.ConversationID); err != nil {
			return nil, err
		}
		c.At = moment(at)
		all = append(all, c)
	}
	return all, rows.Err()
}

// MessageIDsBelow lists the newest messages with ids below one, the highest first; failed leaves out all others.
func (s *Store) MessageIDsBelow(ctx context.Context, company, below clearline.ID, failed bool, limit int) ([]clearline.ID, error) {
	text := `SELECT message_id FROM messages WHERE company_id = $1 AND message_id < $2 ORDER BY message_id DESC LIMIT $3`
	if failed {
		text = `SELECT message_id FROM messages WHERE company_id = $1 AND message_id < $2 AND status = 'failed' ORDER BY message_id DESC LIMIT $3`
	}
	rows, err := s.read.QueryContext(ctx, text, company, below, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.ID
	for rows.Next() {
		var id clearline.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// AllNumbers are the newest change numbers of all companies.
func (s *Store) AllNumbers(ctx context.Context) (map[clearline.ID]int64, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT company_id, n FROM counters`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[clearline.ID]int64{}
	for rows.Next() {
		var id clearline.ID
		var n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		all[id] = n
	}
	return all, rows.Err()
}
