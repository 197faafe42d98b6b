package store

import (
	"context"

	"github.com/clearline/clearline"
)

// View is a choice of conversations with an order of its own.
type View string

// The views. Waiting lists who has waited longest first, Failed the newest trouble first, the others the newest
// activity first. All but ViewAll, ViewDone and ViewFailed hold open conversations only.
const (
	ViewAll        View = "all"
	ViewOpen       View = "open"
	ViewMine       View = "mine"
	ViewUnassigned View = "unassigned"
	ViewWaiting    View = "waiting"
	ViewFailed     View = "failed"
	ViewDone       View = "done"
)

// sparse is up to how many conversations a view is read by what they have in common and then sorted; a larger
// one is read in the order of the list, where every other conversation belongs to it soon enough.
const sparse = 500

// choice is a view as a condition, once so that an index finds its conversations, once so that none does.
type choice struct {
	found, kept string
	args        []any
}

func chosen(v View, user clearline.ID) choice {
	switch v {
	case ViewOpen:
		return choice{`c.state = 'open'`, `c.state || '' = 'open'`, nil}
	case ViewDone:
		return choice{`c.state = 'done'`, `c.state || '' = 'done'`, nil}
	case ViewMine:
		return choice{`c.state = 'open' AND c.assignee_id = $2`, `c.state || '' = 'open' AND COALESCE(c.assignee_id, 0) = $2`, []any{user}}
	case ViewUnassigned:
		return choice{`c.state = 'open' AND c.assignee_id IS NULL`, `c.state || '' = 'open' AND COALESCE(c.assignee_id, 0) = 0`, nil}
	}
	return choice{}
}

// countTo is how far the conversations of a view are counted.
const countTo = 1000

