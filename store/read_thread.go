package store

import (
	"context"
	"slices"

	"github.com/clearline/clearline"
)

// NewerMessages lists a conversation's messages that follow a place in it, the newest first: the limit nearest
// to that place.
func (s *Store) NewerMessages(ctx context.Context, company, conversation clearline.ID, than Page, limit int) ([]clearline.Message, error) {
	all, err := s.messages(ctx, company, `SELECT `+messageColumns+` FROM messages m WHERE m.company_id = $1 AND m.conversation_id = $2
		AND (m.at, m.message_id) > ($3, $4) ORDER BY m.at, m.message_id LIMIT $5`, company, conversation, than.At, than.ID, limit)
	slices.Reverse(all)
	return all, err
}

// Place is where a message stands in its conversation; ErrAbsent when the conversation has no such message.
func (s *Store) Place(ctx context.Context, company, conversation, message clearline.ID) (Page, error) {
	p := Page{ID: message}
	err := s.read.QueryRowContext(ctx, `SELECT at FROM messages WHERE company_id = $1 AND message_id = $2 AND conversation_id = $3`,
		company, message, conversation).Scan(&p.At)
	return p, absent(err)
}
