package demo

import "github.com/clearline/clearline/sim"

// stories are the sample company's last days: a shop for tea and coffee. Everybody in them is invented.
func stories() []story {
	var all []story
	for _, part := range [][]story{storiesPortuguese(), storiesSpanish(), storiesEnglish(), storiesGerman(), storiesRomance(), storiesEast(), storiesSouth(), storiesNorth()} {
		all = append(all, part...)
	}
	return all
}

func storiesPortuguese() []story {
	return []story{
		{"Ana Souza", 5*day + 2*hour, []step{
			says(0, "Oi! Fiz o pedido 1042 ontem e coloquei o endereço antigo 😬"),
			says(minute, "Dá para trocar?"),
			bia(6*minute, "Oi, Ana! Dá sim, ainda não saiu daqui. Qual é o endereço certo?"),
			says(3*minute, "Rua das Acácias, 28, apto 51, Pinheiros"),
			bia(2*minute, "Prontinho, endereço atualizado. Ele sai amanhã cedo.").to(1),
			reacts(minute, "❤️", 1),
			says(2*day, "Chegou hoje, em cima da hora do aniversário!"),
			shows(minute, "image", "door", "O entregador deixou na porta"),
			bia(9*minute, "Que alegria! Feliz aniversário para quem ganhou o chá 🎉"),
			says(4*minute, "Obrigada, vocês são demais"),
			says(2*day+9*hour, "Oi de novo 😊 quero repetir o pedido 1042, agora com dois de hibisco. Como faço?"),
		}},
		{"Beatriz Nunes", 2*day + 5*hour, []step{
			says(0, "A caixa do pedido 1088 chegou assim…"),
			shows(minute, "image", "parcel", ""),
			caio(8*minute, "Beatriz, sinto muito. Os pacotes de dentro estão inteiros?"),
			says(5*minute, "Um rasgou, o de camomila"),
			caio(4*minute, "Mando outro de camomila hoje mesmo, sem custo. Não precisa devolver nada."),
			reacts(2*minute, "🙏", 1),
			says(day+20*hour, "O de camomila chegou, perfeito. Vocês têm em pacote de 250 g?"),
			caio(11*minute, "Temos: 250 g por R$ 38,90. Separo um para você?"),
			says(6*minute, "Separa dois!"),
		}},
		{"Thiago Prado", 3*day + 7*hour, []step{
			says(0, "Boa tarde, preciso da nota fiscal do pedido 1061 em nome da empresa"),
			rui(25*minute, "Boa tarde, Thiago! Me passa o CNPJ e a razão social, por favor."),
			says(12*minute, "Café da Esquina Ltda., CNPJ 00.000.000/0001-00"),
			rui(18*minute, "Emitida. Chega no seu e-mail em alguns minutos."),
			says(hour, "Chegou. Obrigado!"),
			finishes("Rui", minute),
		}},
		{"João Figueira", 26 * hour, []step{
			says(0, "Boa tarde! Têm chá dos Açores?"),
			bia(7*minute, "Boa tarde, João! Temos preto e verde, ambos em folha solta."),
			says(4*minute, "Quero três de preto, sefor possível hoje"),
			edits(minute, "Quero três de preto, se for possível hoje", 1),
			bia(3*minute, "Sai hoje às 17h. O total é 23,70 €, com portes."),
			says(2*minute, "Combinado 👍"),
			takes("Bia", 3*minute),
			says(22*hour, "Já vem a caminho?"),
		}},
		{"Marta Queirós", 4*day + 3*hour, []step{
			says(0, "Olá, o reembolso da encomenda 1017 ainda não apareceu na conta"),
			caio(31*minute, "Olá, Marta. Foi feito na segunda-feira; o banco costuma demorar até cinco dias úteis."),
			says(6*minute, "Obrigada, espero então"),
			caio(20*hour, "Marta, já chegou?"),
			says(3*hour, "Chegou hoje de manhã. Obrigada pelo cuidado."),
			finishes("Caio", minute),
		}},
	}
}

func storiesSpanish() []story {
	return []story{
		{"Ximena Robles", 50 * minute, []step{
			says(0, "Hola, ¿todavía puedo cambiar la talla de la camiseta del pedido 1130? Pedí M y necesito L"),
			shows(minute, "image", "shirt", "Es esta"),
			caio(9*minute, "¡Hola, Ximena! Sí, aún no la empacamos. La cambio a L."),
			says(2*minute, "¡Gracias! ¿Me confirmas cuando salga?"),
			caio(3*minute, "Claro, te aviso hoy mismo."),
			asks("Caio", 2*minute, "¿De qué color la prefieres?", "blue", "Azul", "green", "Verde"),
			presses(minute, "blue", 1),
		}},
		{"Tomás Echeverría", 5*day + 9*hour, []step{
			says(0, "Buenas, me cobraron dos veces el pedido 1009"),
			shows(minute, "image", "receipt", "Miren el círculo"),
			rui(14*minute, "Tienes razón, Tomás: se cobró doble. Hacemos el reembolso ahora mismo."),
			says(3*minute, "Genial, ¿cuánto tarda?"),
			rui(5*minute, "Entre tres y cinco días hábiles, según el banco.").to(1),
			says(3*day, "Ya lo tengo. Gracias por resolverlo tan rápido."),
			finishes("Rui", 2*minute),
		}},
		{"Lucía Ferrer", 7 * hour, []step{
			says(0, "Hola, ¿hacéis envíos a Canarias?"),
			says(minute, "Mi dirección es calle Falsa 123"),
			unsends(minute, 1),
			says(minute, "Perdón, número equivocado. Lo del envío a Canarias sí 🙂"),
			bia(10*minute, "¡Hola, Lucía! Sí, en cinco a siete días, 6,90 € de portes."),
			says(4*minute, "Estupendo, entonces hago el pedido esta noche."),
			looks("Bia", 5*minute),
		}},
		{"Marisol", 35 * minute, []step{
			says(0, "Hola! Vengo por el anuncio del té de primavera"),
			says(minute, "¿Cuánto cuesta la caja de degustación?"),
		}},
	}
}