func (s *Store) countView(ctx context.Context, company clearline.ID, c choice, to int) (n int, err error) {
	args := append([]any{company}, c.args...)
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM conversations c WHERE c.company_id = $1 AND `+c.found+` LIMIT `+string(appendInt(nil, to))+`) t`, args...).Scan(&n)
	return n, err
}

// View lists the conversations of a view. Mine are those of the given person. After is where the page before
// ended: for ViewWaiting its At is the start of the waiting, for ViewFailed its ID the message in trouble.
func (s *Store) View(ctx context.Context, company, user clearline.ID, v View, after Page, limit int) ([]ConversationRow, error) {
	switch v {
	case ViewAll:
		return s.listed(ctx, company, choice{}, "c.last_at", after, limit)
	case ViewWaiting:
		return s.waitingView(ctx, company, after, limit)
	case ViewFailed:
		return s.failedView(ctx, company, after, limit)
	}
	c := chosen(v, user)
	n, err := s.countView(ctx, company, c, sparse)
	if err != nil {
		return nil, err
	}
	if n < sparse {
		// An expression keeps the engines from reading the whole list in its order to find a few.
		return s.listed(ctx, company, choice{found: c.found, args: c.args}, "c.last_at + 0", after, limit)
	}
	return s.listed(ctx, company, choice{found: c.kept, args: c.args}, "c.last_at", after, limit)
}

// listed reads conversations that fulfil a condition, the newest activity first.
func (s *Store) listed(ctx context.Context, company clearline.ID, c choice, by string, after Page, limit int) ([]ConversationRow, error) {
	args := append([]any{company}, c.args...)
	arg := func(v any) string {
		args = append(args, v)
		return "$" + string(appendInt(nil, len(args)))
	}
	text := selectConversation + ` WHERE c.company_id = $1`
	if c.found != "" {
		text += ` AND ` + c.found
	}
	if after != (Page{}) {
		text += ` AND (` + by + `, c.conversation_id) < (` + arg(after.At) + `, ` + arg(after.ID) + `)`
	}
	text += ` ORDER BY ` + by + ` DESC, c.conversation_id DESC LIMIT ` + arg(limit)
	return s.conversations(ctx, company, text, args...)
}

func (s *Store) waitingView(ctx context.Context, company clearline.ID, after Page, limit int) ([]ConversationRow, error) {
	return s.conversations(ctx, company, selectConversation+` WHERE c.company_id = $1 AND c.waiting_since > 0 AND (c.waiting_since, c.conversation_id) > ($2, $3)
		ORDER BY c.waiting_since, c.conversation_id LIMIT $4`, company, after.At, after.ID, limit)
}

// trouble is the condition of messages that want a decision, a retry under way included.
const trouble = `(status IN ('failed', 'unknown') OR was_status IS NOT NULL) AND dismissed_at = 0`

func (s *Store) failedView(ctx context.Context, company clearline.ID, after Page, limit int) ([]ConversationRow, error) {
	before := after.ID
	if before == 0 {
		before = 1<<63 - 1
	}
	rows, err := s.read.QueryContext(ctx, `SELECT conversation_id FROM messages WHERE company_id = $1 AND `+trouble+`
		GROUP BY conversation_id HAVING MAX(message_id) < $2 ORDER BY MAX(message_id) DESC LIMIT $3`, company, before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []clearline.ID
	for rows.Next() {
		var id clearline.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		return nil, err
	}
	in, args := inList(2, ids)
	all, err := s.conversations(ctx, company, selectConversation+` WHERE c.company_id = $1 AND c.conversation_id IN (`+in+`)`, append([]any{company}, args...)...)
	if err != nil {
		return nil, err
	}
	at := map[clearline.ID]ConversationRow{}
	for _, c := range all {
		at[c.ID] = c
	}
	ordered := all[:0:0]
	for _, id := range ids {
		if c, ok := at[id]; ok {
			ordered = append(ordered, c)
		}
	}
	return ordered, nil
}

// Trouble is a message of ours that failed or is unconfirmed, and that nobody has dismissed.
type Trouble struct {
	MessageID clearline.ID
	Status    clearline.Status
	Cause     clearline.Cause
}

// fillTrouble finds each conversation's newest trouble.
func (s *Store) fillTrouble(ctx context.Context, company clearline.ID, all []ConversationRow) error {
	at, in, args := byConversation(all)
	rows, err := s.read.QueryContext(ctx, `SELECT conversation_id, message_id, COALESCE(was_status, status), CASE WHEN was_status IS NULL THEN COALESCE(cause, '') ELSE COALESCE(was_cause, '') END FROM messages
		WHERE company_id = $1 AND conversation_id IN (`+in+`) AND `+trouble+` ORDER BY conversation_id, message_id`, append([]any{company}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var conversation clearline.ID
		var t Trouble
		if err := rows.Scan(&conversation, &t.MessageID, &t.Status, &t.Cause); err != nil {
			return err
		}
		all[at[conversation]].Trouble = &t
	}
	return rows.Err()
}

// Counts are how many conversations the views hold, each counted to 1,000 at most.
type Counts struct{ Open, Mine, Unassigned, Waiting, Failed, UnreadMine int }

// Counts counts the views, with those of one person for Mine.
func (s *Store) Counts(ctx context.Context, company, user clearline.ID) (n Counts, err error) {
	mine := chosen(ViewMine, user)
	for _, v := range []struct {
		into *int
		choice
	}{
		{&n.Open, chosen(ViewOpen, user)},
		{&n.Mine, mine},
		{&n.Unassigned, chosen(ViewUnassigned, user)},
		{&n.Waiting, choice{found: `c.waiting_since > 0`}},
		{&n.UnreadMine, choice{found: mine.found + ` AND c.unread > 0`, args: mine.args}},
	} {
		if *v.into, err = s.countView(ctx, company, v.choice, countTo); err != nil {
			return n, err
		}
	}
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT DISTINCT conversation_id FROM messages WHERE company_id = $1 AND `+trouble+` LIMIT 1000) t`, company).Scan(&n.Failed)
	return n, err
}
