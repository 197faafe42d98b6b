package store_test

import (
	"testing"

	"github.com/clearline/clearline/store/storetest"
)

func TestSQLite(t *testing.T) { t.Parallel(); storetest.Run(t, storetest.SQLite) }

func TestPostgreSQL(t *testing.T) { t.Parallel(); storetest.Run(t, storetest.PostgreSQL) }
