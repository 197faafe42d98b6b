package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
)

// ConversationRow is a conversation with what a list shows of it.
type ConversationRow struct {
	clearline.Conversation
	Platform    clearline.Platform
	ContactID   clearline.ID
	ContactName string
	Shown       string
	SendTo      string
	Assignee    string
	Last        *clearline.Message
	// Trouble is the newest message of ours that failed or is unconfirmed, nil when none is.
	Trouble *Trouble
	// Drafting are those who have begun to write and not sent.
	Drafting []clearline.User
}

// Page is where a list continues: the sort key and id of the last item seen. The zero Page is the start.
type Page struct {
	At int64
	ID clearline.ID
}

// They are all there, foreign keys see to that; LEFT JOIN keeps both engines to this order.
const selectConversation = `SELECT c.conversation_id, c.connection_id, c.address_id, c.state, c.unread, c.waiting_since, c.window_from, c.last_at, c.last_message_id, c.assignee_id,
	k.platform, a.contact_id, a.shown, a.send_to, t.name, COALESCE(u.name, '')
	FROM conversations c
	LEFT JOIN connections k ON k.company_id = c.company_id AND k.connection_id = c.connection_id
	LEFT JOIN addresses a ON a.company_id = c.company_id AND a.address_id = c.address_id
	LEFT JOIN contacts t ON t.company_id = a.company_id AND t.contact_id = a.contact_id
	LEFT JOIN users u ON u.company_id = c.company_id AND u.user_id = c.assignee_id`

func scanConversation(row scanner, company clearline.ID) (c ConversationRow, err error) {
	var waiting, window, last int64
	var assignee sql.NullInt64
	err = row.Scan(&c.ID, &c.ConnectionID, &c.AddressID, &c.State, &c.Unread, &waiting, &window, &last, &c.LastMessageID, &assignee,
		&c.Platform, &c.ContactID, &c.Shown, &c.SendTo, &c.ContactName, &c.Assignee)
	c.CompanyID, c.WaitingSince, c.WindowFrom, c.LastAt, c.AssigneeID = company, moment(waiting), moment(window), moment(last), clearline.ID(assignee.Int64)
	return c, err
}

// conversations runs a fixed text of selectConversation and reads what a list shows beside.
func (s *Store) conversations(ctx context.Context, company clearline.ID, text string, args ...any) ([]ConversationRow, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return s.readConversations(ctx, company, rows)
}

func (s *Store) readConversations(ctx context.Context, company clearline.ID, rows *sql.Rows) ([]ConversationRow, error) {
	defer rows.Close()
	var all []ConversationRow
	for rows.Next() {
		c, err := scanConversation(rows, company)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, s.fillConversations(ctx, company, all)
}

// fillConversations adds what other tables know: the last message, trouble and drafts.
func (s *Store) fillConversations(ctx context.Context, company clearline.ID, all []ConversationRow) error {
	if len(all) == 0 {
		return nil
	}
	var ids []clearline.ID
	for _, c := range all {
		if c.LastMessageID != 0 {
			ids = append(ids, c.LastMessageID)
		}
	}
	last, err := s.messagesByID(ctx, company, ids)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Last = last[all[i].LastMessageID]
	}
	if err := s.fillTrouble(ctx, company, all); err != nil {
		return err
	}
	return s.fillDrafting(ctx, company, all)
}

// Conversation reads one conversation.
func (s *Store) Conversation(ctx context.Context, company, id clearline.ID) (ConversationRow, error) {
	c, err := scanConversation(s.read.QueryRowContext(ctx, selectConversation+` WHERE c.company_id = $1 AND c.conversation_id = $2`, company, id), company)
	if err != nil {
		return c, absent(err)
	}
	one := []ConversationRow{c}
	err = s.fillConversations(ctx, company, one)
	return one[0], err
}

// SendFacts are what must be known of a conversation before a message is queued on it.
type SendFacts struct {
	CompanyID, ConversationID, ConnectionID clearline.ID
	Platform                                clearline.Platform
	SendTo                                  string
	WindowFrom                              time.Time
	// Ended is true when somebody has ended the connection.
	Ended bool
}

// SendFacts reads them.
func (s *Store) SendFacts(ctx context.Context, company, conversation clearline.ID) (SendFacts, error) {
	f := SendFacts{CompanyID: company, ConversationID: conversation}
	var window, ended int64
	err := s.read.QueryRowContext(ctx, `SELECT c.connection_id, c.window_from, k.platform, a.send_to, k.disconnected_at FROM conversations c
		JOIN connections k ON k.company_id = c.company_id AND k.connection_id = c.connection_id
		JOIN addresses a ON a.company_id = c.company_id AND a.address_id = c.address_id
		WHERE c.company_id = $1 AND c.conversation_id = $2`, company, conversation).Scan(&f.ConnectionID, &window, &f.Platform, &f.SendTo, &ended)
	f.WindowFrom, f.Ended = moment(window), ended != 0
	return f, absent(err)
}

