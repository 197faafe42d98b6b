package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
)

// Draft is what somebody has begun to write in a conversation. Only its writer reads it.
type Draft struct {
	CompanyID, ConversationID, UserID clearline.ID
	Text                              string
	ReplyTo                           clearline.ID
	// Media are the ids of uploaded files.
	Media     []clearline.ID
	UpdatedAt time.Time
}

// Empty tells whether there is nothing to keep.
func (d Draft) Empty() bool { return d.Text == "" && len(d.Media) == 0 }

// KeepDraft stores a draft, or removes it when it is empty. One that is older than what is kept changes nothing:
// what was typed last stays, whichever browser's word comes last. Colleagues hear of a draft when it begins and
// when it ends, not of every word.
func (s *Store) KeepDraft(ctx context.Context, d Draft) error {
	media, err := json.Marshal(d.Media)
	if err != nil {
		return err
	}
	return s.call(ctx, []clearline.ID{d.CompanyID}, func(tx *Tx) error {
		var one, before int64
		found, err := tx.get(`SELECT 1 FROM conversations WHERE company_id = $1 AND conversation_id = $2`, []any{d.CompanyID, d.ConversationID}, &one)
		if err != nil || !found {
			return orAbsent(err)
		}
		had, err := tx.get(`SELECT updated_at FROM drafts WHERE company_id = $1 AND conversation_id = $2 AND user_id = $3`, []any{d.CompanyID, d.ConversationID, d.UserID}, &before)
		if err != nil || had && before > millis(d.UpdatedAt) {
			return err
		}
		switch {
		case d.Empty() && !had:
			return nil
		case d.Empty():
			_, err = tx.exec(`DELETE FROM drafts WHERE company_id = $1 AND conversation_id = $2 AND user_id = $3`, d.CompanyID, d.ConversationID, d.UserID)
		default:
			_, err = tx.exec(`INSERT INTO drafts (company_id, conversation_id, user_id, text, reply_to, media, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (company_id, conversation_id, user_id) DO UPDATE SET text = excluded.text, reply_to = excluded.reply_to, media = excluded.media, updated_at = excluded.updated_at`,
				d.CompanyID, d.ConversationID, d.UserID, d.Text, d.ReplyTo, string(media), d.UpdatedAt)
		}
		if err == nil && had == d.Empty() {
			tx.change(d.CompanyID, clearline.ConversationChanged, d.ConversationID, d.ConversationID)
		}
		return err
	})
}

// Drafts are one person's drafts, the newest first.
func (s *Store) Drafts(ctx context.Context, company, user clearline.ID, limit int) ([]Draft, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT conversation_id, text, reply_to, media, updated_at FROM drafts WHERE company_id = $1 AND user_id = $2
		ORDER BY updated_at DESC, conversation_id DESC LIMIT $3`, company, user, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Draft
	for rows.Next() {
		d := Draft{CompanyID: company, UserID: user}
		var media string
		var at int64
		if err := rows.Scan(&d.ConversationID, &d.Text, &d.ReplyTo, &media, &at); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(media), &d.Media); err != nil {
			return nil, err
		}
		d.UpdatedAt = moment(at)
		all = append(all, d)
	}
	return all, rows.Err()
}

// fillDrafting tells who has begun to write in these conversations.
func (s *Store) fillDrafting(ctx context.Context, company clearline.ID, all []ConversationRow) error {
	at, in, args := byConversation(all)
	rows, err := s.read.QueryContext(ctx, `SELECT d.conversation_id, d.user_id, u.name FROM drafts d JOIN users u ON u.company_id = d.company_id AND u.user_id = d.user_id
		WHERE d.company_id = $1 AND d.conversation_id IN (`+in+`) ORDER BY d.conversation_id, d.user_id`, append([]any{company}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var conversation clearline.ID
		var u clearline.User
		if err := rows.Scan(&conversation, &u.ID, &u.Name); err != nil {
			return err
		}
		c := &all[at[conversation]]
		c.Drafting = append(c.Drafting, u)
	}
	return rows.Err()
}

// byConversation is where each conversation stands, and a list of their ids for a statement whose first
// argument is the company.
func byConversation(all []ConversationRow) (at map[clearline.ID]int, in string, args []any) {
	at = make(map[clearline.ID]int, len(all))
	ids := make([]clearline.ID, len(all))
	for i, c := range all {
		at[c.ID], ids[i] = i, c.ID
	}
	in, args = inList(2, ids)
	return at, in, args
}
