package search

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// holds tells whether a text is found by a query, as the product does it: by the index and then in the text. It fails
// when the text has what the index does not propose: then a search would miss it.
func holds(t testing.TB, text, query string) (snippet []Hit, found bool) {
	t.Helper()
	q, err := Parse(query)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	var a analyser
	var tokens [][]byte
	a.tokens(text, func(token []byte) { tokens = append(tokens, bytes.Clone(token)) })
	var m matcher
	snippet, found = m.match(q.terms, []string{text})
	for i := range q.terms {
		for _, n := range q.terms[i].needs() {
			proposed := false
			for _, token := range tokens {
				proposed = proposed || bytes.Equal(token, n.tokens[0]) || n.prefix && bytes.HasPrefix(token, n.tokens[0])
			}
			if found && !proposed {
				t.Errorf("%q has %q, but the index does not propose it for want of %q", text, query, n.tokens[0])
			}
			if !proposed {
				return nil, false
			}
		}
	}
	return snippet, found
}

func bracketed(snippet []Hit) string {
	var b strings.Builder
	for _, h := range snippet {
		if h.Hit {
			b.WriteString("[" + h.Text + "]")
		} else {
			b.WriteString(h.Text)
		}
	}
	return b.String()
}

// C1: what people type finds what people wrote, in the languages they write. The last column is what is marked, ""
// when nothing may be found.
func TestLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, query, marked string }{
		// Accents, case, width, ligatures.
		{"Oi, João!", "joao", "Oi, [João]!"},
		{"Oi, Joao!", "JOÃO", "Oi, [Joao]!"},
		{"decomposed: Jo\u0061\u0303o", "joão", "decomposed: [João]"},
		{"Straße 5", "strasse", "[Straße] 5"},
		{"STRASSE 5", "straße", "[STRASSE] 5"},
		{"grüße", "gruss", "[grüß]e"},
		{"İstanbul'da ışık", "istanbul isik", "[İstanbul]'da [ışık]"},
		{"ISTANBUL", "ıstanbul", "[ISTANBUL]"},
		{"Œuvre, cœur", "oeuvre coeur", "[Œuvre], [cœur]"},
		{"Łódź i Gdańsk", "lodz", "[Łódź] i Gdańsk"},
		{"Smørrebrød", "smorrebrod", "[Smørrebrød]"},
		{"ＡＢＣ１２３", "abc123", "[ＡＢＣ１２３]"},
		{"oﬃce", "office", "[oﬃce]"},
		{"a\u00adb soft hyphen", "ab", "[a\u00adb] soft hyphen"},
		{"Ёлка и ёж", "елка еж", "[Ёлка] и [ёж]"},
		{"ΟΔΥΣΣΕΥΣ", "οδυσσευς", "[ΟΔΥΣΣΕΥΣ]"},
		{"Καλημέρα", "καλημερα", "[Καλημέρα]"},
		{"đặt hàng", "dat hang", "[đặt] [hàng]"},
		// Arabic and Hebrew without vowels, letters that are typed for one another.
		{"مَرْحَبًا بكم", "مرحبا", "[مَرْحَبًا] بكم"},
		{"إلى القاهرة", "الى القاهره", "[إلى] [القاهرة]"},
		{"می\u200cخواهم یک", "میخواهم يك", "[می\u200cخواهم] [یک]"},
		{"שָׁלוֹם", "שלום", "[שָׁלוֹם]"},
		// Indian scripts keep their vowel signs.
		{"मुझे रिफंड चाहिए", "रिफंड", "मुझे [रिफंड] चाहिए"},
		{"मुझे रिफंड चाहिए", "रफड ", ""},
		// Scripts without spaces.
		{"我要退款，谢谢", "退款", "我要[退款]，谢谢"},
		{"我要退款，谢谢", "我要退款", "[我要退款]，谢谢"},
		{"我要退款，谢谢", "退", "我要[退]款，谢谢"},
		{"我要退款，谢谢", "款", "我要退[款]，谢谢"},
		{"我要退款，谢谢", "要谢", ""},
		{"退货，付款", "退款", ""},
		{"退货款付退款", "退款", "退货款付[退款]"},
		{"りんごを返品したい", "リンゴ", "[りんご]を返品したい"},
		{"ﾘﾝｺﾞ", "りんご", "[ﾘﾝｺﾞ]"},
		{"コーヒー2杯", "コーヒー", "[コーヒー]2杯"},
		{"第3章を読む", "第3章", "[第3章]を読む"},
		{"第3章を読む", "3章", "第[3章]を読む"},
		{"第13章を読む", "第3章", ""},
		{"iPhone手机壳", "iphone手机", "[iPhone手机]壳"},
		{"ขอคืนเงินหน่อยค่ะ", "คืนเงิน", "ขอ[คืนเงิน]หน่อยค่ะ"},
		{"ສະບາຍດີ", "ບາຍ", "ສະ[ບາຍ]ດີ"},
		{"សួស្តីបង", "ស្តី", "សួ[ស្តី]បង"},
		{"မင်္ဂလာပါ", "ဂလာ", "မင်္[ဂလာ]ပါ"},
		{"환불해 주세요", "환불", "[환불]해 주세요"},
		// Words: whole ones, but for the one still being typed.
		{"refunds and returns", "refund", "[refund]s and returns"},
		{"refunds and returns", "refund ", ""},
		{"refunds and returns", "refund returns", ""},
		{"refunds and returns", "turns", ""},
		{"refund later, return now", "return refund", "[refund] later, [return] now"},
		{`don’t panic`, "don't", "[don’t] panic"},
		{"l'eau est là", "eau", "l'[eau] est là"},
		{"order_id=7788", "order id", "[order]_[id]=7788"},
		// Phrases.
		{"the green one, please", `"green one"`, "the [green one], please"},
		{"the green one, please", `"one green"`, ""},
		{"the greenish one", `"green one"`, ""},
		{"the green ones", `"green one"`, ""},
		{"the green ones", `"green one`, "the [green one]s"},
		{"das „grüne Ding“", "„grüne Ding“", "das „[grüne Ding]“"},
		// Addresses of mail and web.
		{"write to Ana.Souza@example.org today", "ana.souza@example.org", "write to [Ana.Souza@example.org] today"},
		{"write to Ana.Souza@example.org today", "example.org ", "write to Ana.Souza@[example.org] today"},
		{"write to Ana.Souza@example.org today", "souza", "write to Ana.[Souza]@example.org today"},
		{"see https://shop.example/item?id=42&x=1", "https://shop.example/item?id=42", "see [https://shop.example/item?id=42]&x=1"},
		{"see https://shop.example/item?id=42&x=1", "item id 42", "see https://shop.example/[item]?[id]=[42]&x=1"},
		// Numbers: any three digits in a row, however they are written.
		{"call +55 11 98765-4321 now", "5511987654321", "call +[55 11 98765-4321] now"},
		{"call +55 11 98765-4321 now", "+55 11 98765-4321", "call +[55 11 98765-4321] now"},
		{"call 5511987654321 now", "+55 (11) 98765-4321", "call [5511987654321] now"},
		{"call 5511987654321 now", "98765-4321", "call 5511[987654321] now"},
		{"call +55 11 98765-4321 now", "4321", "call +55 11 98765-[4321] now"},
		{"call +55 11 98765-4321 now", "654", "call +55 11 987[65-4]321 now"},
		{"call +55 11 98765-4321 now", "6543219", ""},
		{"order 1042 of 2026-11-22", "104", "order [104]2 of 2026-11-22"},
		{"order 1042 of 2026-11-22", "042 ", "order 1[042] of 2026-11-22"},
		{"order 1042 of 2026-11-22", "2026-11-22", "order 1042 of [2026-11-22]"},
		{"order 1042 of 2026-11-22", `"042"`, ""},
		{"at 10:30", "10:30", "at [10:30]"},
		{"at 10:30", "30 ", "at 10:[30]"},
		{"costs 1.234,56", "1.234,56", "costs [1.234,56]"},
		{"SKU12345X", "234", "SKU1[234]5X"},
		{"SKU12345X", "sku123", "[SKU123]45X"},
		{"٠١٢٣٤٥ is a number", "1234", "٠[١٢٣٤]٥ is a number"},
		{"12 roses", "12 ", "[12] roses"},
		{"112 roses", "12 ", ""},
		// Symbols.
		{"thanks 👍🏽 a lot", "👍", "thanks [👍🏽] a lot"},
		{"love ❤️", "❤", "love [❤️]"},
		{"plain", "👍", ""},
	} {
		snippet, found := holds(t, c.text, c.query)
		if !found {
			if c.marked != "" {
				t.Errorf("%q is not found by %q", c.text, c.query)
			}
			continue
		}
		if got := bracketed(snippet); got != c.marked {
			t.Errorf("%q found by %q shows %q, want %q", c.text, c.query, got, c.marked)
		}
	}
}

