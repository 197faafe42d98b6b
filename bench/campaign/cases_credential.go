package campaign

import "net/http"

// credentials are about the token. The platform says so on the next send; nothing else may.
func credentials() []Case {
	staged := func(name, cause string, more map[string]any) Case {
		return Case{Name: name, Cause: cause, Words: true,
			Set: func(s *stage) error {
				if _, err := s.with(); err != nil {
					return err
				}
				f := map[string]any{"cause": cause, "account": s.Account.PhoneNumberID}
				for k, v := range more {
					f[k] = v
				}
				return s.fault(f)
			},
			Show: (*stage).send,
			Hand: "a new token is pasted", Mend: (*stage).newToken}
	}
	revoked := staged("auth-revoked", "auth.revoked", nil)
	revoked.Also = []string{"hook.off"} // the app was removed, and with it its subscription
	// These tokens can still send, so only looking tells.
	silent := func(c Case) Case {
		c.Show, c.Silent = nil, true
		return c
	}
	return []Case{
		staged("auth-expired", "auth.expired", nil),
		revoked,
		staged("auth-password", "auth.password", nil),
		staged("auth-scope-messaging", "auth.scope", map[string]any{"scope": "whatsapp_business_messaging"}),
		silent(staged("auth-scope-management", "auth.scope", map[string]any{"scope": "whatsapp_business_management"})),
		staged("auth-garbage", "auth.invalid", nil),
		silent(staged("auth-other-app", "auth.invalid", map[string]any{"at": "app"})),
		staged("auth-asset", "auth.asset", nil),
	}
}

// newToken has the platform make another token, and pastes it as its owner would: the reconnect goes on by itself then.
func (s *stage) newToken() error {
	var made struct {
		Token string `json:"token"`
	}
	if err := s.control(http.MethodPost, "/accounts/"+s.Account.PhoneNumberID+"/tokens", map[string]any{}, &made); err != nil {
		return err
	}
	s.Account.Token = made.Token
	if err := s.noProcedures(s.Product); err != nil {
		return err
	}
	var p struct{ ID, Status string }
	if err := s.api(http.MethodPost, "/procedures", map[string]any{"platform": "whatsapp", "way": "reconnect", "connection_id": s.connection}, &p); err != nil {
		return err
	}
	at := "/procedures/" + p.ID
	if err := s.api(http.MethodPost, at+"/steps/token", map[string]any{"token": made.Token}, nil); err != nil {
		return err
	}
	return s.wait(s.within, "the reconnect has ended, or waits for somebody", func() (bool, error) {
		err := s.api(http.MethodGet, at, nil, &p)
		return p.Status != "running", err
	})
}

// noProcedures gives up what an earlier case of a company began and did not end.
func (s *stage) noProcedures(of *Caller) error {
	var open page[struct{ ID string }]
	if err := of.do(s.ctx, http.MethodGet, "/procedures", nil, &open); err != nil {
		return err
	}
	for _, p := range open.Items {
		if err := of.do(s.ctx, http.MethodDelete, "/procedures/"+p.ID, nil, nil); err != nil && refusalOf(err).Status != http.StatusConflict {
			return err
		}
	}
	return nil
}

// manual is what somebody enters to connect a number by the manual way.
func (s *stage) manual(a Account) map[string]any {
	return map[string]any{"platform": "whatsapp", "phone_number_id": a.PhoneNumberID, "waba_id": a.WABAID, "token": a.Token, "app_id": a.AppID,
		"app_secret": a.AppSecret, "verify_token": a.VerifyToken}
}
