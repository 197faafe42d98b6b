package demo

func storiesRomance() []story {
	return []story{
		{"Maëlle Girard", 5 * hour, []step{
			says(0, "Bonjour, le code PRINTEMPS ne passe pas au moment de payer"),
			bia(11*minute, "Bonjour Maëlle, il s’applique à partir de 25 €. Votre panier est à combien ?"),
			says(5*minute, "Ah, 23,80 €… j’ajoute un sachet de verveine alors"),
			attaches("Bia", 2*minute, "image", "tins", "Bonne idée, elle est toute fraîche 🌿"),
			reacts(6*minute, "😍", 1),
		}},
		{"Idrissa Koné", 75 * minute, []step{
			shows(0, "voice", "deep", ""),
			caio(9*minute, "Bonjour Idrissa, bien entendu : le moulin part demain, je vous envoie le suivi."),
			says(3*minute, "Merci ! Le remboursement des frais de port, c’est fait aussi ?"),
		}},
		{"Ginevra Salis", 31 * hour, []step{
			says(0, "Buongiorno, l’ordine 1091 risulta consegnato ma non ho ricevuto nulla."),
			bia(12*minute, "Buongiorno Ginevra, controllo subito con il corriere."),
			says(4*minute, "Grazie"),
			bia(hour, "È dal vicino, al numero 12. Può ritirarlo quando vuole."),
			says(3*hour, "Trovato! Gentilissimi."),
			shows(minute, "sticker", "thanks", ""),
			finishes("Bia", 2*minute),
		}},
	}
}

func storiesEast() []story {
	return []story{
		{"林晓雯", 6 * hour, []step{
			says(0, "您好，订单1119的茶壶收到了，盖子不太合适，我要退款"),
			shows(minute, "image", "broken", "壶嘴也有裂痕"),
			caio(10*minute, "晓雯您好，非常抱歉。可以给您全额退款，不用寄回。"),
			says(3*minute, "好的，大概多久到账？"),
			caio(4*minute, "三到五个工作日，原路退回。").to(1),
			says(4*hour, "我要退款的那笔还没看到，麻烦再查一下"),
		}},
		{"陈志远", 45 * minute, []step{
			says(0, "你好，想订20盒茉莉花茶做公司礼品，可以开发票吗？"),
			says(minute, "最好下周三前到上海"),
			rui(8*minute, "您好，可以开增值税专用发票。20盒有九折，下周二能到。"),
			says(5*minute, "太好了，我下午把抬头发给您"),
		}},
		{"黃美玲", 4*day + 2*hour, []step{
			says(0, "請問高山茶有真空包裝嗎？"),
			bia(9*minute, "有的，75 克和 150 克兩種。"),
			says(4*minute, "那我要兩包 150 克，寄到台中"),
			bia(6*minute, "好的，明天寄出。"),
			says(2*day, "收到了，很香！"),
			finishes("Bia", minute),
		}},
		{"佐倉 葵", 27 * hour, []step{
			says(0, "注文番号1101の配送状況を教えてください。"),
			bia(14*minute, "佐倉様、お問い合わせありがとうございます。本日発送いたしました。明日の午前中に届く予定です。"),
			says(3*minute, "承知しました。ありがとうございます。"),
			shows(22*hour, "image", "tins", "無事に届きました！全部並べてみました"),
			likes("Bia", 3*minute, "❤️", 1),
			bia(8*minute, "素敵ですね！ごゆっくりお楽しみください。"),
			reacts(2*minute, "😊", 1),
		}},
		{"北村 健太", 12 * minute, []step{
			says(0, "ギフト包装はできますか？母の誕生日に送りたいです。"),
			says(minute, "メッセージカードも付けられると嬉しいです"),
		}},
		{"한서연", 3 * hour, []step{
			says(0, "안녕하세요, 주문 1133 교환 가능한가요? 사이즈가 작아요"),
			caio(7*minute, "안녕하세요, 서연님. 네, L로 교환해 드릴게요."),
			says(2*minute, "감사합니다! 택배는 언제 오나요?"),
		}},
		{"กานดา ศรีสุข", 8 * hour, []step{
			says(0, "สวัสดีค่ะ สั่งชาเขียวไปเมื่อวาน ออเดอร์ 1110 ขอเปลี่ยนที่อยู่จัดส่งได้ไหมคะ"),
			bia(6*minute, "สวัสดีค่ะ ได้ค่ะ รบกวนส่งที่อยู่ใหม่ให้หน่อยนะคะ"),
			place(3*minute, "บ้านใหม่", "ถนนนิมมานเหมินท์ เชียงใหม่", 18.7995, 98.9678),
			bia(4*minute, "เปลี่ยนให้เรียบร้อยแล้วค่ะ").to(1),
			says(2*minute, "ขอบคุณมากค่ะ 🙏"),
			looks("Bia", minute),
		}},
		{"Wulan Pratiwi", 90 * minute, []step{
			says(0, "Halo kak, kopi Gayo ukuran 250 gram masih ada?"),
			caio(5*minute, "Halo kak Wulan, masih ada 6 bungkus."),
			says(3*minute, "Mau 2 ya kak, digiling untuk V60"),
			caio(2*minute, "Siap kak, dikirim besok pagi."),
			shows(minute, "sticker", "happy", ""),
			looks("Caio", minute),
		}},
		{"Trần Minh Anh", 9 * minute, []step{
			says(0, "Chào shop, trà sen đợt này có hộp quà không ạ?"),
		}},
	}
}

