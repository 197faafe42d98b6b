package media

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// I46, X7: a name is safe to show and to save under, and stays readable.
func TestName(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"invoice.pdf":                     "invoice.pdf",
		"Rechnung März 2026 – größer.pdf": "Rechnung März 2026 – größer.pdf",
		"请款单.docx":                        "请款单.docx",
		"فاتورة.pdf":                      "فاتورة.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Users\x\a.txt`:                "a.txt",
		"a\r\nb.txt":                      "a b.txt",
		"invoice\u202efdp.exe":            "invoicefdp.exe",
		"x\x00.html":                      "x .html",
		"\xff\xfea.txt":                   "a.txt",
		`a"b<c>d|e?f*g:h.txt`:             "a_b_c_d_e_f_g_h.txt",
		"...":                             "",
		" . ":                             "",
		"":                                "",
		"a.tar.gz ":                       "a.tar.gz",
		"👩‍👩‍👧‍👦.png":                     "👩‍👩‍👧‍👦.png",
		"\u2060\u200b":                    "",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", nameMax-4) + ".pdf",
	} {
		if got := Name(raw); got != want {
			t.Errorf("%q becomes %q, want %q", raw, got, want)
		}
		if again := Name(want); again != want {
			t.Errorf("%q becomes %q when cleaned again", want, again)
		}
	}
}

func FuzzName(f *testing.F) {
	f.Add("../a\x00\u202e.txt")
	f.Add(strings.Repeat("👩‍👩‍👧‍👦", 60))
	f.Fuzz(func(t *testing.T, raw string) {
		got := Name(raw)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > nameMax || strings.ContainsAny(got, "/\\\r\n\x00\u202e\"") || strings.TrimSpace(got) != got {
			t.Errorf("%q becomes %q", raw, got)
		}
	})
}
