package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/clearline/clearline"
)

// SearchSpace is what a segment of the search index is about.
type SearchSpace string

// The spaces: ids of messages, and ids of conversations under the names and addresses of their people.
const (
	SearchMessages SearchSpace = "messages"
	SearchPeople   SearchSpace = "people"
)

// SearchProgress is how far a company's search index has come; see search_progress in the schema.
type SearchProgress struct {
	Version       int64
	N             int64
	MessagesBelow clearline.ID
	PeopleBelow   clearline.ID
	Epoch         int64
}

// SearchSegment is an unchanging part of the index.
type SearchSegment struct {
	ID        clearline.ID
	Space     SearchSpace
	Docs      int
	Low, High clearline.ID
}

// SearchPage is a page of a segment: the first term in it, where in that term's list it begins, and its body.
type SearchPage struct {
	Term  []byte
	Place int64
	Body  []byte
}

// SearchIndex is the state of a company's index at one moment: all of it comes from one statement.
type SearchIndex struct {
	Progress SearchProgress
	// Known is false before the index was begun.
	Known    bool
	Segments []SearchSegment
}

// SearchIndex reads which segments are live and what they cover, the highest ids first.
func (s *Store) SearchIndex(ctx context.Context, company clearline.ID) (x SearchIndex, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT p.version, p.n, p.messages_below, p.people_below, p.epoch, g.segment_id, g.space, g.docs, g.low, g.high
		FROM search_progress p LEFT JOIN search_segments g ON g.company_id = p.company_id AND g.state = 'live'
		WHERE p.company_id = $1 ORDER BY g.high DESC, g.segment_id DESC`, company)
	if err != nil {
		return x, err
	}
	defer rows.Close()
	for rows.Next() {
		x.Known = true
		var id, docs, low, high sql.NullInt64
		var space sql.NullString
		p := &x.Progress
		if err := rows.Scan(&p.Version, &p.N, &p.MessagesBelow, &p.PeopleBelow, &p.Epoch, &id, &space, &docs, &low, &high); err != nil {
			return x, err
		}
		if id.Valid {
			x.Segments = append(x.Segments, SearchSegment{clearline.ID(id.Int64), SearchSpace(space.String), int(docs.Int64), clearline.ID(low.Int64), clearline.ID(high.Int64)})
		}
	}
	return x, rows.Err()
}

// SearchGroup is how many segments are looked into with one statement.
const SearchGroup = 8

const pageColumns = `p.term, p.place, p.body`

// SearchPages finds in each of at most SearchGroup segments the page in which a place in a term's list lies, or
// would lie; a segment whose first page lies behind it is left out.
func (s *Store) SearchPages(ctx context.Context, company clearline.ID, segments []clearline.ID, term []byte, place int64) (map[clearline.ID]SearchPage, error) {
	if len(segments) == 0 {
		return nil, nil
	}
	args := make([]any, 0, SearchGroup+3)
	args = append(args, company, term, place)
	for _, id := range segments {
		args = append(args, id)
	}
	rows, err := s.read.QueryContext(ctx, searchPages[len(segments)-1], args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[clearline.ID]SearchPage, len(segments))
	for rows.Next() {
		var id clearline.ID
		var p SearchPage
		if err := rows.Scan(&id, &p.Term, &p.Place, &p.Body); err != nil {
			return nil, err
		}
		found[id] = p
	}
	return found, rows.Err()
}

// searchPages are the statements for one segment, two, … up to SearchGroup.
var searchPages = func() (texts [SearchGroup]string) {
	one := `SELECT * FROM (SELECT p.segment_id, ` + pageColumns + ` FROM search_pages p WHERE p.company_id = $1 AND p.segment_id = $# AND (p.term, p.place) <= ($2, $3)
		ORDER BY p.term DESC, p.place DESC LIMIT 1) AS s#`
	var all []string
	for i := range SearchGroup {
		all = append(all, strings.ReplaceAll(one, "#", strconv.Itoa(i+4)))
		texts[i] = strings.Join(all, " UNION ALL ")
	}
	return texts
}()

