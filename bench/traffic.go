package bench

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"sync/atomic"
)

// account is the WhatsApp number that the load speaks for, in the platform's words.
type account struct {
	PhoneNumberID string
	WABAID        string
	AppSecret     string
}

// traffic is what the customers write in one run. Everything about message n (who, which text, which id) follows from n and the
// run's tag, so neither the load nor the checker has to remember half a million texts.
type traffic struct {
	account account
	words   *vocabulary
	// run sets the ids of this run apart from any other's, also on a running installation.
	run uint32
	// people is the number of different senders, drawn at random for each message; 0: every message from a new contact.
	people uint64
	// firstPerson shifts the senders, so that two traffics of one run share no contact.
	firstPerson uint64
	// say gives the text of a message that is to say something certain, "" for words by chance; nil: all by chance. All of it must
	// lie in the basic plane.
	say  func(n uint64) string
	next atomic.Uint64
}

// person says who sends message n.
func (t *traffic) person(n uint64) uint64 {
	if t.people == 0 {
		return t.firstPerson + n
	}
	return t.firstPerson + mix(n^uint64(t.run)<<32)%t.people
}

// mix is the finaliser of splitmix64: it maps different numbers to different, random-looking ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unmix undoes mix, so that the checker can read a message's number from its id.
func unmix(x uint64) uint64 {
	x = (x ^ x>>31 ^ x>>62) * 0x319642b2d24d8ec3
	x = (x ^ x>>27 ^ x>>54) * 0x96de1b173f119089
	x = x ^ x>>30 ^ x>>60
	return x - 0x9e3779b97f4a7c15
}

// phonePrefixes are mobile ranges of countries whose numbers come in one form only (no Brazilian ninth digit and the like), so that
// the address in the API is the wa_id as sent. Seven digits follow.
var phonePrefixes = [...]string{"491520", "919845", "234803"}

// phone gives the wa_id of a person: different for different people below 30 million.
func phone(person uint64) string {
	// 7,654,321 has no factor in common with 10,000,000: neighbours get distant numbers, each its own.
	digits := person / uint64(len(phonePrefixes)) * 7654321 % 10_000_000
	b := make([]byte, 0, 16)
	b = append(b, phonePrefixes[person%uint64(len(phonePrefixes))]...)
	for place := uint64(1_000_000); place > 0; place /= 10 {
		b = append(b, byte('0'+digits/place%10))
	}
	return string(b)
}

const (
	idHead = "wamid.HBgN"
	idMid  = "FQIAEhgU"
	idTail = "AA=="
	// An id holds the sender's number in base64, then the run and the scrambled message number in hex: like the real ones,
	// neighbours by person, random within.
	idHexLen = 24
)

// appendID writes the message id of message n. Inverse: number.
func (t *traffic) appendID(dst []byte, n uint64, wa string) []byte {
	var raw [12]byte
	binary.BigEndian.PutUint32(raw[:], t.run)
	binary.BigEndian.PutUint64(raw[4:], mix(n))
	dst = append(dst, idHead...)
	dst = base64.RawStdEncoding.AppendEncode(dst, []byte(wa))
	dst = append(dst, idMid...)
	dst = hex.AppendEncode(dst, raw[:])
	return append(dst, idTail...)
}

// number reads n back from an id; ok is false for an id that this run cannot have made.
func (t *traffic) number(id string) (n uint64, ok bool) {
	if !strings.HasPrefix(id, idHead) || !strings.HasSuffix(id, idTail) || len(id) < idHexLen+len(idTail) {
		return 0, false
	}
	raw, err := hex.DecodeString(id[len(id)-len(idTail)-idHexLen : len(id)-len(idTail)])
	if err != nil || binary.BigEndian.Uint32(raw) != t.run {
		return 0, false
	}
	return unmix(binary.BigEndian.Uint64(raw[4:])), true
}

// Text lengths, in bytes on the wire: with the envelope a body has about 700 bytes on average, and varies as people do.
const (
	textMin  = 20
	textSpan = 320
)

func (t *traffic) appendText(dst []byte, n uint64, f form) []byte {
	if t.say != nil {
		if text := t.say(n); text != "" && f == wireForm {
			return append(dst, escapeNonASCII(text)...)
		} else if text != "" {
			return append(dst, text...)
		}
	}
	rng := rand.NewPCG(uint64(t.run), n)
	return t.words.appendText(dst, rng, textMin+int(rng.Uint64()%textSpan), f)
}

// expected is message n as the checker wants to see it.
func (t *traffic) expected(n uint64, acked bool) Expected {
	wa := phone(t.person(n))
	return Expected{
		ID:      string(t.appendID(nil, n, wa)),
		Address: wa,
		Text:    string(t.appendText(nil, n, plainForm)),
		Acked:   acked,
	}
}

// appendBody writes one delivery with the messages first … first+count-1, as the platform would: one message, or a batch.
// at is Unix time in seconds.
func (t *traffic) appendBody(dst []byte, first uint64, count int, at int64) []byte {
	dst = append(dst, `{"object":"whatsapp_business_account","entry":[{"id":"`...)
	dst = append(dst, t.account.WABAID...)
	dst = append(dst, `","changes":[`...)
	for i := range count {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = t.appendChange(dst, first+uint64(i), at)
	}
	return append(dst, `]}]}`...)
}

func (t *traffic) appendChange(dst []byte, n uint64, at int64) []byte {
	person := t.person(n)
	wa := phone(person)
	dst = append(dst, `{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100","phone_number_id":"`...)
	dst = append(dst, t.account.PhoneNumberID...)
	dst = append(dst, `"},"contacts":[{"profile":{"name":"`...)
	dst = t.appendName(dst, person)
	dst = append(dst, `"},"wa_id":"`...)
	dst = append(dst, wa...)
	dst = append(dst, `","user_id":"`...)
	dst = appendUserID(dst, person)
	dst = append(dst, `"}],"messages":[{"from":"`...)
	dst = append(dst, wa...)
	dst = append(dst, `","from_user_id":"`...)
	dst = appendUserID(dst, person)
	dst = append(dst, `","id":"`...)
	dst = t.appendID(dst, n, wa)
	dst = append(dst, `","timestamp":"`...)
	dst = appendUint(dst, uint64(at))
	dst = append(dst, `","text":{"body":"`...)
	dst = t.appendText(dst, n, wireForm)
	return append(dst, `"},"type":"text"}]},"field":"messages"}`...)
}

// appendName gives a person the same two words in every message.
func (t *traffic) appendName(dst []byte, person uint64) []byte {
	h := mix(person)
	dst = append(dst, t.words.words[h%vocabularySize].wire...)
	dst = append(dst, ' ')
	return append(dst, t.words.words[h>>32%vocabularySize].wire...)
}

// appendUserID writes the business-scoped user id that accompanies every person.
func appendUserID(dst []byte, person uint64) []byte {
	dst = append(dst, "US."...)
	return appendUint(dst, 1_000_000_000_000_000_000+mix(person)>>4)
}