// MarkRead sets a conversation's unread count to what came after the given message, and answers the platform
// id of the newest message of the person up to it, "" when there is nothing to tell the platform.
func (s *Store) MarkRead(ctx context.Context, company, conversation, message clearline.ID) (platformID string, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var at, unread, before int64
		found, err := tx.get(`SELECT at FROM messages WHERE company_id = $1 AND message_id = $2 AND conversation_id = $3`, []any{company, message, conversation}, &at)
		if err != nil || !found {
			return orAbsent(err)
		}
		if _, err := tx.get(`SELECT unread FROM conversations WHERE company_id = $1 AND conversation_id = $2`, []any{company, conversation}, &before); err != nil {
			return err
		}
		if _, err := tx.get(`SELECT COUNT(*) FROM messages WHERE company_id = $1 AND conversation_id = $2 AND (at > $3 OR at = $3 AND message_id > $4)
			AND direction = 'in' AND kind NOT IN ('reaction', 'system')`, []any{company, conversation, at, message}, &unread); err != nil {
			return err
		}
		if unread >= before {
			platformID = ""
			return nil
		}
		if _, err := tx.exec(`UPDATE conversations SET unread = $3 WHERE company_id = $1 AND conversation_id = $2`, company, conversation, unread); err != nil {
			return err
		}
		tx.change(company, clearline.ConversationChanged, conversation, conversation)
		_, err = tx.get(`SELECT platform_id FROM messages WHERE company_id = $1 AND conversation_id = $2 AND (at < $3 OR at = $3 AND message_id <= $4) AND direction = 'in'
			ORDER BY at DESC, message_id DESC LIMIT 1`, []any{company, conversation, at, message}, &platformID)
		return err
	})
	return platformID, err
}