// SearchPage finds in one segment the page in which a place in a term's list lies, or would lie; false when the
// segment's first page lies behind it.
func (s *Store) SearchPage(ctx context.Context, company, segment clearline.ID, term []byte, place int64) (p SearchPage, found bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT `+pageColumns+` FROM search_pages p WHERE p.company_id = $1 AND p.segment_id = $2 AND (p.term, p.place) <= ($3, $4)
		ORDER BY p.term DESC, p.place DESC LIMIT 1`, company, segment, term, place).Scan(&p.Term, &p.Place, &p.Body)
	found, err = first(err)
	return p, found, err
}

// SearchRange reads at most limit pages of a segment from a place on, in order.
func (s *Store) SearchRange(ctx context.Context, company, segment clearline.ID, term []byte, place int64, limit int) ([]SearchPage, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+pageColumns+` FROM search_pages p WHERE p.company_id = $1 AND p.segment_id = $2 AND (p.term, p.place) >= ($3, $4)
		ORDER BY p.term, p.place LIMIT $5`, company, segment, term, place, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []SearchPage
	for rows.Next() {
		var p SearchPage
		if err := rows.Scan(&p.Term, &p.Place, &p.Body); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// NewSegment is a segment with its pages in order.
type NewSegment struct {
	SearchSegment
	Pages []SearchPage
}

// ErrSearchMoved means that another node has gone on with the index meanwhile: look at it anew.
var ErrSearchMoved = errors.New("store: the search index was continued elsewhere")

// searchWeight is what a slice of the index counts in a batch, so that not much else shares its transaction.
const searchWeight = 64

// searching runs a piece of index writing after what came in by webhook, without taking a company's counter row:
// it writes nothing that anybody else writes.
func (s *Store) searching(ctx context.Context, f func(tx *Tx) error) error {
	return s.submit(ctx, s.kinds.call, f, nil, searchWeight, searchWeight*1024, false)
}

// BeginSearch starts a company's index anew: from is where to begin, with the owner's epoch. What there was is dead.
func (s *Store) BeginSearch(ctx context.Context, company clearline.ID, from SearchProgress) error {
	return s.searching(ctx, func(tx *Tx) error {
		if _, err := tx.exec(`INSERT INTO search_progress (company_id, version, n, messages_below, people_below, epoch) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (company_id) DO UPDATE SET version = excluded.version, n = excluded.n, messages_below = excluded.messages_below,
			people_below = excluded.people_below, epoch = excluded.epoch`,
			company, from.Version, from.N, from.MessagesBelow, from.PeopleBelow, from.Epoch); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE search_segments SET state = 'dead', dead_at = $2 WHERE company_id = $1 AND state <> 'dead'`, company, tx.now)
		return err
	})
}

