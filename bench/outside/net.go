package outside

import "errors"

// Net is the three together.
type Net struct {
	Names     *Names
	Authority *Authority
	sites     []*Site
}

// NewNet starts a net without sites.
func NewNet() (*Net, error) {
	names, err := NewNames()
	if err != nil {
		return nil, err
	}
	authority, err := NewAuthority()
	if err != nil {
		return nil, errors.Join(err, names.Close())
	}
	return &Net{Names: names, Authority: authority}, nil
}

// Site opens one.
func (n *Net) Site(name string) (*Site, error) {
	s, err := NewSite(name, n.Names, n.Authority)
	if err == nil {
		n.sites = append(n.sites, s)
	}
	return s, err
}

// Close ends all of it.
func (n *Net) Close() error {
	var errs []error
	for _, s := range n.sites {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, n.Names.Close())...)
}
