package store

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// NoRoom tells whether an error says that the disk of the database is full.
func NoRoom(err error) bool {
	var se *sqlitedriver.Error
	if errors.As(err, &se) {
		return se.Code()&0xff == sqlite3.SQLITE_FULL
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code == "53100"
	}
	return errors.Is(err, syscall.ENOSPC)
}

// connectionLost tells whether an error says that the database itself cannot be used now (gone, full,
// read-only, shutting down), rather than that a statement was wrong.
func connectionLost(err error) bool {
	var se *sqlitedriver.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
			sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return true
		}
		return false
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		// 08 connection, 53 resources, 57 operator intervention, 58 system error, 25006 read-only.
		for _, class := range []string{"08", "53", "57", "58"} {
			if strings.HasPrefix(pe.Code, class) {
				return true
			}
		}
		return pe.Code == "25006"
	}
	var ne net.Error
	var ce *pgconn.ConnectError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &ne) || errors.As(err, &ce) || strings.Contains(err.Error(), "conn closed")
}
