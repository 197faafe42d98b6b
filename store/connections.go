package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// AddConnection stores a connection with its token sealed, and makes its account and its owner (WABA) this
// company's. An account that is live elsewhere is refused without naming where (I58).
func (s *Store) AddConnection(ctx context.Context, c clearline.Connection, app clearline.App, token string) (clearline.Connection, error) {
	fresh, created := s.ids.Next(), s.clock.Now().UTC()
	c.AppID = app.ID
	err := s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		c.ID, c.CreatedAt = fresh, created
		if err := claimAccount(tx, c, channel.AccountParent, c.Parent, 0); err != nil {
			return err
		}
		// An account that was connected here before comes back to its connection, and so to its conversations.
		var former, since int64
		found, err := tx.get(`SELECT connection_id, created_at FROM connections WHERE company_id = $1 AND platform = $2 AND account = $3 AND disconnected_at > 0
			ORDER BY connection_id DESC LIMIT 1`, []any{c.CompanyID, c.Platform, c.Account}, &former, &since)
		if err != nil {
			return err
		}
		if found {
			c.ID, c.CreatedAt = clearline.ID(former), moment(since)
			return s.revive(tx, c, app, token)
		}
		if _, err := tx.exec(`INSERT INTO connections (company_id, connection_id, platform, name, account, parent, app_company_id, app_id, token, per_second, created_at,
			phone, business, connecting_at, coexistence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, c.CompanyID, c.ID, c.Platform, c.Name, c.Account, c.Parent, app.CompanyID, app.ID,
			s.key.Seal([]byte(token), place("connections.token", c.CompanyID, c.ID)), c.ThroughputPerSecond, c.CreatedAt, c.Phone, c.Business, c.ConnectingAt, c.Coexistence); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO proofs (company_id, connection_id, checked_at, accepted_at, subscribed_at) VALUES ($1, $2, $3, $4, $5)`,
			c.CompanyID, c.ID, c.Proof.CheckedAt, c.Proof.AcceptedAt, c.Proof.SubscribedAt); err != nil {
			return err
		}
		if err := claimAccount(tx, c, channel.AccountNumber, c.Account, c.ID); err != nil {
			return err
		}
		tx.change(c.CompanyID, clearline.ConnectionChanged, c.ID, 0)
		return nil
	})
	return c, err
}

func claimAccount(tx *Tx, c clearline.Connection, kind channel.AccountKind, account string, connection clearline.ID) error {
	if account == "" {
		return nil
	}
	if _, err := tx.exec(`INSERT INTO accounts (platform, kind, account, company_id, connection_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (platform, kind, account) DO NOTHING`,
		c.Platform, string(kind), account, c.CompanyID, orNull(connection)); err != nil {
		return err
	}
	var company, owner int64
	if _, err := tx.get(`SELECT company_id, connection_id FROM accounts WHERE platform = $1 AND kind = $2 AND account = $3`,
		[]any{c.Platform, string(kind), account}, &company, &owner); err != nil {
		return err
	}
	if clearline.ID(company) != c.CompanyID {
		return &clearline.Problem{Cause: clearline.CauseWABATaken, Title: "This account is already used by another company on this server.",
			Detail: "Two inboxes on one account would answer the same people twice. Ask for its release there, or choose another account."}
	}
	if clearline.ID(owner) != connection {
		return &clearline.Problem{Cause: clearline.CauseConflict, Title: "This number is already connected here.",
			Detail: "Open the existing connection instead; to give it a new token, reconnect it."}
	}
	return nil
}

const selectConnection = `SELECT c.company_id, c.connection_id, c.platform, c.name, c.account, c.parent, c.app_id, c.per_second, c.paused_at, COALESCE(c.paused_by, 0), c.created_at,
	c.phone, c.business, c.connecting_at, c.disconnected_at, c.registered_at, c.coexistence,
	p.received_at, p.sent_at, p.checked_at, p.accepted_at, p.subscribed_at, p.lag_ms, p.spread_ms, p.bundles, p.cause, p.cause_at, p.inbound, p.inbound_at
	FROM connections c JOIN proofs p ON p.company_id = c.company_id AND p.connection_id = c.connection_id`

type scanner interface{ Scan(...any) error }

