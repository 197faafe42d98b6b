package store

import "os"

// The gauges of what has a bound (I68): how much of it is used now, and how much there may be.

// Waiting is how many elements wait for the committers; above the limit the way in answers 503.
func (s *Store) Waiting() (elements, limit int64) {
	for _, c := range s.committers {
		elements += c.queued.Load()
	}
	return elements, int64(len(s.committers)) * queueElements
}

// PeopleCached is how many keys of people are remembered, to save looking them up.
func (s *Store) PeopleCached() (keys, limit int64) {
	s.people.mu.Lock()
	defer s.people.mu.Unlock()
	return int64(len(s.people.old) + len(s.people.new)), 2 * peopleCached
}

// Readers is how many connections are reading; whoever comes above the limit waits for one.
func (s *Store) Readers() (connections, limit int64) {
	stats := s.read.db.Stats()
	return int64(stats.InUse), int64(stats.MaxOpenConnections)
}

// WAL is how many bytes SQLite's write-ahead log takes on the disk; at the limit the commit that crosses it copies all of it, and
// a reader that does not end lets it grow further. On PostgreSQL both are 0: its log is the server's.
func (s *Store) WAL() (bytes, limit int64) {
	file, ok := s.dialect.(sqlite)
	if !ok {
		return 0, 0
	}
	limit = sqliteCheckpointPages * sqlitePageSize
	info, err := os.Stat(file.path + "-wal")
	if err != nil { // none yet
		return 0, limit
	}
	return info.Size(), limit
}
