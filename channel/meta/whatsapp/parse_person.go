package whatsapp

import (
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// handle is how a payload names somebody: a phone number, a business-scoped user id, or both.
type handle struct{ phone, bsuid string }

// handleOf reads the two ways of naming somebody. A person with a username may have no number: then it is
// missing, empty, or (field) the user id stands in its place.
func handleOf(phone, bsuid meta.Value) handle {
	h := handle{phone: phone.Text(), bsuid: bsuid.Text()}
	if h.phone != "" && !digits(h.phone) {
		if number := onlyDigits(h.phone); h.phone[0] == '+' && digits(number) {
			h.phone = number
		} else {
			if h.bsuid == "" {
				h.bsuid = h.phone
			}
			h.phone = ""
		}
	}
	if len(h.bsuid) > maxBSUID {
		h.bsuid = ""
	}
	return h
}

func (h handle) empty() bool { return h.phone == "" && h.bsuid == "" }

// contactOf finds the card of h among the value's contacts. A lone card belongs to an element that names
// nobody, and fills in the way of naming that the element leaves out.
func contactOf(contacts meta.Value, h *handle) (card meta.Value) {
	n := 0
	for it := contacts.Items(); it.Next(); n++ {
		c := it.Value()
		phone, bsuid := c.Get("wa_id"), c.Get("user_id")
		if (h.phone != "" && phone.Is(h.phone)) || (h.bsuid != "" && (bsuid.Is(h.bsuid) || phone.Is(h.bsuid))) {
			card = c
			break
		}
		if h.empty() && n == 0 {
			card = c
		}
	}
	if h.empty() && n > 1 {
		return meta.Value{}
	}
	if other := handleOf(card.Get("wa_id"), card.Get("user_id")); card.Given() {
		if h.phone == "" {
			h.phone = other.phone
		}
		if h.bsuid == "" {
			h.bsuid = other.bsuid
		}
	}
	return card
}

// person makes the other side of an element from its handle and card. ok is false when nobody is named.
func person(contacts meta.Value, h handle) (who channel.Person, ok bool) {
	card := contactOf(contacts, &h)
	if h.empty() {
		return who, false
	}
	profile := card.Get("profile")
	who.Name = profile.Get("name").Text()
	if h.bsuid != "" {
		who.Keys = append(make([]string, 0, 2), BSUIDKey(h.bsuid))
		who.SendTo = h.bsuid
		who.Shown = h.bsuid
		if name := profile.Get("username").Text(); name != "" {
			who.Shown = "@" + name
		}
	}
	if h.phone != "" {
		who.Keys = append(who.Keys, PhoneKey(h.phone))
		who.SendTo = h.phone
		who.Shown = "+" + h.phone
	}
	return who, true
}

// group is the party of a group's message.
func group(id string) channel.Person {
	return channel.Person{Keys: []string{keyGroup + id}, SendTo: keyGroup + id, Shown: id}
}