// LastInbound is the platform id of the person's newest message, "" when there is none.
func (s *Store) LastInbound(ctx context.Context, company, conversation clearline.ID) (platformID string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT platform_id FROM messages WHERE company_id = $1 AND conversation_id = $2 AND direction = 'in'
		ORDER BY at DESC, message_id DESC LIMIT 1`, company, conversation).Scan(&platformID)
	_, err = first(err)
	return platformID, err
}

const messageColumns = `m.message_id, m.conversation_id, m.connection_id, m.direction, m.kind, m.status, m.at, m.platform_time, m.created_at,
	COALESCE(m.platform_id, ''), m.text, m.details, COALESCE(m.reply_to, 0), COALESCE(m.reply_platform, ''), COALESCE(m.delivery_id, 0), COALESCE(m.author_id, 0),
	COALESCE(m.client_id, ''), COALESCE(m.cause, ''), m.error, m.conflict, m.attempts, m.next_try_at, m.deadline, m.reactions, m.edited_at, m.deleted_at,
	m.undo_until, m.dismissed_at, COALESCE(m.was_status, ''), COALESCE(m.was_cause, ''), m.was_error, m.trouble_at, m.retried_at`

func scanMessage(row scanner, company clearline.ID) (m clearline.Message, err error) {
	var at, platformTime, created, conflict, next, deadline, edited, deleted, undo, dismissed, trouble, retried int64
	var details, refusal, reactions, wasRefusal sql.NullString
	var was clearline.Status
	var wasCause clearline.Cause
	err = row.Scan(&m.ID, &m.ConversationID, &m.ConnectionID, &m.Direction, &m.Kind, &m.Status, &at, &platformTime, &created,
		&m.PlatformID, &m.Text, &details, &m.ReplyTo, &m.ReplyToPlatform, &m.DeliveryID, &m.AuthorID,
		&m.ClientID, &m.Cause, &refusal, &conflict, &m.Attempts, &next, &deadline, &reactions, &edited, &deleted, &undo, &dismissed,
		&was, &wasCause, &wasRefusal, &trouble, &retried)
	if err != nil {
		return m, err
	}
	m.CompanyID, m.At, m.PlatformTime, m.CreatedAt, m.Conflict = company, moment(at), moment(platformTime), moment(created), conflict != 0
	m.NextTryAt, m.Deadline, m.EditedAt, m.DeletedAt = moment(next), moment(deadline), moment(edited), moment(deleted)
	m.UndoUntil, m.DismissedAt, m.TroubleAt, m.RetriedAt = moment(undo), moment(dismissed), moment(trouble), moment(retried)
	if was != "" {
		m.Retry = &clearline.Retry{Status: m.Status, Cause: m.Cause}
		m.Status, m.Cause, refusal = was, wasCause, wasRefusal
	}
	if details.Valid {
		m.Details = json.RawMessage(details.String)
	}
	if refusal.Valid {
		if err := json.Unmarshal([]byte(refusal.String), &m.Error); err != nil {
			return m, err
		}
	}
	if reactions.Valid {
		if err := json.Unmarshal([]byte(reactions.String), &m.Reactions); err != nil {
			return m, err
		}
	}
	return m, nil
}

// Messages lists a conversation's messages, the newest first.
func (s *Store) Messages(ctx context.Context, company, conversation clearline.ID, after Page, limit int) ([]clearline.Message, error) {
	text := `SELECT ` + messageColumns + ` FROM messages m WHERE m.company_id = $1 AND m.conversation_id = $2`
	args := []any{company, conversation, limit}
	if after != (Page{}) {
		text += ` AND (m.at, m.message_id) < ($4, $5)`
		args = append(args, after.At, after.ID)
	}
	return s.messages(ctx, company, text+` ORDER BY m.at DESC, m.message_id DESC LIMIT $3`, args...)
}

// Message reads one message.
func (s *Store) Message(ctx context.Context, company, id clearline.ID) (clearline.Message, error) {
	all, err := s.messages(ctx, company, `SELECT `+messageColumns+` FROM messages m WHERE m.company_id = $1 AND m.message_id = $2`, company, id)
	if err == nil && len(all) == 0 {
		err = ErrAbsent
	}
	if err != nil {
		return clearline.Message{}, err
	}
	return all[0], nil
}

func (s *Store) messagesByID(ctx context.Context, company clearline.ID, ids []clearline.ID) (map[clearline.ID]*clearline.Message, error) {
	out := make(map[clearline.ID]*clearline.Message, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	in, args := inList(2, ids)
	rows, err := s.read.QueryContext(ctx, `SELECT `+messageColumns+` FROM messages m WHERE m.company_id = $1 AND m.message_id IN (`+in+`)`, append([]any{company}, args...)...)
	if err != nil {
		return nil, err
	}
	all, err := s.readMessages(ctx, company, rows)
	for i := range all {
		out[all[i].ID] = &all[i]
	}
	return out, err
}

func (s *Store) messages(ctx context.Context, company clearline.ID, text string, args ...any) ([]clearline.Message, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return s.readMessages(ctx, company, rows)
}

// readMessages reads rows of messageColumns and what belongs to them from other tables.
func (s *Store) readMessages(ctx context.Context, company clearline.ID, rows *sql.Rows) ([]clearline.Message, error) {
	defer rows.Close()
	var all []clearline.Message
	for rows.Next() {
		m, err := scanMessage(rows, company)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if err := s.fillMedia(ctx, company, all); err != nil {
		return nil, err
	}
	return all, s.fillReplies(ctx, company, all)
}

// fillReplies finds the messages that these answer, in whatever order they came.
func (s *Store) fillReplies(ctx context.Context, company clearline.ID, all []clearline.Message) error {
	type ref struct {
		connection clearline.ID
		platformID string
	}
	wanted := map[ref][]int{}
	var ids []string
	for i, m := range all {
		if m.ReplyTo == 0 && m.ReplyToPlatform != "" {
			r := ref{m.ConnectionID, m.ReplyToPlatform}
			if wanted[r] == nil {
				ids = append(ids, m.ReplyToPlatform)
			}
			wanted[r] = append(wanted[r], i)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	in, args := inList(2, ids)
	// CROSS JOIN keeps SQLite to this order; otherwise it reads all messages of the company.
	rows, err := s.read.QueryContext(ctx, `SELECT m.connection_id, m.platform_id, m.message_id FROM connections k CROSS JOIN messages m
		WHERE k.company_id = $1 AND m.company_id = $1 AND m.connection_id = k.connection_id AND m.platform_id IN (`+in+`)`, append([]any{company}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r ref
		var id clearline.ID
		if err := rows.Scan(&r.connection, &r.platformID, &id); err != nil {
			return err
		}
		for _, i := range wanted[r] {
			all[i].ReplyTo = id
		}
	}
	return rows.Err()
}

func (s *Store) fillMedia(ctx context.Context, company clearline.ID, all []clearline.Message) error {
	at := map[clearline.ID]int{}
	var ids []clearline.ID
	for i, m := range all {
		if m.Kind.Filed() {
			at[m.ID] = i
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	in, args := inList(2, ids)
	// A file came with its message, or was uploaded here and attached to it.
	rows, err := s.read.QueryContext(ctx, `SELECT f.message_id AS carrier, 0 AS n, `+mediaColumns+` FROM media f WHERE f.company_id = $1 AND f.message_id IN (`+in+`)
		UNION ALL SELECT a.message_id, a.n, `+mediaColumns+` FROM attachments a JOIN media f ON f.company_id = a.company_id AND f.media_id = a.media_id
		WHERE a.company_id = $1 AND a.message_id IN (`+in+`) ORDER BY 1, 2, 3`, append([]any{company}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var message, n clearline.ID
		var f clearline.Media
		if err := scanMedia(rows, &f, &message, &n); err != nil {
			return err
		}
		i := at[message]
		all[i].Media = append(all[i].Media, f)
	}
	return rows.Err()
}

// inList makes "$n, $n+1, …" for the values, with the values as arguments. The list is filled up to a power of two
// with its last value, so that lists of all lengths make few texts, which stay prepared.
func inList[T any](from int, values []T) (string, []any) {
	n := 1
	for n < len(values) {
		n *= 2
	}
	b := make([]byte, 0, 4*n)
	args := make([]any, n)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '$')
		b = appendInt(b, from+i)
		args[i] = values[min(i, len(values)-1)]
	}
	return string(b), args
}

// Story is everything known about one message.
type Story struct {
	Message   clearline.Message
	Delivery  *clearline.Delivery
	Attempts  []clearline.Attempt
	Statuses  []StatusRow
	Revisions []Revision
}

// StatusRow is one report of the platform about a message.
type StatusRow struct {
	Status       clearline.Status
	PlatformTime time.Time
	ReceivedAt   time.Time
	Applied      bool
	Cause        clearline.Cause
	DeliveryID   clearline.ID
}

// Revision is one text that a message had, or its deletion.
type Revision struct {
	Kind         string
	PlatformTime time.Time
	Text         string
}

// Story reads the whole life of a message.
func (s *Store) Story(ctx context.Context, company, id clearline.ID) (st Story, err error) {
	if st.Message, err = s.Message(ctx, company, id); err != nil {
		return st, err
	}
	if st.Message.DeliveryID != 0 {
		d, err := s.Delivery(ctx, company, st.Message.DeliveryID)
		if err == nil {
			st.Delivery = &d
		} else if err != ErrAbsent {
			return st, err
		}
	}
	if st.Attempts, err = s.attempts(ctx, company, id); err != nil {
		return st, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT status, platform_time, received_at, applied, cause, delivery_id FROM statuses WHERE company_id = $1 AND message_id = $2 ORDER BY received_at, platform_time`, company, id)
	if err != nil {
		return st, err
	}
	defer rows.Close()
	for rows.Next() {
		var r StatusRow
		var at, received, applied int64
		if err := rows.Scan(&r.Status, &at, &received, &applied, &r.Cause, &r.DeliveryID); err != nil {
			return st, err
		}
		r.PlatformTime, r.ReceivedAt, r.Applied = moment(at), moment(received), applied != 0
		st.Statuses = append(st.Statuses, r)
	}
	if err := rows.Err(); err != nil {
		return st, err
	}
	st.Revisions, err = s.revisions(ctx, company, id)
	return st, err
}