func storiesEnglish() []story {
	return []story{
		{"Priya Raman", 3 * hour, []step{
			says(0, "Hi! Order 1127 says delivered, but I can't find it anywhere"),
			bia(5*minute, "Hi Priya, sorry about that. The courier left a photo, one moment."),
			says(2*minute, "Oh! Behind the plant pot, maybe?"),
			bia(3*minute, "Exactly there, to the left of the door."),
			shows(6*minute, "image", "door", "Found it!! Thank you"),
			reacts(minute, "😂", 2),
			says(2*hour+20*minute, "One more thing: what time should I expect the next one? I am away until Tuesday"),
		}},
		{"Owen Hartley", 4 * hour, []step{
			says(0, "Morning. One of the four cups arrived like this"),
			shows(minute, "image", "broken", "Box was fine, so it must have been packed like that"),
			caio(12*minute, "Good morning, Owen. That should not happen. A new one goes out today; please bin the pieces carefully."),
			says(5*minute, "Brilliant, cheers"),
			says(2*hour+30*minute, "Actually could you make it two? Happy to pay for the second one."),
		}},
		{"Folake Adeyemi", 2 * hour, []step{
			says(0, "Good afternoon. Do you roast for cafés too? We need about 12 kg a month."),
			shows(minute, "voice", "voice", ""),
			rui(20*minute, "Good afternoon, Folake! We do. Here is a first offer, and I will send you three samples."),
			attaches("Rui", minute, "document", "order", "Offer for 12 kg a month"),
			says(4*minute, "Wonderful. Please send them here"),
			place(minute, "Palm Court Café", "14 Marina Road, Lagos", 6.4474, 3.3903),
			rui(9*minute, "Thank you. They leave on Monday.").to(1),
			reacts(minute, "🙏", 1),
		}},
		{"Maddie Clarke", 25 * minute, []step{
			says(0, "Hey, could you cancel order 1141? I ordered the wrong grind"),
			bia(6*minute, "Done: order 1141 is cancelled, and the refund is on its way.").struck(sim.Fault{Effect: "timeout", Operation: "send", MS: 40, Times: 1}),
		}},
		{"Grant Ellery", 23*hour + 50*minute, []step{
			says(0, "Do you have the stainless filter in size 02?"),
			caio(8*minute, "We do, two are left. Shall I put one aside for you?"),
			says(6*minute, "Let me measure mine first and get back to you tomorrow. What is the price?"),
			looks("Caio", 2*minute),
		}},
		{"Siobhán Keane", 2*day + 8*hour, []step{
			says(0, "Hiya, is the decaf from the spring box sold on its own as well?"),
			says(2*minute, "No rush at all"),
		}},
		{"Noah Whitfield", 4*day + 6*hour, []step{
			says(0, "Hi there, when does order 1033 ship? It's a present"),
			bia(15*minute, "Hi Noah, the tin comes in on Thursday, and your order leaves the same day."),
			says(3*minute, "Perfect, can you tell me once it's out?"),
			template("Bia", 2*day+2*hour, "order_update", "en_US", "Noah", "1033", "Monday"),
			reacts(40*minute, "🎁", 1),
		}},
	}
}

func storiesGerman() []story {
	return []story{
		{"Lotte Brandt", 28 * hour, []step{
			says(0, "Guten Tag, ich hätte gern eine Rechnung mit Umsatzsteuer-ID für Bestellung 1098."),
			rui(13*minute, "Guten Tag, Frau Brandt. Gern: Wie lautet die ID?"),
			says(4*minute, "DE 000 000 000"),
			rui(7*minute, "Danke, die neue Rechnung ist unterwegs an Ihre E-Mail-Adresse."),
			shows(3*hour, "document", "invoice", "Hier stimmt die Menge noch nicht: zweimal Oolong, bestellt war einmal."),
			rui(20*minute, "Sie haben recht, das ist berichtigt. Entschuldigen Sie die Umstände.").to(1),
			says(15*minute, "Alles gut, vielen Dank für die schnelle Hilfe!"),
			finishes("Rui", minute),
		}},
		{"Anselm Vogt", 100 * minute, []step{
			says(0, "Kann ich heute noch bis 18 Uhr bei Ihnen abholen?"),
			caio(6*minute, "Ja, bis 18:30 Uhr. Die Tüte liegt an der Kasse, auf Ihren Namen."),
			points("Caio", minute, "Aurora Tea & Coffee", "Torstraße 12, Berlin", 52.5296, 13.4010),
			says(2*minute, "Prima."),
			looks("Caio", minute),
		}},
		{"Jana Kern", 18 * minute, []step{
			says(0, "Hallo! Fallen die T-Shirts eher groß oder klein aus?"),
			says(minute, "Ich schwanke zwischen S und M"),
		}},
	}
}
