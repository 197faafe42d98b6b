package store_test

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/clearline/clearline/store/storetest"
)

// shuffles is how many orders of one conversation's events are played on SQLite; CLEARLINE_SHUFFLES overrides it.
// A shuffle is some 15 events, or 70 statements: about 0.8 ms of one processor.
func shuffles(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("CLEARLINE_SHUFFLES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("CLEARLINE_SHUFFLES: %v", err)
		}
		return n
	}
	if raceDetector || testing.Short() {
		return 3_000
	}
	return 200_000
}

// I8, I17, I18, I32: whatever the order and however often, the events of a conversation give one state.
func TestShufflesSQLite(t *testing.T) {
	t.Parallel()
	play(t, storetest.SQLite, shuffles(t))
}

func TestShufflesPostgreSQL(t *testing.T) {
	t.Parallel()
	play(t, storetest.PostgreSQL, min(2_000, shuffles(t)/5+1))
}

// play spreads n shuffles over a database for each processor, and begins new ones before they grow large.
func play(t *testing.T, e storetest.Engine, n int) {
	const most = 1_000
	workers := runtime.GOMAXPROCS(0)
	each := min((n+workers-1)/workers, most)
	parts := make(chan uint64)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for seed := range parts {
				// A subtest, so that a part's database goes with the part.
				t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
					difference, err := storetest.NewShuffler(t, e, seed).Run(each)
					if err != nil {
						t.Error(err)
					}
					if difference != "" {
						t.Error(difference)
					}
				})
			}
		})
	}
	for seed := range (n + each - 1) / each {
		parts <- uint64(seed)
	}
	close(parts)
	wg.Wait()
}

// Wrong rules, planted beside the store as triggers, must be found within few shuffles: else the shuffles prove
// nothing.
func TestShufflesFindPlantedFaults(t *testing.T) {
	t.Parallel()
	for name, trigger := range map[string]string{
		"a late sent lowers read": `CREATE TRIGGER planted AFTER INSERT ON statuses WHEN NEW.status = 'sent' BEGIN
			UPDATE messages SET status = 'sent' WHERE company_id = NEW.company_id AND message_id = NEW.message_id; END`,
		"the last edit to arrive wins": `CREATE TRIGGER planted AFTER INSERT ON revisions WHEN NEW.kind = 'edit' BEGIN
			UPDATE messages SET text = NEW.text WHERE company_id = NEW.company_id AND message_id = NEW.message_id; END`,
		"the last reaction to arrive wins": `CREATE TRIGGER planted AFTER INSERT ON messages WHEN NEW.kind = 'reaction' BEGIN
			UPDATE messages SET reactions = '[{"emoji":"' || NEW.text || '"}]' WHERE company_id = NEW.company_id AND platform_id = NEW.reply_platform; END`,
		"a duplicate counts as unread": `CREATE TRIGGER planted BEFORE INSERT ON messages
			WHEN EXISTS (SELECT 1 FROM messages o WHERE o.company_id = NEW.company_id AND o.connection_id = NEW.connection_id AND o.platform_id = NEW.platform_id) BEGIN
			UPDATE conversations SET unread = unread + 1 WHERE company_id = NEW.company_id AND conversation_id = NEW.conversation_id; END`,
		"an early reference is forgotten": `CREATE TRIGGER planted AFTER INSERT ON early WHEN NEW.kind = 'status' BEGIN
			DELETE FROM early WHERE target = NEW.target AND kind = NEW.kind AND key = NEW.key; END`,
		"an answer known late leaves the person waiting": `CREATE TRIGGER planted AFTER UPDATE OF answered_at ON conversations
			WHEN NEW.answered_at <> OLD.answered_at AND OLD.last_at > NEW.answered_at BEGIN
			UPDATE conversations SET answered_at = OLD.answered_at WHERE company_id = NEW.company_id AND conversation_id = NEW.conversation_id; END`,
		"the last text to arrive is the last of the thread": `CREATE TRIGGER planted AFTER INSERT ON messages WHEN NEW.direction = 'in' AND NEW.kind = 'text' BEGIN
			UPDATE conversations SET last_at = 0 WHERE company_id = NEW.company_id AND conversation_id = NEW.conversation_id; END`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.NewShuffler(t, storetest.SQLite, 1)
			if _, err := s.SQL().Exec(trigger); err != nil {
				t.Fatal(err)
			}
			difference, err := s.Run(500)
			if err != nil {
				t.Fatal(err)
			}
			if difference == "" {
				t.Error("500 shuffles did not find it")
			}
		})
	}
}
