package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/clearline/clearline"
)

// AddCompany makes a company with its change log at 0.
func (s *Store) AddCompany(ctx context.Context, name string) (clearline.Company, error) {
	c := clearline.Company{ID: s.ids.Next(), Name: name, CreatedAt: s.clock.Now().UTC()}
	return c, s.call(ctx, nil, func(tx *Tx) error { return tx.insertCompany(c) })
}

// insertCompany makes a company and lets the transaction write for it: nobody else can know it yet.
func (tx *Tx) insertCompany(c clearline.Company) error {
	if _, err := tx.exec(`INSERT INTO companies (company_id, name, created_at) VALUES ($1, $2, $3)`, c.ID, c.Name, c.CreatedAt); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO counters (company_id, n) VALUES ($1, 0)`, c.ID); err != nil {
		return err
	}
	tx.companies[c.ID] = &companyTx{seen: map[changeKey]bool{}}
	tx.order = append(tx.order, c.ID)
	return nil
}

// RenameCompany gives a company another name.
func (s *Store) RenameCompany(ctx context.Context, id clearline.ID, name string) error {
	return s.call(ctx, []clearline.ID{id}, func(tx *Tx) error {
		changed, err := tx.exec(`UPDATE companies SET name = $2 WHERE company_id = $1`, id, name)
		if err == nil && changed == 0 {
			err = ErrAbsent
		}
		if err == nil {
			tx.change(id, clearline.CompanyChanged, id, 0)
		}
		return err
	})
}

// Companies are all companies, the oldest first, without the installation.
func (s *Store) Companies(ctx context.Context) ([]clearline.Company, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT company_id, name, created_at FROM companies WHERE company_id <> 0 ORDER BY company_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.Company
	for rows.Next() {
		var c clearline.Company
		var at int64
		if err := rows.Scan(&c.ID, &c.Name, &at); err != nil {
			return nil, err
		}
		c.CreatedAt = moment(at)
		all = append(all, c)
	}
	return all, rows.Err()
}

// Company reads one company.
func (s *Store) Company(ctx context.Context, id clearline.ID) (c clearline.Company, err error) {
	var at int64
	err = s.read.QueryRowContext(ctx, `SELECT company_id, name, created_at FROM companies WHERE company_id = $1`, id).Scan(&c.ID, &c.Name, &at)
	c.CreatedAt = moment(at)
	return c, absent(err)
}

// ErrAbsent means that there is no such row in this company; another company's row is just as absent (I57).
var ErrAbsent = &clearline.Problem{Cause: clearline.CauseAbsent, Title: "There is nothing with this id.",
	Detail: "It may have been removed, or the id may be mistyped. Ask for the list to see what there is."}

func absent(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrAbsent
	}
	return err
}
