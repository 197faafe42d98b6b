package sim

// line is one thing a customer says; with fill its text holds one %d for an
// order's number.
type line struct {
	message PersonMessage
	fill    bool
}

// part is what customers of one language say: to begin with, and in answer to a
// reply of the business.
type part struct {
	opens []line
	// thanks answers a statement, yes a question, seen a file or a place.
	thanks, yes, seen []string
}

func says(text string) line  { return line{message: PersonMessage{Text: text}} }
func order(text string) line { return line{message: PersonMessage{Text: text}, fill: true} }
func sends(kind, sample, text string) line {
	return line{message: PersonMessage{Kind: kind, Sample: sample, Text: text}}
}

// lines are the parts of the cast, by language.
var lines = map[string]part{
	"en": {
		opens: []line{
			order("Hello! My order %d was to come on Tuesday. Where is it now?"),
			says("Do you also send to the islands, and what does it cost?"),
			sends("image", "broken", "One of the cups came like this"),
			says("Is the smoky one back in stock? I would take three bags."),
			order("Can I still change the address of order %d?"),
			says("Which size of the T-shirt would you take if you are between M and L?"),
			sends("voice", "voice", ""),
			says("What time do you close on Saturday?"),
		},
		thanks: []string{"Great, thank you! That helps.", "Perfect, thanks for the quick answer 🙏", "Good to know, thanks."},
		yes:    []string{"Yes please, that would be lovely.", "Yes, that's right.", "Let me check… yes."},
		seen:   []string{"Got it, thank you!", "That looks good 👍"},
	},
	"pt": {
		opens: []line{
			order("Oi, tudo bem? O pedido %d ainda não chegou."),
			says("Vocês têm o chá de hibisco em pacote maior?"),
			sends("image", "parcel", "A caixa chegou amassada"),
			says("Posso pagar com Pix?"),
			order("Quero trocar um item do pedido %d, dá tempo?"),
			says("Dá para mandar a nota fiscal em nome da empresa?"),
			{message: PersonMessage{Kind: "location", Name: "Largo da Ordem", Address: "Curitiba"}},
		},
		thanks: []string{"Perfeito, muito obrigada!", "Que rápido, obrigado 🙏", "Combinado, valeu!"},
		yes:    []string{"Sim, por favor.", "Isso mesmo!", "Pode ser, sim."},
		seen:   []string{"Recebi, obrigada!", "Ficou ótimo 👏"},
	},
	"es": {
		opens: []line{
			order("Buenas, ¿me dicen dónde va el pedido %d?"),
			says("¿Tienen café descafeinado en grano?"),
			says("¿Hacen envíos el mismo día?"),
			order("En el pedido %d faltó una bolsa de rooibos."),
			sends("document", "invoice", "La factura que me llegó"),
			says("¿La camiseta talla grande o pequeño?"),
		},
		thanks: []string{"Perfecto, muchas gracias.", "¡Qué rápido! Gracias.", "Genial, quedo atenta."},
		yes:    []string{"Sí, por favor.", "Exacto, ese mismo.", "Claro que sí."},
		seen:   []string{"Recibido, gracias.", "¡Qué bonito! 😍"},
	},
	"de": {
		opens: []line{
			order("Guten Tag, wann kommt Bestellung %d ungefähr?"),
			says("Ist der Earl Grey auch ohne Aroma zu haben?"),
			sends("image", "parcel", "So sah das Paket aus"),
			order("Bitte Bestellung %d stornieren, ich habe doppelt bestellt."),
			says("Kann ich heute bis 18 Uhr abholen?"),
			says("Auf der Rechnung fehlt unsere Umsatzsteuer-Nummer."),
		},
		thanks: []string{"Super, vielen Dank!", "Alles klar, danke für die schnelle Antwort.", "Prima, dann weiß ich Bescheid."},
		yes:    []string{"Ja, gerne.", "Genau, das ist richtig.", "Ja, das passt."},
		seen:   []string{"Ist angekommen, danke!", "Sieht gut aus 👍"},
	},
	"fr": {
		opens: []line{
			order("Bonjour, la commande %d est-elle partie ?"),
			says("Auriez-vous un thé sans théine pour le soir ?"),
			says("Le code promo ne passe pas, pouvez-vous vérifier ?"),
			sends("voice", "voice", ""),
			says("Le remboursement prend combien de jours ?"),
		},
		thanks: []string{"Super, merci beaucoup !", "Parfait, bonne journée à vous.", "Merci pour votre réponse rapide."},
		yes:    []string{"Oui, volontiers.", "Oui, c’est bien ça.", "Oui, merci."},
		seen:   []string{"Bien reçu, merci !", "Très joli 😊"},
	},
	"it": {
		opens: []line{
			order("Buongiorno, l’ordine %d risulta consegnato ma non ho ricevuto nulla."),
			says("Avete una miscela meno tostata?"),
			sends("sticker", "happy", ""),
			says("Posso ritirare in negozio domani mattina?"),
		},
		thanks: []string{"Grazie mille, gentilissimi.", "Perfetto, grazie!"},
		yes:    []string{"Sì, grazie.", "Esatto."},
		seen:   []string{"Ricevuto, grazie!", "Che bello!"},
	},
	"hi": {
		opens: []line{
			order("नमस्ते, ऑर्डर %d कब तक पहुँचेगा?"),
			says("क्या अदरक वाली चाय उपलब्ध है?"),
			says("भुगतान दो बार कट गया है, कृपया देखें।"),
		},
		thanks: []string{"बहुत धन्यवाद!", "ठीक है, धन्यवाद 🙏"},
		yes:    []string{"जी हाँ।", "हाँ, सही है।"},
		seen:   []string{"मिल गया, धन्यवाद।"},
	},
	"id": {
		opens: []line{
			order("Halo kak, pesanan %d sudah dikirim belum ya?"),
			says("Ada ukuran 250 gram?"),
			{message: PersonMessage{Kind: "location", Name: "Alun-alun Kidul", Address: "Yogyakarta"}},
		},
		thanks: []string{"Makasih banyak kak 🙏", "Oke siap, terima kasih."},
		yes:    []string{"Iya kak, betul.", "Boleh kak."},
		seen:   []string{"Sudah masuk kak, makasih."},
	},
	"ja": {
		opens: []line{
			order("注文番号%dの配送状況を教えてください。"),
			says("ギフト包装はできますか？"),
			says("玄米茶の再入荷はいつ頃ですか。"),
		},
		thanks: []string{"ありがとうございます。助かりました。", "承知しました。よろしくお願いします。"},
		yes:    []string{"はい、お願いします。", "はい、そうです。"},
		seen:   []string{"届きました。ありがとうございます。"},
	},
	"zh": {
		opens: []line{
			order("您好，订单%d什么时候发货？"),
			says("茉莉花茶还有货吗？"),
			says("可以开公司发票吗？"),
			sends("image", "receipt", "这里多收了一份"),
		},
		thanks: []string{"好的，谢谢！", "明白了，辛苦了🙏"},
		yes:    []string{"对的。", "可以，麻烦了。"},
		seen:   []string{"收到，谢谢！"},
	},
	"ko": {
		opens: []line{
			order("안녕하세요, 주문 %d 언제 도착하나요?"),
			says("선물 포장 가능한가요?"),
		},
		thanks: []string{"감사합니다!", "네, 알겠습니다."},
		yes:    []string{"네, 맞아요.", "네, 부탁드려요."},
		seen:   []string{"잘 받았습니다."},
	},
	"ar": {
		opens: []line{
			order("مرحبًا، أين وصل الطلب رقم %d؟"),
			says("هل يتوفر شاي النعناع بكمية أكبر؟"),
			sends("image", "parcel", "وصلتني العلبة هكذا"),
		},
		thanks: []string{"شكرًا جزيلًا لكم", "ممتاز، شكرًا على سرعة الرد 🌹"},
		yes:    []string{"نعم، من فضلكم.", "نعم، هذا صحيح."},
		seen:   []string{"وصلني، شكرًا!"},
	},
	"th": {
		opens: []line{
			order("สวัสดีค่ะ ออเดอร์ %d ส่งหรือยังคะ"),
			says("มีชาเขียวแบบซองไหมคะ"),
		},
		thanks: []string{"ขอบคุณมากค่ะ", "โอเคค่ะ ขอบคุณนะคะ 🙏"},
		yes:    []string{"ใช่ค่ะ", "ได้เลยค่ะ"},
		seen:   []string{"ได้รับแล้วค่ะ ขอบคุณค่ะ"},
	},
	"tr": {
		opens: []line{
			order("Merhaba, %d numaralı siparişim hâlâ gelmedi."),
			says("Filtre kahveyi çekilmiş gönderiyor musunuz?"),
			says("İade için ne yapmam gerekiyor?"),
		},
		thanks: []string{"Teşekkürler, elinize sağlık.", "Çok teşekkür ederim."},
		yes:    []string{"Evet, lütfen.", "Evet, doğru."},
		seen:   []string{"Ulaştı, teşekkürler."},
	},
	"nl": {
		opens:  []line{order("Hallo, is bestelling %d al verzonden?"), says("Kan ik de thee ook in de winkel proeven?")},
		thanks: []string{"Top, dank je wel!", "Helemaal goed, bedankt."},
		yes:    []string{"Ja graag.", "Ja, dat klopt."},
		seen:   []string{"Ontvangen, dank!"},
	},
	"pl": {
		opens:  []line{order("Dzień dobry, kiedy dotrze zamówienie %d?"), says("Czy jest kawa bezkofeinowa?")},
		thanks: []string{"Dziękuję bardzo!", "Super, dziękuję."},
		yes:    []string{"Tak, poproszę.", "Tak, zgadza się."},
		seen:   []string{"Dotarło, dziękuję."},
	},
	"uk": {
		opens:  []line{order("Добрий день! Коли прийде замовлення %d?"), says("Чи є у вас трав’яний чай?")},
		thanks: []string{"Дуже дякую!", "Чудово, дякую за швидку відповідь."},
		yes:    []string{"Так, будь ласка.", "Так, усе правильно."},
		seen:   []string{"Отримала, дякую!"},
	},
	"sv": {
		opens:  []line{order("Hej! Har order %d skickats?"), says("Har ni koffeinfritt te?")},
		thanks: []string{"Toppen, tack!", "Tack för snabbt svar."},
		yes:    []string{"Ja tack.", "Ja, det stämmer."},
		seen:   []string{"Den har kommit, tack!"},
	},
	"he": {
		opens:  []line{order("שלום, מתי תגיע הזמנה %d?"), says("יש תה ירוק בשקיקים?")},
		thanks: []string{"תודה רבה!", "מעולה, תודה."},
		yes:    []string{"כן, בבקשה.", "כן, נכון."},
		seen:   []string{"קיבלתי, תודה!"},
	},
	"vi": {
		opens:  []line{order("Chào shop, đơn %d đã gửi chưa ạ?"), says("Shop có trà sen không ạ?")},
		thanks: []string{"Cảm ơn shop nhiều ạ!", "Dạ em cảm ơn."},
		yes:    []string{"Dạ đúng rồi ạ.", "Dạ được ạ."},
		seen:   []string{"Em nhận được rồi ạ."},
	},
}