// OwnSearch takes a company's index over: whoever had it before can write no more. Segments that were being built
// are given up.
func (s *Store) OwnSearch(ctx context.Context, company clearline.ID, epoch int64) error {
	return s.searching(ctx, func(tx *Tx) error {
		if _, err := tx.exec(`UPDATE search_progress SET epoch = $2 WHERE company_id = $1 AND epoch < $2`, company, epoch); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE search_segments SET state = 'dead', dead_at = $2 WHERE company_id = $1 AND state = 'building'`, company, tx.now)
		return err
	})
}

// AdvanceSearch adds segments and moves the progress on, in one transaction. ErrSearchMoved when it no longer is
// where it was.
func (s *Store) AdvanceSearch(ctx context.Context, company clearline.ID, from, to SearchProgress, add []NewSegment) error {
	return s.searching(ctx, func(tx *Tx) error {
		changed, err := tx.exec(`UPDATE search_progress SET n = $6, messages_below = $7, people_below = $8
			WHERE company_id = $1 AND n = $2 AND messages_below = $3 AND people_below = $4 AND epoch = $5`,
			company, from.N, from.MessagesBelow, from.PeopleBelow, from.Epoch, to.N, to.MessagesBelow, to.PeopleBelow)
		if err == nil && changed == 0 {
			err = ErrSearchMoved
		}
		if err != nil {
			return err
		}
		for _, g := range add {
			if err := addSegment(tx, company, g.SearchSegment, "live"); err != nil {
				return err
			}
			if err := addPages(tx, company, g.ID, g.Pages); err != nil {
				return err
			}
		}
		return nil
	})
}

func addSegment(tx *Tx, company clearline.ID, g SearchSegment, state string) error {
	return tx.insert(`INSERT INTO search_segments (company_id, segment_id, space, state, docs, low, high) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		[][]any{{company, g.ID, string(g.Space), state, g.Docs, g.Low, g.High}})
}

func addPages(tx *Tx, company, segment clearline.ID, pages []SearchPage) error {
	rows := make([][]any, len(pages))
	for i, p := range pages {
		rows[i] = []any{company, segment, p.Term, p.Place, p.Body}
	}
	return tx.insert(`INSERT INTO search_pages (company_id, segment_id, term, place, body) VALUES ($1, $2, $3, $4, $5)`, rows)
}

// BuildSegment adds pages to a segment under construction, which nobody sees before SwapSegments.
func (s *Store) BuildSegment(ctx context.Context, company clearline.ID, g NewSegment, begin bool) error {
	return s.searching(ctx, func(tx *Tx) error { return build(tx, company, g, begin) })
}

func build(tx *Tx, company clearline.ID, g NewSegment, begin bool) error {
	if begin {
		if err := addSegment(tx, company, g.SearchSegment, "building"); err != nil {
			return err
		}
	}
	return addPages(tx, company, g.ID, g.Pages)
}

// SwapSegments adds the last pages of a segment and lets it take the place of those it was merged from. begin tells
// that these pages are the first too. ErrSearchMoved when the owner is another by now.
func (s *Store) SwapSegments(ctx context.Context, company clearline.ID, epoch int64, g NewSegment, begin bool, merged []clearline.ID) error {
	return s.searching(ctx, func(tx *Tx) error {
		if err := build(tx, company, g, begin); err != nil {
			return err
		}
		changed, err := tx.exec(`UPDATE search_segments SET state = 'live' WHERE company_id = $1 AND segment_id = $2 AND state = 'building'
			AND EXISTS (SELECT 1 FROM search_progress WHERE company_id = $1 AND epoch = $3)`, company, g.ID, epoch)
		if err != nil {
			return err
		}
		if changed == 0 {
			return ErrSearchMoved
		}
		rows := make([][]any, len(merged))
		for i, id := range merged {
			rows[i] = []any{company, id, tx.now}
		}
		return tx.each(`UPDATE search_segments SET state = 'dead', dead_at = $3 WHERE company_id = $1 AND segment_id = $2 AND state = 'live'`, rows, func(_ int, changed int64, _ scanFunc) error {
			if changed == 0 {
				return ErrSearchMoved
			}
			return nil
		})
	})
}

// BurySegments removes a slice of the pages of segments that died before a moment, and tells whether there is more.
func (s *Store) BurySegments(ctx context.Context, company clearline.ID, before time.Time) (more bool, err error) {
	var id clearline.ID
	err = s.read.QueryRowContext(ctx, `SELECT segment_id FROM search_segments WHERE company_id = $1 AND state = 'dead' AND dead_at < $2 LIMIT 1`, company, millis(before)).Scan(&id)
	if found, err := first(err); err != nil || !found {
		return false, err
	}
	err = s.searching(ctx, func(tx *Tx) error {
		changed, err := tx.exec(`DELETE FROM search_pages WHERE company_id = $1 AND segment_id = $2 AND (term, place) IN
			(SELECT term, place FROM search_pages WHERE company_id = $1 AND segment_id = $2 LIMIT $3)`, company, id, buriedPages)
		if err != nil || changed == buriedPages {
			return err
		}
		_, err = tx.exec(`DELETE FROM search_segments WHERE company_id = $1 AND segment_id = $2`, company, id)
		return err
	})
	return err == nil, err
}

// buriedPages is how many pages one transaction removes.
const buriedPages = 200
