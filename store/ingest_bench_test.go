package store_test

import (
	"testing"

	"github.com/clearline/clearline/store/storetest"
)

// The rates here leave out HTTP, signature and parsing; `clearline bench inbound` measures the whole.
func BenchmarkIngestSQLite(b *testing.B)     { storetest.BenchmarkIngest(b, storetest.SQLite) }
func BenchmarkIngestPostgreSQL(b *testing.B) { storetest.BenchmarkIngest(b, storetest.PostgreSQL) }
