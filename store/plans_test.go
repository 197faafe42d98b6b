package store

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var numbered = regexp.MustCompile(`\$\d+`)

// Every statement that looks for few of a company's many rows finds them by what tells them apart, not by the company.
func TestPlansUseTheWholeKey(t *testing.T) {
	t.Parallel()
	d := sqlite{filepath.Join(t.TempDir(), "plans.db")}
	for range 2 { // the second time the statistics are there
		if err := migrate(context.Background(), d, nil); err != nil {
			t.Fatal(err)
		}
	}
	db, err := d.openReaders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	mine := chosen(ViewMine, 7)
	for name, c := range map[string]struct{ text, plan string }{
		"done":      {selectConversation + ` WHERE c.company_id = 1 AND ` + chosen(ViewDone, 7).found + ` ORDER BY c.last_at + 0 DESC LIMIT 50`, "SEARCH c USING INDEX conversations_desk (company_id=? AND state=?)"},
		"mine":      {selectConversation + ` WHERE c.company_id = 1 AND ` + mine.found + ` ORDER BY c.last_at + 0 DESC LIMIT 50`, "SEARCH c USING INDEX conversations_desk (company_id=? AND state=? AND assignee_id=?)"},
		"newest":    {selectConversation + ` WHERE c.company_id = 1 ORDER BY c.last_at DESC, c.conversation_id DESC LIMIT 50`, "SEARCH c USING INDEX conversations_newest (company_id=?)"},
		"thread":    {`SELECT m.text FROM messages m WHERE m.company_id = 1 AND m.conversation_id = 2 ORDER BY m.at DESC, m.message_id DESC LIMIT 50`, "SEARCH m USING INDEX messages_thread (company_id=? AND conversation_id=?)"},
		"replies":   {`SELECT m.message_id FROM connections k JOIN messages m ON m.company_id = k.company_id AND m.connection_id = k.connection_id WHERE k.company_id = 1 AND m.platform_id IN ('a', 'b')`, "SEARCH m USING INDEX messages_platform (company_id=? AND connection_id=? AND platform_id=?)"},
		"of an id":  {`SELECT m.text FROM messages m WHERE m.company_id = 1 AND m.message_id IN (1, 2, 3)`, "SEARCH m USING INDEX sqlite_autoindex_messages_1 (company_id=? AND message_id=?)"},
		"failed":    {`SELECT message_id FROM messages WHERE company_id = 1 AND message_id < 9 AND status = 'failed' ORDER BY message_id DESC LIMIT 50`, "USING COVERING INDEX messages_failed (company_id=? AND message_id<?)"},
		"waiting":   {`SELECT m.message_id FROM messages m WHERE m.company_id = 1 AND m.connection_id = 2 AND m.message_id > 3 AND m.status IN ('queued', 'held', 'sending', 'unknown') ORDER BY m.message_id LIMIT 9`, "USING INDEX messages_waiting (company_id=? AND connection_id=? AND message_id>?)"},
		"troubles":  {`SELECT conversation_id, message_id FROM messages WHERE company_id = 1 AND cause = 'a' AND message_id >= 3 AND ` + needsYou + ` ORDER BY message_id DESC LIMIT 9`, "USING COVERING INDEX messages_outcome (company_id=? AND cause=? AND message_id>?)"},
		"causes":    {`SELECT cause FROM messages WHERE company_id = 1 AND cause > 'a' AND ` + needsYou + ` ORDER BY cause LIMIT 1`, "USING COVERING INDEX messages_outcome (company_id=? AND cause>?)"},
		"held lane": {`SELECT connection_id, cause, next_try_at FROM messages WHERE company_id = 1 AND status = 'held' AND cause IS NOT NULL AND next_try_at > 2 ORDER BY connection_id, next_try_at LIMIT 9`, "USING INDEX messages_lane_held (company_id=?)"},
		"held":      {`SELECT message_id FROM messages WHERE company_id = 1 AND connection_id = 2 AND ` + numbered.ReplaceAllString(waits, "1") + ` ORDER BY message_id LIMIT 9`, "USING INDEX messages_waiting (company_id=? AND connection_id=?"},
		"resolved":  {`SELECT 1 FROM messages WHERE company_id = 1 AND resolved_at > 0 AND resolved_at >= 5 LIMIT 9`, "USING COVERING INDEX messages_resolved (company_id=? AND resolved_at>?)"},
		"receipts":  {`SELECT message_id FROM messages WHERE company_id = 1 AND status = 'sent' AND cause IS NULL AND (retried_at > 0 OR kept_ms > 0) ORDER BY message_id LIMIT 9`, "USING INDEX messages_receipt (company_id=?)"},
		"its rows":  {`SELECT conversation_id FROM messages WHERE company_id = 1 AND conversation_id IN (1, 2) AND ` + trouble, "USING INDEX messages_trouble (company_id=? AND conversation_id=?)"},
		"its files": {`SELECT name FROM media WHERE company_id = 1 AND message_id IN (1, 2)`, "USING INDEX media_message (company_id=? AND message_id=?)"},
		"a page":    {searchPages[0], "USING INDEX sqlite_autoindex_search_pages_1 (company_id=? AND segment_id=? AND (term,place)<(?,?))"},
	} {
		rows, err := db.Query("EXPLAIN QUERY PLAN " + numbered.ReplaceAllString(c.text, "1"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var lines []string
		for rows.Next() {
			var id, parent, unused int
			var line string
			if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		rows.Close()
		if got := strings.Join(lines, "; "); !strings.Contains(got, c.plan) || strings.Contains(got, "SCAN") {
			t.Errorf("%s is planned as %s", name, got)
		}
	}
}
