package whatsapp

import "testing"

// I16: the ways of writing one mobile number share a key; nothing else does.
func TestPhoneKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, a, b string
		same       bool
	}{
		{"Brazil, ninth digit", "553188887777", "5531988887777", true},
		{"Brazil, old mobile beginning with 6", "551166665555", "5511966665555", true},
		{"Brazil, landline is no mobile", "551133334444", "5511933334444", false},
		{"Brazil, other area", "553188887777", "5521988887777", false},
		{"Mexico, 1 after the country code", "5215512345678", "525512345678", true},
		{"Mexico, other number", "5215512345678", "525512345679", false},
		{"Argentina, 9 after the country code", "5491155551234", "541155551234", true},
		{"Argentina, other number", "5491155551234", "541155551235", false},
		{"Germany begins with 49, not with 54", "4915512345678", "495512345678", false},
		{"North America, 1521…", "15215551234", "1525551234", false},
		{"a number that only begins like Brazil's, too short", "5531888877", "55319888877", false},
		{"a number that only begins like Mexico's, too long", "52155123456789", "5255123456789", false},
		{"a number that only begins like Argentina's, too short", "54115555123", "549115555123", false},
		{"Peru 51 9…", "51987654321", "5187654321", false},
	} {
		if got := PhoneKey(c.a) == PhoneKey(c.b); got != c.same {
			t.Errorf("%s: %s and %s: same = %v", c.what, PhoneKey(c.a), PhoneKey(c.b), got)
		}
	}
	for _, number := range []string{"553188887777", "5215512345678", "541155551234", "12025550100"} {
		key := PhoneKey(number)
		if again := PhoneKey(key[len(keyPhone):]); again != key {
			t.Errorf("%s: the key of the key is %s", key, again)
		}
	}
	if BSUIDKey("US.1") == PhoneKey("1") || BSUIDKey("US.1") != "bsuid:US.1" {
		t.Error(BSUIDKey("US.1"))
	}
}