// A snippet shows what surrounds the first hit, cut between words and never inside a character.
func TestSnippets(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("alpha beta ", 30)
	family := "👨\u200d👩\u200d👧"
	for _, c := range []struct{ name, text, query, want string }{
		{"short", "all of it", "it", "all of [it]"},
		{"the beginning", "needle " + long, "needle", "[needle] " + strings.TrimSpace(long[:198]) + "…"},
		{"the middle", long + "needle " + long, "needle", ""},
		{"the end", long + "needle", "needle", ""},
		{"no spaces", strings.Repeat("退", 100) + "货" + strings.Repeat("款", 100), "退货", ""},
		{"characters of several", strings.Repeat(family, 20) + " needle " + strings.Repeat(family, 20), "needle", ""},
		{"flags", strings.Repeat("🇩🇪", 40) + "needle" + strings.Repeat("🇵🇹", 40), "needle", ""},
		{"no words", long, "", ""},
	} {
		snippet, found := holds(t, c.text, c.query)
		got := bracketed(snippet)
		if !found || c.want != "" && got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		checkSnippet(t, c.text, snippet)
		if c.query != "" && !strings.Contains(got, "[") {
			t.Errorf("%s: nothing is marked in %q", c.name, got)
		}
		if len(got) > 3*snippetLength {
			t.Errorf("%s: %d bytes", c.name, len(got))
		}
		for _, broken := range []string{"\u200d…", "…\u200d", "…🇪", "🇵…"} {
			if strings.Contains(got, broken) {
				t.Errorf("%s: cut inside a character: %q", c.name, got)
			}
		}
	}
}