func scanConnection(row scanner) (c clearline.Connection, err error) {
	var paused, created, connecting, disconnected, registered, received, sent, checked, accepted, subscribed, lag, spread, causeAt, inboundAt int64
	err = row.Scan(&c.CompanyID, &c.ID, &c.Platform, &c.Name, &c.Account, &c.Parent, &c.AppID, &c.ThroughputPerSecond, &paused, &c.PausedBy, &created,
		&c.Phone, &c.Business, &connecting, &disconnected, &registered, &c.Coexistence,
		&received, &sent, &checked, &accepted, &subscribed, &lag, &spread, &c.Proof.Bundles, &c.Proof.Cause, &causeAt, &c.Proof.Inbound, &inboundAt)
	c.PausedAt, c.CreatedAt, c.ConnectingAt, c.DisconnectedAt, c.RegisteredAt = moment(paused), moment(created), moment(connecting), moment(disconnected), moment(registered)
	p := &c.Proof
	p.ReceivedAt, p.SentAt, p.CheckedAt, p.AcceptedAt = moment(received), moment(sent), moment(checked), moment(accepted)
	p.SubscribedAt, p.CauseAt, p.InboundAt = moment(subscribed), moment(causeAt), moment(inboundAt)
	p.Lag, p.Spread = time.Duration(lag)*time.Millisecond, time.Duration(spread)*time.Millisecond
	return c, err
}

// Connections are a company's connections, the oldest first.
func (s *Store) Connections(ctx context.Context, company clearline.ID) ([]clearline.Connection, error) {
	return s.connections(ctx, selectConnection+` WHERE c.company_id = $1 ORDER BY c.connection_id`, company)
}

// AllConnections are the connections of every company, for the workers that serve them.
func (s *Store) AllConnections(ctx context.Context) ([]clearline.Connection, error) {
	return s.connections(ctx, selectConnection+` ORDER BY c.company_id, c.connection_id`)
}

func (s *Store) connections(ctx context.Context, text string, args ...any) ([]clearline.Connection, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.Connection
	for rows.Next() {
		c, err := scanConnection(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// Connection reads one connection of a company.
func (s *Store) Connection(ctx context.Context, company, id clearline.ID) (clearline.Connection, error) {
	c, err := scanConnection(s.read.QueryRowContext(ctx, selectConnection+` WHERE c.company_id = $1 AND c.connection_id = $2`, company, id))
	return c, absent(err)
}

// Account opens what a leaf needs to act for a connection.
func (s *Store) Account(ctx context.Context, company, id clearline.ID) (a channel.Account, err error) {
	var token, secret []byte
	var appCompany, app clearline.ID
	err = s.read.QueryRowContext(ctx, `SELECT c.account, c.parent, c.token, a.company_id, a.app_id, a.platform_id, a.secret
		FROM connections c JOIN apps a ON a.company_id = c.app_company_id AND a.app_id = c.app_id
		WHERE c.company_id = $1 AND c.connection_id = $2`, company, id).Scan(&a.ID, &a.Parent, &token, &appCompany, &app, &a.AppID, &secret)
	if err != nil {
		return a, absent(err)
	}
	plain, err := s.key.Open(token, place("connections.token", company, id))
	if err != nil {
		return a, err
	}
	a.Token = string(plain)
	if plain, err = s.key.Open(secret, place("apps.secret", appCompany, app)); err != nil {
		return a, err
	}
	a.AppSecret = string(plain)
	return a, nil
}

// Route is whose an account is.
type Route struct {
	CompanyID    clearline.ID
	ConnectionID clearline.ID
	// AppID is the app whose events may reach the account, 0 for an account that owns several connections.
	AppID clearline.ID
}

// FindRoute looks up whose an account is; found is false for an account nobody connected.
func (s *Store) FindRoute(ctx context.Context, platform clearline.Platform, kind channel.AccountKind, account string) (r Route, found bool, err error) {
	var connection, app sql.NullInt64
	err = s.read.QueryRowContext(ctx, `SELECT a.company_id, a.connection_id, c.app_id FROM accounts a
		LEFT JOIN connections c ON c.company_id = a.company_id AND c.connection_id = a.connection_id
		WHERE a.platform = $1 AND a.kind = $2 AND a.account = $3`, string(platform), string(kind), account).Scan(&r.CompanyID, &connection, &app)
	r.ConnectionID, r.AppID = clearline.ID(connection.Int64), clearline.ID(app.Int64)
	found, err = first(err)
	return r, found, err
}

// ParentApps are the apps through which a company is connected to the owner of its accounts (a WABA).
func (s *Store) ParentApps(ctx context.Context, company clearline.ID, parent string) (map[clearline.ID]bool, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT app_id FROM connections WHERE company_id = $1 AND parent = $2`, company, parent)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	apps := map[clearline.ID]bool{}
	for rows.Next() {
		var id clearline.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		apps[id] = true
	}
	return apps, rows.Err()
}
