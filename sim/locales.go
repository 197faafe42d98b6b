package sim

import "strings"

// userText is what Graph shows to the token's user beside an error, in the
// user's language. Programs must not match on it; that is why it is here.
type userText struct{ title, message string }

// userTexts by language and code or code/subcode; "" is the text for all others.
var userTexts = map[string]map[string]userText{
	"en": {
		"":            {"The request could not be completed", "One of the values is not accepted. Check the details and send it again."},
		"190":         {"Your session has ended", "Sign in again to let this app act for your business."},
		"133005":      {"The PIN does not match", "Two-step verification is on for this number. Enter the PIN set for it."},
		"100/2388001": {"Certificate cannot be made", "Switch two-step verification off at the present provider and try again."},
	},
	"pt": {
		"":            {"Não foi possível concluir o pedido", "Um dos valores não é aceito. Confira os detalhes e envie de novo."},
		"190":         {"Sua sessão terminou", "Entre novamente para que este aplicativo possa agir pela sua empresa."},
		"133005":      {"O PIN não confere", "A confirmação em duas etapas está ativa neste número. Informe o PIN definido."},
		"100/2388001": {"Não foi possível gerar o certificado", "Desative a confirmação em duas etapas no provedor atual e tente de novo."},
	},
	"es": {
		"":            {"No se pudo completar la solicitud", "Uno de los valores no se acepta. Revisa los detalles y vuelve a enviarla."},
		"190":         {"Tu sesión ha terminado", "Inicia sesión de nuevo para que esta aplicación actúe por tu empresa."},
		"133005":      {"El PIN no coincide", "La verificación en dos pasos está activa en este número. Introduce su PIN."},
		"100/2388001": {"No se puede crear el certificado", "Desactiva la verificación en dos pasos en el proveedor actual e inténtalo otra vez."},
	},
	"de": {
		"":            {"Die Anfrage konnte nicht ausgeführt werden", "Ein Wert wird nicht angenommen. Prüfe die Angaben und sende sie erneut."},
		"190":         {"Deine Sitzung ist beendet", "Melde dich wieder an, damit diese App für dein Unternehmen handeln darf."},
		"133005":      {"Die PIN stimmt nicht", "Für diese Nummer ist die Verifizierung in zwei Schritten an. Gib ihre PIN ein."},
		"100/2388001": {"Zertifikat kann nicht erstellt werden", "Schalte die Verifizierung in zwei Schritten beim jetzigen Anbieter aus und versuche es erneut."},
	},
	"fr": {
		"":            {"La demande n’a pas abouti", "Une des valeurs n’est pas acceptée. Vérifiez les détails et renvoyez-la."},
		"190":         {"Votre session est terminée", "Reconnectez-vous pour que cette application agisse pour votre entreprise."},
		"133005":      {"Le code PIN ne correspond pas", "La vérification en deux étapes est active pour ce numéro. Saisissez son code."},
		"100/2388001": {"Impossible de créer le certificat", "Désactivez la vérification en deux étapes chez le fournisseur actuel puis réessayez."},
	},
	"id": {
		"":            {"Permintaan tidak dapat diselesaikan", "Salah satu nilai tidak diterima. Periksa rinciannya lalu kirim lagi."},
		"190":         {"Sesi Anda telah berakhir", "Masuk lagi agar aplikasi ini dapat bertindak untuk bisnis Anda."},
		"133005":      {"PIN tidak cocok", "Verifikasi dua langkah aktif untuk nomor ini. Masukkan PIN-nya."},
		"100/2388001": {"Sertifikat tidak dapat dibuat", "Matikan verifikasi dua langkah di penyedia saat ini, lalu coba lagi."},
	},
	"ar": {
		"":            {"تعذّر إكمال الطلب", "إحدى القيم غير مقبولة. راجع التفاصيل وأرسل الطلب مرة أخرى."},
		"190":         {"انتهت جلستك", "سجّل الدخول مجددًا ليتمكن هذا التطبيق من العمل نيابةً عن نشاطك."},
		"133005":      {"رمز PIN غير مطابق", "التحقق بخطوتين مفعّل لهذا الرقم. أدخل الرمز المحدد له."},
		"100/2388001": {"تعذّر إنشاء الشهادة", "أوقف التحقق بخطوتين لدى المزود الحالي ثم حاول مرة أخرى."},
	},
}

// languageOf reduces a locale or an Accept-Language header to a language there
// are texts for; ok is false when there is none.
func languageOf(locale string) (language string, ok bool) {
	for part := range strings.SplitSeq(locale, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		language, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
		if _, ok := userTexts[language]; ok {
			return language, true
		}
	}
	return "", false
}

// textFor gives the words for an error, most specific entry first.
func textFor(language string, c code) userText {
	texts := userTexts[language]
	for _, key := range []string{codeKey(c.number, c.subcode), codeKey(c.number, 0), ""} {
		if t, ok := texts[key]; ok {
			return t
		}
	}
	return userText{}
}
