package app

import "testing"

// C16: a platform at such an address is a simulator, which reaches this server without the internet.
func TestLocalPlatforms(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]bool{
		"http://127.0.0.1:8090/graph": true, "http://[::1]:1": true, "http://localhost:80": true, "https://graph.test:8443": true, "https://GRAPH.Test.": true, "http://10.1.2.3": true,
		"https://graph.facebook.com": false, "https://attest.com": false, "https://test.example.org": false, "https://198.41.0.4": false, "": false, "::": false,
	} {
		if local(base) != want {
			t.Errorf("%q: %t", base, !want)
		}
	}
}