func (s *Store) revisions(ctx context.Context, company, id clearline.ID) ([]Revision, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT kind, platform_time, text FROM revisions WHERE company_id = $1 AND message_id = $2 ORDER BY platform_time, platform_id`, company, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Revision
	for rows.Next() {
		var r Revision
		var at int64
		if err := rows.Scan(&r.Kind, &at, &r.Text); err != nil {
			return nil, err
		}
		r.PlatformTime = moment(at)
		all = append(all, r)
	}
	return all, rows.Err()
}

func (s *Store) attempts(ctx context.Context, company, id clearline.ID) ([]clearline.Attempt, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n, node_id, epoch, at, ended_at, outcome, http, platform_id, cause, error, exchange FROM attempts
		WHERE company_id = $1 AND message_id = $2 ORDER BY n`, company, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.Attempt
	for rows.Next() {
		a := clearline.Attempt{CompanyID: company, MessageID: id}
		var at, ended int64
		var refusal sql.NullString
		if err := rows.Scan(&a.N, &a.NodeID, &a.Epoch, &at, &ended, &a.Outcome, &a.HTTP, &a.PlatformID, &a.Cause, &refusal, &a.Exchange); err != nil {
			return nil, err
		}
		a.At, a.EndedAt = moment(at), moment(ended)
		if refusal.Valid {
			if err := json.Unmarshal([]byte(refusal.String), &a.Error); err != nil {
				return nil, err
			}
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
