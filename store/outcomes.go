package store

import (
	"context"
	"slices"
	"time"

	"github.com/clearline/clearline"
)

// outcomesCountTo is how far the messages of a group are counted.
const outcomesCountTo = 10_000

// Outcome is a group of messages that have not got through: those with one cause that want a decision, or those that wait on
// one connection.
type Outcome struct {
	Cause clearline.Cause
	// ConnectionID is set for messages that wait.
	ConnectionID clearline.ID
	// Messages are counted to outcomesCountTo; People are the conversations among them.
	Messages, People int
	// Oldest and Newest are the messages with the lowest and the highest id.
	Oldest, Newest clearline.ID
}

// Scope is which messages are meant: those written from a moment on, on one connection or (0) on all.
type Scope struct {
	From         time.Time
	ConnectionID clearline.ID
}

// needsYou is the condition of messages that want a decision; a retry under way wants none.
const needsYou = `status IN ('failed', 'unknown') AND dismissed_at = 0`

// Troubles groups the messages of a scope that want a decision, by their cause. The index has them by cause,
// so that each group is read by itself up to its bound.
func (s *Store) Troubles(ctx context.Context, company clearline.ID, of Scope) (all []Outcome, err error) {
	var o Outcome
	for {
		found, err := first(s.read.QueryRowContext(ctx, `SELECT cause FROM messages WHERE company_id = $1 AND cause > $2 AND `+needsYou+` ORDER BY cause LIMIT 1`, company, o.Cause).Scan(&o.Cause))
		if err != nil || !found {
			return all, err
		}
		err = s.read.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(DISTINCT conversation_id), COALESCE(MIN(message_id), 0), COALESCE(MAX(message_id), 0) FROM
			(SELECT conversation_id, message_id FROM messages WHERE company_id = $1 AND cause = $2 AND message_id >= $3 AND (connection_id = $5 OR $5 = 0) AND `+needsYou+`
			ORDER BY message_id DESC LIMIT $4) t`, company, o.Cause, clearline.FirstID(of.From), outcomesCountTo, of.ConnectionID).Scan(&o.Messages, &o.People, &o.Oldest, &o.Newest)
		if err != nil {
			return nil, err
		}
		if o.Messages > 0 {
			all = append(all, o)
		}
	}
}

// ClosingSoon counts the newest messages of a cause that want a decision and whose conversation's window began between two
// moments, which is the same as that it ends between two others. It looks at a thousand.
func (s *Store) ClosingSoon(ctx context.Context, company clearline.ID, cause clearline.Cause, of Scope, after, until time.Time) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT conversation_id FROM messages WHERE company_id = $1 AND cause = $2 AND message_id >= $3 AND (connection_id = $6 OR $6 = 0) AND `+needsYou+`
		ORDER BY message_id DESC LIMIT 1000) m JOIN conversations c ON c.company_id = $1 AND c.conversation_id = m.conversation_id WHERE c.window_from > $4 AND c.window_from <= $5`,
		company, cause, clearline.FirstID(of.From), after.UnixMilli(), until.UnixMilli(), of.ConnectionID).Scan(&n)
	return n, err
}

// TroubleIDs lists messages of a cause that want a decision, the newest first, below an id (0 for the newest).
func (s *Store) TroubleIDs(ctx context.Context, company clearline.ID, cause clearline.Cause, of Scope, below clearline.ID, limit int) ([]clearline.ID, error) {
	if below == 0 {
		below = 1<<63 - 1
	}
	return s.readIDs(ctx, `SELECT message_id FROM messages WHERE company_id = $1 AND cause = $2 AND message_id >= $3 AND message_id < $4 AND (connection_id = $6 OR $6 = 0) AND `+needsYou+`
		ORDER BY message_id DESC LIMIT $5`, company, cause, clearline.FirstID(of.From), below, limit, of.ConnectionID)
}

// waits is the condition of messages on their way that nobody may take back any more ($3 is now). Those written after $4, or
// asked for again after $5, are not worth mentioning yet, unless something is known to hold them.
const waits = `status IN ('queued', 'held', 'sending', 'unknown') AND status <> 'unknown' AND undo_until <= $3 AND (cause IS NOT NULL OR message_id < $4 AND retried_at < $5)`

