// A list of our own, short enough to load at once: what people use with customers. "sign name word word".
const list = `
😀 grinning smile happy|😃 smiley happy|😄 smile happy|😁 beaming grin|😅 sweat_smile relief|😂 joy laugh tears|🤣 rofl laugh|🙂 slight_smile|🙃 upside_down|😉 wink
😊 blush smile|😇 innocent angel|😍 heart_eyes love|🥰 smiling_hearts love|😘 kiss|😋 yum tasty|😜 wink_tongue joke|🤗 hug|🤔 thinking hmm|🤨 raised_eyebrow doubt
😐 neutral|😑 expressionless|🙄 roll_eyes|😏 smirk|😌 relieved|😴 sleeping tired|😷 mask sick|🤒 thermometer sick|🤧 sneeze|🥵 hot
🥶 cold|😎 cool sunglasses|🤓 nerd|😕 confused|😟 worried|🙁 frown sad|😮 surprised wow|😲 astonished|😳 flushed|🥺 pleading
😢 cry sad|😭 sob cry|😤 triumph|😠 angry|😡 rage angry|🤯 mind_blown|😱 scream fear|😬 grimace|🤐 zipper_mouth secret|😶 no_mouth
👍 thumbs_up +1 yes ok good|👎 thumbs_down -1 no|👌 ok_hand perfect|✌️ victory peace|🤞 fingers_crossed luck|🤝 handshake deal|🙏 pray thanks please|👏 clap bravo|🙌 raised_hands hooray|💪 muscle strong
👋 wave hello bye|🤚 raised_back hand|✋ hand stop|👉 point_right|👈 point_left|👆 point_up|👇 point_down|✍️ writing|👀 eyes look|🫶 heart_hands
🤷 shrug|🤦 facepalm|🙋 raising_hand me|🙇 bow sorry|💁 info_person|🧑‍💻 technologist computer|🧑‍🔧 mechanic repair|🧑‍🍳 cook|👶 baby|🧑 person
❤️ heart love red|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|🤍 white_heart|💔 broken_heart|💕 two_hearts
✨ sparkles|⭐ star|🌟 glowing_star|🔥 fire hot|🎉 tada party congratulations|🎊 confetti|🎂 cake birthday|🎁 gift present|🎈 balloon|🏆 trophy win
✅ check done yes|☑️ checkbox|✔️ tick|❌ cross no wrong|❓ question|❗ exclamation important|⚠️ warning|ℹ️ info|🚫 forbidden no|💯 hundred perfect
➡️ arrow_right|⬅️ arrow_left|⬆️ arrow_up|⬇️ arrow_down|🔄 refresh again|🔁 repeat|🔔 bell|🔕 bell_off|🔒 lock|🔓 unlock
🔑 key|🔍 search magnifier|🔗 link|📎 paperclip attach|📌 pin|📍 location place|🗺️ map|🧭 compass|🏠 house home|🏢 office
🏪 shop store|🏥 hospital|🏨 hotel|🏦 bank|🏭 factory|🏫 school|🚗 car|🚕 taxi|🚌 bus|🚚 truck delivery shipping
🚛 lorry|🚲 bicycle|🛵 scooter courier|✈️ plane flight travel|🚆 train|🚢 ship|🚀 rocket|⛽ fuel|🅿️ parking|🚦 traffic_light
📦 package parcel box|📫 mailbox|✉️ envelope mail|📧 email|📩 incoming|📤 outbox|📥 inbox|📝 memo note|📄 page document|📃 receipt_page
🧾 receipt invoice|📋 clipboard|📁 folder|📅 calendar date|📆 date|🗓️ calendar_spiral|📊 chart|📈 growth|📉 decline|📏 ruler size
📞 phone call|☎️ telephone|📱 mobile|💬 speech chat|💭 thought|🗨️ comment|📢 announcement|📣 megaphone|🎙️ microphone voice|📷 camera photo
📸 flash photo|🎥 film video|📺 tv|💻 laptop computer|🖥️ desktop|🖨️ printer|⌨️ keyboard|🖱️ mouse|💾 save disk|🔋 battery
🔌 plug power|💡 idea bulb|🔦 torch|🛠️ tools repair|🔧 wrench fix|🔨 hammer|⚙️ gear settings|🧰 toolbox|🧪 test_tube|🧹 broom
🛒 cart shopping|🛍️ bags shopping|💳 card payment|💰 money_bag|💵 dollars|💶 euros|💷 pounds|🪙 coin|🏷️ label price tag|🎟️ ticket
👕 shirt|👖 jeans|👗 dress|👟 shoe|👜 bag|🧢 cap|🧣 scarf|💍 ring|⌚ watch|🕶️ sunglasses
🕐 clock time|⏰ alarm|⏳ hourglass waiting|⌛ hourglass_done|⏱️ stopwatch|☀️ sun|🌤️ sun_cloud|☁️ cloud|🌧️ rain|⛈️ storm
❄️ snow|🌈 rainbow|🌊 wave_water|🌙 moon night|🌍 world earth|🌸 blossom|🌹 rose|🌻 sunflower|🌿 herb|🌳 tree
🐶 dog|🐱 cat|🐭 mouse_animal|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐦 bird|🐟 fish|🐝 bee
🍎 apple|🍌 banana|🍇 grapes|🍓 strawberry|🍋 lemon|🥑 avocado|🥕 carrot|🍞 bread|🧀 cheese|🍕 pizza
🍔 burger|🍟 fries|🥗 salad|🍝 pasta|🍣 sushi|🍰 cake_slice|🍪 cookie|🍫 chocolate|☕ coffee|🍵 tea
🍷 wine|🍺 beer|🥂 cheers|🍽️ plate meal|⚽ football|🏀 basketball|🎾 tennis|🎵 music|🎶 notes|🎮 game
`

export interface Emoji {
  sign: string
  /** Its name first, then other words for it. */
  words: string[]
}

export const emoji: readonly Emoji[] = list
  .trim()
  .split(/[\n|]/)
  .map((entry) => {
    const [sign = '', ...words] = entry.split(' ')
    return { sign, words }
  })

/** The emoji that a few letters may mean, the best first. */
export function find(letters: string, limit: number): Emoji[] {
  const wanted = letters.toLowerCase()
  const rank = (e: Emoji) => (e.words[0] === wanted ? 0 : e.words[0]!.startsWith(wanted) ? 1 : e.words.some((w) => w.startsWith(wanted)) ? 2 : e.words.some((w) => w.includes(wanted)) ? 3 : 9)
  return emoji
    .map((e) => ({ e, r: rank(e) }))
    .filter(({ r }) => r < 9)
    .sort((a, b) => a.r - b.r)
    .slice(0, limit)
    .map(({ e }) => e)
}
