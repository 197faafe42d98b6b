package sim

import "strings"

// userText is what Graph shows to the token's user beside an error, in the
// user's language. Programs must not match on it; that is why it is here.
type userText struct{ title, message string }

// userTexts by language and code, code/subcode, code/subcode#words or @area; ""
// is the text for all others.
var userTexts = map[string]map[string]userText{
	"en": {
		"":                {"The request could not be completed", "One of the values is not accepted. Check the details and send it again."},
		"190":             {"Your session has ended", "Sign in again to let this app act for your business."},
		"133005":          {"The PIN does not match", "Two-step verification is on for this number. Enter the PIN set for it."},
		"100/2388001":     {"Certificate cannot be made", "Switch two-step verification off at the present provider and try again."},
		"100/2388001#own": {"Please confirm ownership of this phone number", "Ask for a code and enter it, then try again."},
		"@integrity":      {"Your account is restricted", "Messages cannot be sent because of a policy issue. See Business Support Home."},
		"@account":        {"There is a payment issue", "Check the payment method of this account."},
		"@server":         {"The service is not available", "Try again later."},
		"@send":           {"The message was not delivered", "This message cannot reach this person."},
		"@throttling":     {"Too many requests", "Wait a little before the next one."},
	},
	"pt": {
		"":                {"Não foi possível concluir o pedido", "Um dos valores não é aceito. Confira os detalhes e envie de novo."},
		"190":             {"Sua sessão terminou", "Entre novamente para que este aplicativo possa agir pela sua empresa."},
		"133005":          {"O PIN não confere", "A confirmação em duas etapas está ativa neste número. Informe o PIN definido."},
		"100/2388001":     {"Não foi possível gerar o certificado", "Desative a confirmação em duas etapas no provedor atual e tente de novo."},
		"100/2388001#own": {"Confirme a propriedade deste número de telefone", "Peça um código, informe-o e tente de novo."},
		"@integrity":      {"Sua conta está restrita", "Não é possível enviar mensagens por causa de uma questão de política. Veja a Página de suporte."},
		"@account":        {"Há um problema de pagamento", "Verifique a forma de pagamento desta conta."},
		"@server":         {"O serviço não está disponível", "Tente de novo mais tarde."},
		"@send":           {"A mensagem não foi entregue", "Esta mensagem não chega a esta pessoa."},
		"@throttling":     {"Pedidos demais", "Espere um pouco antes do próximo."},
	},
	"es": {
		"":                {"No se pudo completar la solicitud", "Uno de los valores no se acepta. Revisa los detalles y vuelve a enviarla."},
		"190":             {"Tu sesión ha terminado", "Inicia sesión de nuevo para que esta aplicación actúe por tu empresa."},
		"133005":          {"El PIN no coincide", "La verificación en dos pasos está activa en este número. Introduce su PIN."},
		"100/2388001":     {"No se puede crear el certificado", "Desactiva la verificación en dos pasos en el proveedor actual e inténtalo otra vez."},
		"100/2388001#own": {"Confirma que este número de teléfono es tuyo", "Pide un código, introdúcelo e inténtalo otra vez."},
		"@integrity":      {"Tu cuenta está restringida", "No se pueden enviar mensajes por un asunto de políticas. Consulta la ayuda para empresas."},
		"@account":        {"Hay un problema de pago", "Revisa el método de pago de esta cuenta."},
		"@server":         {"El servicio no está disponible", "Inténtalo más tarde."},
		"@send":           {"El mensaje no se entregó", "Este mensaje no puede llegar a esta persona."},
		"@throttling":     {"Demasiadas solicitudes", "Espera un poco antes de la siguiente."},
	},
	"de": {
		"":                {"Die Anfrage konnte nicht ausgeführt werden", "Ein Wert wird nicht angenommen. Prüfe die Angaben und sende sie erneut."},
		"190":             {"Deine Sitzung ist beendet", "Melde dich wieder an, damit diese App für dein Unternehmen handeln darf."},
		"133005":          {"Die PIN stimmt nicht", "Für diese Nummer ist die Verifizierung in zwei Schritten an. Gib ihre PIN ein."},
		"100/2388001":     {"Zertifikat kann nicht erstellt werden", "Schalte die Verifizierung in zwei Schritten beim jetzigen Anbieter aus und versuche es erneut."},
		"100/2388001#own": {"Bestätige, dass diese Telefonnummer dir gehört", "Fordere einen Code an, gib ihn ein und versuche es erneut."},
		"@integrity":      {"Dein Konto ist eingeschränkt", "Wegen eines Richtlinienproblems können keine Nachrichten gesendet werden. Siehe Support-Startseite."},
		"@account":        {"Es gibt ein Problem mit der Zahlung", "Prüfe die Zahlungsmethode dieses Kontos."},
		"@server":         {"Der Dienst ist nicht verfügbar", "Versuche es später erneut."},
		"@send":           {"Die Nachricht wurde nicht zugestellt", "Diese Nachricht kann diese Person nicht erreichen."},
		"@throttling":     {"Zu viele Anfragen", "Warte etwas vor der nächsten."},
	},
	"fr": {
		"":                {"La demande n’a pas abouti", "Une des valeurs n’est pas acceptée. Vérifiez les détails et renvoyez-la."},
		"190":             {"Votre session est terminée", "Reconnectez-vous pour que cette application agisse pour votre entreprise."},
		"133005":          {"Le code PIN ne correspond pas", "La vérification en deux étapes est active pour ce numéro. Saisissez son code."},
		"100/2388001":     {"Impossible de créer le certificat", "Désactivez la vérification en deux étapes chez le fournisseur actuel puis réessayez."},
		"100/2388001#own": {"Confirmez que ce numéro de téléphone est le vôtre", "Demandez un code, saisissez-le, puis réessayez."},
		"@integrity":      {"Votre compte est restreint", "L’envoi est impossible pour une raison de règlement. Consultez l’aide aux entreprises."},
		"@account":        {"Il y a un problème de paiement", "Vérifiez le moyen de paiement de ce compte."},
		"@server":         {"Le service n’est pas disponible", "Réessayez plus tard."},
		"@send":           {"Le message n’a pas été remis", "Ce message ne peut pas parvenir à cette personne."},
		"@throttling":     {"Trop de demandes", "Attendez un peu avant la suivante."},
	},
	"id": {
		"":                {"Permintaan tidak dapat diselesaikan", "Salah satu nilai tidak diterima. Periksa rinciannya lalu kirim lagi."},
		"190":             {"Sesi Anda telah berakhir", "Masuk lagi agar aplikasi ini dapat bertindak untuk bisnis Anda."},
		"133005":          {"PIN tidak cocok", "Verifikasi dua langkah aktif untuk nomor ini. Masukkan PIN-nya."},
		"100/2388001":     {"Sertifikat tidak dapat dibuat", "Matikan verifikasi dua langkah di penyedia saat ini, lalu coba lagi."},
		"100/2388001#own": {"Konfirmasikan kepemilikan nomor telepon ini", "Minta kode, masukkan, lalu coba lagi."},
		"@integrity":      {"Akun Anda dibatasi", "Pesan tidak dapat dikirim karena masalah kebijakan. Lihat Beranda Dukungan Bisnis."},
		"@account":        {"Ada masalah pembayaran", "Periksa metode pembayaran akun ini."},
		"@server":         {"Layanan tidak tersedia", "Coba lagi nanti."},
		"@send":           {"Pesan tidak terkirim", "Pesan ini tidak dapat sampai ke orang ini."},
		"@throttling":     {"Terlalu banyak permintaan", "Tunggu sebentar sebelum yang berikutnya."},
	},
	"ar": {
		"":                {"تعذّر إكمال الطلب", "إحدى القيم غير مقبولة. راجع التفاصيل وأرسل الطلب مرة أخرى."},
		"190":             {"انتهت جلستك", "سجّل الدخول مجددًا ليتمكن هذا التطبيق من العمل نيابةً عن نشاطك."},
		"133005":          {"رمز PIN غير مطابق", "التحقق بخطوتين مفعّل لهذا الرقم. أدخل الرمز المحدد له."},
		"100/2388001":     {"تعذّر إنشاء الشهادة", "أوقف التحقق بخطوتين لدى المزود الحالي ثم حاول مرة أخرى."},
		"100/2388001#own": {"أكّد ملكية رقم الهاتف هذا", "اطلب رمزًا وأدخله ثم حاول مرة أخرى."},
		"@integrity":      {"حسابك مقيّد", "لا يمكن إرسال الرسائل بسبب مشكلة في السياسات. راجع صفحة دعم الأعمال."},
		"@account":        {"توجد مشكلة في الدفع", "تحقق من طريقة الدفع لهذا الحساب."},
		"@server":         {"الخدمة غير متاحة", "حاول مرة أخرى لاحقًا."},
		"@send":           {"لم يتم تسليم الرسالة", "لا يمكن لهذه الرسالة الوصول إلى هذا الشخص."},
		"@throttling":     {"طلبات كثيرة جدًا", "انتظر قليلًا قبل الطلب التالي."},
	},
	"pl": {
		"":                {"Nie udało się wykonać żądania", "Jedna z wartości nie jest przyjmowana. Sprawdź dane i wyślij ponownie."},
		"190":             {"Sesja wygasła", "Zaloguj się ponownie, aby ta aplikacja mogła działać w imieniu firmy."},
		"133005":          {"Kod PIN się nie zgadza", "Dla tego numeru włączono weryfikację dwuetapową. Wpisz jego PIN."},
		"100/2388001":     {"Nie można utworzyć certyfikatu", "Wyłącz weryfikację dwuetapową u obecnego dostawcy i spróbuj ponownie."},
		"100/2388001#own": {"Potwierdź własność tego numeru telefonu", "Poproś o kod, wpisz go i spróbuj ponownie."},
		"@integrity":      {"Twoje konto jest ograniczone", "Nie można wysyłać wiadomości z powodu naruszenia zasad. Zobacz stronę pomocy dla firm."},
		"@account":        {"Wystąpił problem z płatnością", "Sprawdź metodę płatności tego konta."},
		"@server":         {"Usługa jest niedostępna", "Spróbuj ponownie później."},
		"@send":           {"Wiadomość nie została dostarczona", "Ta wiadomość nie może dotrzeć do tej osoby."},
		"@throttling":     {"Zbyt wiele żądań", "Poczekaj chwilę przed następnym."},
	},
	"vi": {
		"":                {"Không thể hoàn tất yêu cầu", "Một giá trị không được chấp nhận. Hãy kiểm tra thông tin rồi gửi lại."},
		"190":             {"Phiên của bạn đã kết thúc", "Hãy đăng nhập lại để ứng dụng này hoạt động thay cho doanh nghiệp."},
		"133005":          {"Mã PIN không khớp", "Số này đã bật xác minh hai bước. Hãy nhập mã PIN của số."},
		"100/2388001":     {"Không thể tạo chứng chỉ", "Hãy tắt xác minh hai bước ở nhà cung cấp hiện tại rồi thử lại."},
		"100/2388001#own": {"Hãy xác nhận quyền sở hữu số điện thoại này", "Yêu cầu mã, nhập mã rồi thử lại."},
		"@integrity":      {"Tài khoản của bạn bị hạn chế", "Không thể gửi tin nhắn vì vấn đề chính sách. Hãy xem trang Hỗ trợ doanh nghiệp."},
		"@account":        {"Có vấn đề về thanh toán", "Hãy kiểm tra phương thức thanh toán của tài khoản này."},
		"@server":         {"Dịch vụ không khả dụng", "Hãy thử lại sau."},
		"@send":           {"Tin nhắn chưa được gửi tới", "Tin nhắn này không thể đến người này."},
		"@throttling":     {"Quá nhiều yêu cầu", "Hãy chờ một chút trước yêu cầu tiếp theo."},
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

// textFor gives the words for an error, most specific entry first: those for the
// code as it is meant here, for the code, for its area, for all.
func textFor(language string, c code, words string) userText {
	texts := userTexts[language]
	own := codeKey(c.number, c.subcode)
	for _, key := range []string{own + "#" + words, own, codeKey(c.number, 0), "@" + c.area, ""} {
		if t, ok := texts[key]; ok {
			return t
		}
	}
	return userText{}
}