// Waits counts the messages of a connection that are on their way for longer than patience, or that something holds. Its
// cause is one that holds some of them, "" when nothing but their turn is waited for.
func (s *Store) Waits(ctx context.Context, company, connection clearline.ID, patience time.Duration) (o Outcome, err error) {
	now := s.clock.Now()
	o.ConnectionID = connection
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(cause), ''), COUNT(*), COUNT(DISTINCT conversation_id), COALESCE(MIN(message_id), 0), COALESCE(MAX(message_id), 0) FROM
		(SELECT cause, conversation_id, message_id FROM messages WHERE company_id = $1 AND connection_id = $2 AND `+waits+` ORDER BY message_id LIMIT $6) t`,
		company, connection, now.UnixMilli(), clearline.FirstID(now.Add(-patience)), now.Add(-patience).UnixMilli(), outcomesCountTo).
		Scan(&o.Cause, &o.Messages, &o.People, &o.Oldest, &o.Newest)
	return o, err
}

// WaitIDs lists the messages of a connection that Waits counts, the oldest first, above an id.
func (s *Store) WaitIDs(ctx context.Context, company, connection clearline.ID, patience time.Duration, above clearline.ID, limit int) ([]clearline.ID, error) {
	now := s.clock.Now()
	return s.readIDs(ctx, `SELECT message_id FROM messages WHERE company_id = $1 AND connection_id = $2 AND `+waits+` AND message_id > $6 ORDER BY message_id LIMIT $7`,
		company, connection, now.UnixMilli(), clearline.FirstID(now.Add(-patience)), now.Add(-patience).UnixMilli(), above, limit)
}

// ResolvedSince counts messages that wanted a decision and have wanted none since the scope's moment.
func (s *Store) ResolvedSince(ctx context.Context, company clearline.ID, of Scope) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE company_id = $1 AND resolved_at > 0 AND resolved_at >= $2 AND (connection_id = $4 OR $4 = 0) LIMIT $3) t`,
		company, of.From.UnixMilli(), outcomesCountTo, of.ConnectionID).Scan(&n)
	return n, err
}

// Hold is why and until when a lane sends nothing.
type Hold struct {
	Cause clearline.Cause
	Until time.Time
}

// Holds are the connections whose lane is held by what the platform answered, with until when; it is empty on a good day.
func (s *Store) Holds(ctx context.Context, company clearline.ID) (map[clearline.ID]Hold, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT connection_id, cause, next_try_at FROM messages WHERE company_id = $1 AND status = 'held' AND cause IS NOT NULL AND next_try_at > $2
		ORDER BY connection_id, next_try_at LIMIT 1000`, company, s.clock.Now().UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[clearline.ID]Hold{}
	for rows.Next() {
		var connection clearline.ID
		var h Hold
		var until int64
		if err := rows.Scan(&connection, &h.Cause, &until); err != nil {
			return nil, err
		}
		h.Until = moment(until)
		all[connection] = h
	}
	return all, rows.Err()
}

// DismissAll dismisses the messages among these that want a decision, and tells how many there were.
func (s *Store) DismissAll(ctx context.Context, company clearline.ID, ids []clearline.ID) (n int, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		n = 0
		for _, id := range ids {
			var conversation int64
			found, err := tx.get(`UPDATE messages SET dismissed_at = $3, resolved_at = $3 WHERE company_id = $1 AND message_id = $2 AND direction = 'out' AND `+needsYou+` RETURNING conversation_id`,
				[]any{company, id, tx.now}, &conversation)
			if err != nil {
				return err
			}
			if found {
				n++
				tx.change(company, clearline.MessageChanged, id, clearline.ID(conversation))
			}
		}
		return nil
	})
	return n, err
}

// ConversationsOf reads the conversations of these ids, each once.
func (s *Store) ConversationsOf(ctx context.Context, company clearline.ID, ids []clearline.ID) (map[clearline.ID]*ConversationRow, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found := make(map[clearline.ID]*ConversationRow, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	in, args := inList(2, ids)
	all, err := s.conversations(ctx, company, selectConversation+` WHERE c.company_id = $1 AND c.conversation_id IN (`+in+`)`, append([]any{company}, args...)...)
	for i := range all {
		found[all[i].ID] = &all[i]
	}
	return found, err
}

// readIDs runs a query for ids.
func (s *Store) readIDs(ctx context.Context, text string, args ...any) (all []clearline.ID, err error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id clearline.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
