package sim

// line is one thing a customer says; with fill its text holds one %d for an
// order's number.
type line struct {
	message PersonMessage
	fill    bool
}

func says(text string) line  { return line{message: PersonMessage{Text: text}} }
func order(text string) line { return line{message: PersonMessage{Text: text}, fill: true} }
func sends(kind, text string) line {
	return line{message: PersonMessage{Kind: kind, Text: text}}
}

// lines are the parts of the cast, by language.
var lines = map[string][]line{
	"en": {
		order("Hello! My order %d was to come on Tuesday. Where is it now?"),
		says("Do you also send to the islands, and what does it cost?"),
		sends("image", "One of the cups came like this"),
		says("Is the smoky one back in stock? I would take three bags."),
		order("Can I still change the address of order %d?"),
		says("Thank you, that was quick 🙏"),
		sends("voice", ""),
		says("What time do you close on Saturday?"),
	},
	"pt": {
		order("Oi, tudo bem? O pedido %d ainda não chegou."),
		says("Vocês têm o chá de hibisco em pacote maior?"),
		sends("image", "A caixa chegou amassada"),
		says("Posso pagar com Pix?"),
		order("Quero trocar um item do pedido %d, dá tempo?"),
		says("Obrigada pela ajuda, chegou direitinho ☺️"),
		sends("location", ""),
	},
	"es": {
		order("Buenas, ¿me dicen dónde va el pedido %d?"),
		says("¿Tienen café descafeinado en grano?"),
		says("¿Hacen envíos el mismo día?"),
		order("En el pedido %d faltó una bolsa de rooibos."),
		sends("document", "La factura que me llegó"),
		says("Perfecto, muchas gracias."),
	},
	"de": {
		order("Guten Tag, wann kommt Bestellung %d ungefähr?"),
		says("Ist der Earl Grey auch ohne Aroma zu haben?"),
		sends("image", "So sah das Paket aus"),
		order("Bitte Bestellung %d stornieren, ich habe doppelt bestellt."),
		says("Kann ich heute bis 18 Uhr abholen?"),
		says("Alles gut angekommen, danke!"),
	},
	"fr": {
		order("Bonjour, la commande %d est-elle partie ?"),
		says("Auriez-vous un thé sans théine pour le soir ?"),
		says("Le code promo ne passe pas, pouvez-vous vérifier ?"),
		sends("voice", ""),
		says("Super, merci beaucoup !"),
	},
	"it": {
		order("Buongiorno, l’ordine %d risulta consegnato ma non ho ricevuto nulla."),
		says("Avete una miscela meno tostata?"),
		sends("sticker", ""),
		says("Posso ritirare in negozio domani mattina?"),
		says("Grazie mille, gentilissimi."),
	},
	"hi": {
		order("नमस्ते, ऑर्डर %d कब तक पहुँचेगा?"),
		says("क्या अदरक वाली चाय उपलब्ध है?"),
		says("भुगतान दो बार कट गया है, कृपया देखें।"),
		says("धन्यवाद!"),
	},
	"id": {
		order("Halo kak, pesanan %d sudah dikirim belum ya?"),
		says("Ada ukuran 250 gram?"),
		sends("location", ""),
		says("Makasih banyak kak 🙏🙏"),
	},
	"ja": {
		order("注文番号%dの配送状況を教えてください。"),
		says("ギフト包装はできますか？"),
		says("玄米茶の再入荷はいつ頃ですか。"),
		says("無事に届きました。ありがとうございます。"),
	},
	"ar": {
		order("مرحبًا، أين وصل الطلب رقم %d؟"),
		says("هل يتوفر شاي النعناع بكمية أكبر؟"),
		sends("image", "وصلني الكيس مفتوحًا"),
		says("شكرًا جزيلًا لكم"),
	},
	"tr": {
		order("Merhaba, %d numaralı siparişim hâlâ gelmedi."),
		says("Filtre kahveyi çekilmiş gönderiyor musunuz?"),
		says("İade için ne yapmam gerekiyor?"),
		says("Teşekkürler, elinize sağlık."),
	},
}