func checkSnippet(t testing.TB, text string, snippet []Hit) {
	t.Helper()
	var b strings.Builder
	for i, h := range snippet {
		if h.Text == "" || i > 0 && snippet[i-1].Hit == h.Hit {
			t.Errorf("pieces that say nothing: %+v", snippet)
		}
		if utf8.ValidString(text) && !utf8.ValidString(h.Text) {
			t.Errorf("%q is cut inside a character", h.Text)
		}
		b.WriteString(h.Text)
	}
	var f folded
	f.fold(text)
	if whole := strings.TrimSuffix(strings.TrimPrefix(b.String(), "…"), "…"); !strings.Contains(f.text, whole) {
		t.Errorf("the snippet %q is not of the text %q", whole, f.text)
	}
}

// What a query says, in the words of its operators.
func TestParse(t *testing.T) {
	t.Parallel()
	q, err := Parse(`refund FROM:"Ana Souza" from:me in:whatsapp is:failed has:image before:2026-03 after:2025-12-24 after:2025 "exact words" x:y`)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(q.From, "|") != "Ana Souza|me" || strings.Join(q.In, "|") != "whatsapp" || strings.Join(q.Is, "|") != "failed" || strings.Join(q.Has, "|") != "image" {
		t.Errorf("%+v", q)
	}
	if q.Before.Format("2006-01-02") != "2026-03-01" || q.After.Format("2006-01-02") != "2025-12-24" {
		t.Errorf("from %s to %s", q.After, q.Before)
	}
	if len(q.terms) != 3 || !q.terms[1].exact || q.terms[1].prefix || len(q.terms[1].parts) != 2 || !q.terms[2].prefix || len(q.terms[2].parts) != 2 {
		t.Errorf("%+v", q.terms)
	}
	for _, text := range []string{"from:", "in:fax", "IS:late", "has:", `before:""`, "before:soon", "after:1969", strings.Repeat("word ", maxParts+1), strings.Repeat("is:open ", maxFilters+1), strings.Repeat("x", MaxQuery+1)} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), "api.input") {
			t.Errorf("%.30q: %v", text, err)
		}
	}
	for _, text := range []string{"", "  ", "...", `"`, `“`, "«»"} {
		if q, err := Parse(text); err != nil || !q.Empty() {
			t.Errorf("%q: %+v, %v", text, q, err)
		}
	}
}

// I54: no query and no text breaks the search, what is found is proposed by the index, and no snippet is cut inside a
// character.
func FuzzFind(f *testing.F) {
	for _, seed := range [][2]string{{"Oi, João! 我要退款", "joao 退款"}, {"+55 11 98765-4321", "+55 (11) 9876"}, {"a\u0301\u0327b", `"áb`}, {"", ""}, {"٣٤٥ ﾘﾝｺﾞ ½", "345 りんご"},
		{"x:y from:", `"x y" "`}, {"\xff\xfe", "\xff"}, {strings.Repeat("é", 300), "é"}, {"🇩🇪🇵🇹👨\u200d👩", "🇩🇪"}, {"1 2 3 4 5 6 7 8", "1-2-3-4-5-6-7"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		q, err := Parse(query)
		if err != nil {
			return
		}
		snippet, found := holds(t, text, query)
		if !found {
			return
		}
		checkSnippet(t, text, snippet)
		if len(q.terms) > 0 && !strings.ContainsFunc(bracketed(snippet), func(r rune) bool { return r == '[' }) {
			t.Errorf("%q in %q marks nothing", query, text)
		}
	})
}

// A long text is searched and taken apart in steps that grow with its length, whatever it holds: with their square this
// would outlast the whole suite.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"1 ", "12-", "a", "退", "ab1 ", "🇩🇪", "\u0301", "é", "1234567890", "\xff", "👍", "x ", "(((", "٣"} {
		text := strings.Repeat(piece, 100_000/len(piece))
		for _, query := range []string{"a", "123", "退款", `"1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2"`, "🇩🇪", `"x x x x x y`, strings.Repeat("1", 200)} {
			q, err := Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			var m matcher
			m.match(q.terms, []string{text})
		}
		var a analyser
		a.tokens(text, func([]byte) {})
	}
}