func storiesSouth() []story {
	return []story{
		{"Arjun Mehta", 30 * hour, []step{
			says(0, "नमस्ते, ऑर्डर 1094 का भुगतान दो बार कट गया है"),
			shows(minute, "image", "receipt", ""),
			rui(16*minute, "नमस्ते अर्जुन जी, हमने देख लिया है। एक भुगतान आज ही वापस कर दिया जाएगा।"),
			says(10*minute, "धन्यवाद, कितने दिन लगेंगे?"),
			rui(5*minute, "दो से तीन कार्य दिवस।"),
			says(26*hour, "पैसे वापस आ गए, धन्यवाद 🙏"),
			looks("Rui", 9*minute),
		}},
		{"Kavita Joshi", 22 * minute, []step{
			says(0, "क्या अदरक वाली चाय 500 ग्राम में मिलेगी?"),
			says(minute, "और दिल्ली में डिलीवरी कब तक होगी?"),
		}},
		{"ليلى حداد", 5 * hour, []step{
			says(0, "مرحبًا، أين وصل الطلب رقم 1125؟"),
			bia(8*minute, "أهلًا ليلى، الطلب مع شركة الشحن ويصل غدًا قبل الظهر."),
			says(3*minute, "ممتاز، هل يمكن التسليم بعد الساعة الرابعة؟"),
			bia(4*minute, "نعم، غيّرنا الموعد إلى ما بين الرابعة والسادسة.").to(1),
			reacts(minute, "🌹", 1),
			says(3*hour+30*minute, "هل يتوفر شاي النعناع بعلبة كبيرة؟"),
		}},
		{"كريم منصور", 15 * minute, []step{
			says(0, "السلام عليكم، وصلتني العلبة هكذا"),
			shows(minute, "image", "parcel", "الطلب 1138"),
		}},
		{"Elif Aydın", 6 * hour, []step{
			says(0, "Merhaba, 1115 numaralı siparişi iade etmek istiyorum, ne yapmam gerekiyor?"),
			caio(12*minute, "Merhaba Elif Hanım, ürünü açmadıysanız ücretsiz iade edebilirsiniz. Kargo kodunu birazdan yazarım."),
			says(4*minute, "Açmadım, teşekkürler."),
			links("Caio", 9*minute, "Kodunuz: AURORA-1115. Herhangi bir şubeye bırakabilirsiniz.", "İade adımları", "https://example.com/iade/1115"),
		}},
		{"נועה ברק", 2 * hour, []step{
			says(0, "שלום, מתי תגיע הזמנה 1129?"),
			rui(7*minute, "שלום נועה, ההזמנה יצאה היום ותגיע מחר."),
			says(2*minute, "תודה! אפשר להשאיר אצל השכן?"),
		}},
	}
}

func storiesNorth() []story {
	return []story{
		{"Sanne de Wit", 3*day + 4*hour, []step{
			says(0, "Hoi! Kan ik de thee ook in de winkel proeven?"),
			caio(9*minute, "Hoi Sanne, zeker, elke zaterdag van 10 tot 16 uur."),
			lists("Caio", minute, "Hoe laat wil je komen?", "Kies een tijd", "Zaterdag", "10", "10 tot 12 uur", "Groene thee", "12", "12 tot 14 uur", "Zwarte thee", "14", "14 tot 16 uur", "Koffie"),
			presses(3*minute, "12", 1),
			says(minute, "Leuk, tot zaterdag!"),
			shows(2*day, "image", "cups", "Dit waren onze favorieten ☕"),
			caio(25*minute, "Mooie foto! De linker is de Assam, op voorraad."),
			says(5*minute, "Dan bestel ik die 😊"),
			finishes("Caio", minute),
		}},
		{"Zofia Malec", 50 * minute, []step{
			says(0, "Dzień dobry, czy zamówienie 1136 można odebrać w sobotę?"),
			bia(10*minute, "Dzień dobry! Tak, w sobotę od 9:00 do 14:00."),
		}},
		{"Оксана Гринь", 4 * hour, []step{
			says(0, "Добрий день! Потрібно змінити адресу для замовлення 1122"),
			bia(8*minute, "Добрий день, Оксано! Напишіть, будь ласка, нову адресу."),
			says(3*minute, "Київ, вул. Садова 7, відділення 12"),
			bia(2*minute, "Змінено, відправимо сьогодні.").to(1),
			reacts(minute, "👍", 1),
		}},
		{"Elsa Lindqvist", 40 * minute, []step{
			says(0, "Hej! Har ni koffeinfritt te som passar till kvällen?"),
			shows(2*minute, "video", "steam", "Så här ser mitt kvällste ut just nu"),
		}},
	}
}
