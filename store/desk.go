package store

import (
	"context"

	"github.com/clearline/clearline"
)

// DeskChange is what somebody decides about a conversation. Nil fields stay as they are.
type DeskChange struct {
	State *clearline.ConversationState
	// Assignee is who has it from now on, 0 for nobody.
	Assignee *clearline.ID
}

// ChangeDesk applies a decision about a conversation. What is so already changes nothing. Done ends the waiting;
// opening again brings it back unless an answer came meanwhile.
func (s *Store) ChangeDesk(ctx context.Context, company, conversation clearline.ID, c DeskChange) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var state string
		var assignee int64
		found, err := tx.get(`SELECT state, assignee_id FROM conversations WHERE company_id = $1 AND conversation_id = $2`, []any{company, conversation}, &state, &assignee)
		if err != nil || !found {
			return orAbsent(err)
		}
		changed := false
		if c.Assignee != nil && *c.Assignee != clearline.ID(assignee) {
			if err := hand(tx, company, conversation, *c.Assignee); err != nil {
				return err
			}
			changed = true
		}
		if c.State != nil && *c.State != clearline.ConversationState(state) {
			text := `UPDATE conversations SET state = $3, set_aside = waiting_since, waiting_since = 0 WHERE company_id = $1 AND conversation_id = $2`
			if *c.State == clearline.Open {
				text = `UPDATE conversations SET state = $3, waiting_since = CASE WHEN waiting_since = 0 AND set_aside > answered_at THEN set_aside ELSE waiting_since END, set_aside = 0
					WHERE company_id = $1 AND conversation_id = $2`
			}
			if _, err := tx.exec(text, company, conversation, *c.State); err != nil {
				return err
			}
			changed = true
		}
		if changed {
			tx.change(company, clearline.ConversationChanged, conversation, conversation)
		}
		return nil
	})
}

// hand gives a conversation to a person of the company, or to nobody.
func hand(tx *Tx, company, conversation, user clearline.ID) error {
	if user != 0 {
		var one int64
		found, err := tx.get(`SELECT 1 FROM users WHERE company_id = $1 AND user_id = $2`, []any{company, user}, &one)
		if err != nil {
			return err
		}
		if !found {
			return &clearline.Problem{Cause: clearline.CauseInput, Title: "There is nobody with this id.", Detail: "Nothing was changed. Assign the conversation to somebody who is listed under users, or to null for nobody.",
				Fields: []clearline.FieldProblem{{Name: "assignee", Reason: "not a person of this company"}}}
		}
	}
	_, err := tx.exec(`UPDATE conversations SET assignee_id = $3 WHERE company_id = $1 AND conversation_id = $2`, company, conversation, orNull(user))
	return err
}

// assignIfFree gives a conversation that nobody has to a person.
func assignIfFree(tx *Tx, company, conversation, user clearline.ID) error {
	changed, err := tx.exec(`UPDATE conversations SET assignee_id = $3 WHERE company_id = $1 AND conversation_id = $2 AND assignee_id IS NULL`, company, conversation, user)
	if err == nil && changed > 0 {
		tx.change(company, clearline.ConversationChanged, conversation, conversation)
	}
	return err
}

// MarkUnread makes a conversation unread from one of the person's messages on; 0 takes their last one.
func (s *Store) MarkUnread(ctx context.Context, company, conversation, message clearline.ID) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var one int64
		found, err := tx.get(`SELECT 1 FROM conversations WHERE company_id = $1 AND conversation_id = $2`, []any{company, conversation}, &one)
		if err != nil || !found {
			return orAbsent(err)
		}
		var at, id int64
		const theirs = `direction = 'in' AND kind NOT IN ('reaction', 'system')`
		if message == 0 {
			found, err = tx.get(`SELECT at, message_id FROM messages WHERE company_id = $1 AND conversation_id = $2 AND `+theirs+` ORDER BY at DESC, message_id DESC LIMIT 1`,
				[]any{company, conversation}, &at, &id)
		} else {
			found, err = tx.get(`SELECT at, message_id FROM messages WHERE company_id = $1 AND conversation_id = $2 AND message_id = $3 AND `+theirs, []any{company, conversation, message}, &at, &id)
		}
		if err != nil {
			return err
		}
		if !found {
			return &clearline.Problem{Cause: clearline.CauseInput, Title: "There is nothing of the customer to mark as unread.",
				Detail: "Only what the customer wrote in this conversation can be unread. Nothing was changed.",
				Fields: []clearline.FieldProblem{{Name: "message_id", Reason: "not a message of the customer in this conversation"}}}
		}
		var unread int64
		if _, err := tx.get(`SELECT COUNT(*) FROM messages WHERE company_id = $1 AND conversation_id = $2 AND (at > $3 OR at = $3 AND message_id >= $4) AND `+theirs,
			[]any{company, conversation, at, id}, &unread); err != nil {
			return err
		}
		changed, err := tx.exec(`UPDATE conversations SET unread = $3 WHERE company_id = $1 AND conversation_id = $2 AND unread <> $3`, company, conversation, unread)
		if err == nil && changed > 0 {
			tx.change(company, clearline.ConversationChanged, conversation, conversation)
		}
		return err
	})
}
