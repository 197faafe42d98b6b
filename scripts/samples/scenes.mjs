// The scenes. Each draw() runs in a page with the helpers of ../samples.mjs, so it uses nothing from here.

export const pictures = {
  cups: {
    width: 960, height: 720,
    draw: function (c, w, h) {
      wood(c, w, h, '#b98a5a', 'rgb(60 35 15 / 0.5)')
      for (const [x, y, r, tea] of [[330, 380, 170, '#8a4b16'], [665, 330, 150, '#a8741f']]) {
        shaded(c, 40, 26, () => { c.fillStyle = '#efe8dc'; c.beginPath(); c.ellipse(x, y, r * 1.28, r * 1.24, 0, 0, 7); c.fill() })
        c.strokeStyle = '#d9cfbf'; c.lineWidth = 6
        c.beginPath(); c.ellipse(x, y, r * 1.1, r * 1.06, 0, 0, 7); c.stroke()
        shaded(c, 24, 12, () => { c.fillStyle = '#fbf7ef'; c.beginPath(); c.ellipse(x, y, r, r * 0.96, 0, 0, 7); c.fill() })
        c.lineWidth = 26; c.strokeStyle = '#fbf7ef'
        c.beginPath(); c.arc(x + r * 1.02, y + r * 0.3, r * 0.26, -1.6, 1.8); c.stroke()
        const g = c.createRadialGradient(x - r * 0.3, y - r * 0.35, r * 0.1, x, y, r)
        g.addColorStop(0, '#d9943f'); g.addColorStop(1, tea)
        c.fillStyle = g; c.beginPath(); c.ellipse(x, y, r * 0.84, r * 0.8, 0, 0, 7); c.fill()
        c.fillStyle = 'rgb(255 255 255 / 0.28)'
        c.beginPath(); c.ellipse(x - r * 0.3, y - r * 0.38, r * 0.3, r * 0.1, -0.5, 0, 7); c.fill()
      }
      c.save(); c.translate(500, 610); c.rotate(-0.2)
      shaded(c, 12, 8, () => { c.fillStyle = '#c9cdd2'; c.fillRect(-150, -7, 230, 14); c.beginPath(); c.ellipse(110, 0, 50, 26, 0, 0, 7); c.fill() })
      c.restore()
      vignette(c, w, h)
    },
  },
  parcel: {
    width: 960, height: 720,
    draw: function (c, w, h) {
      c.fillStyle = '#9aa19c'; c.fillRect(0, 0, w, 430)
      c.fillStyle = '#c7c1b4'; c.fillRect(0, 430, w, h - 430)
      for (let i = 0; i < 9; i++) { c.fillStyle = 'rgb(60 60 50 / 0.14)'; c.fillRect(i * 130 - 30, 430, 4, h) }
      c.fillStyle = 'rgb(40 30 20 / 0.35)'; c.filter = 'blur(18px)'; c.beginPath(); c.ellipse(490, 610, 340, 46, 0, 0, 7); c.fill(); c.filter = 'none'
      const side = (points, fill) => { c.fillStyle = fill; c.beginPath(); points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y))); c.closePath(); c.fill() }
      side([[190, 270], [520, 330], [520, 620], [190, 540]], '#a97b46')
      side([[520, 330], [800, 262], [800, 530], [520, 620]], '#8f6436')
      side([[190, 270], [470, 205], [800, 262], [520, 330]], '#c2935a')
      side([[310, 244], [388, 224], [700, 284], [618, 306]], 'rgb(226 205 160 / 0.85)')
      side([[618, 306], [700, 284], [700, 360], [618, 388]], 'rgb(226 205 160 / 0.7)')
      side([[190, 270], [260, 288], [246, 352], [212, 330], [190, 352]], '#5f3f1d')
      side([[260, 288], [246, 352], [300, 330]], '#caa068')
      side([[212, 330], [246, 352], [230, 420], [190, 400]], '#7d5629')
      c.strokeStyle = '#4d3216'; c.lineWidth = 3
      c.beginPath(); c.moveTo(246, 352); c.lineTo(290, 400); c.lineTo(276, 452); c.moveTo(290, 400); c.lineTo(344, 414); c.stroke()
      side([[560, 420], [730, 378], [730, 470], [560, 518]], '#f4f1ea')
      c.fillStyle = '#222'
      for (let i = 0; i < 22; i++) { const x = 575 + i * 6.6; c.fillRect(x, 446 - i * 1.65, 1.5 + ((i * 7) % 4), 42) }
      c.strokeStyle = '#9a9488'; c.lineWidth = 4; c.beginPath(); c.moveTo(572, 432); c.lineTo(660, 410); c.stroke()
      vignette(c, w, h)
    },
  },
  broken: {
    width: 720, height: 960,
    draw: function (c, w, h) {
      c.fillStyle = '#dfe3e2'; c.fillRect(0, 0, w, h)
      for (let y = 0; y < h; y += 160) for (let x = 0; x < w; x += 160) {
        c.fillStyle = `rgb(${205 + chance() * 14} ${212 + chance() * 12} ${212 + chance() * 10})`
        c.fillRect(x + 3, y + 3, 154, 154)
      }
      c.fillStyle = '#8a5a22'; c.filter = 'blur(3px)'; c.globalAlpha = 0.75
      c.beginPath(); c.moveTo(180, 640); c.bezierCurveTo(90, 760, 260, 860, 390, 800); c.bezierCurveTo(560, 850, 640, 720, 520, 640); c.closePath(); c.fill()
      c.filter = 'none'; c.globalAlpha = 1
      const shard = (points, fill) => shaded(c, 18, 10, () => { c.fillStyle = fill; c.beginPath(); points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y))); c.closePath(); c.fill() })
      shaded(c, 34, 22, () => {
        c.fillStyle = '#2f6d7a'
        c.beginPath(); c.moveTo(200, 330); c.lineTo(300, 300); c.lineTo(330, 380); c.lineTo(400, 330); c.lineTo(440, 420); c.lineTo(520, 330)
        c.bezierCurveTo(540, 520, 500, 640, 360, 650); c.bezierCurveTo(220, 640, 180, 500, 200, 330); c.fill()
      })
      c.fillStyle = 'rgb(255 255 255 / 0.2)'; c.beginPath(); c.ellipse(270, 480, 26, 100, 0.1, 0, 7); c.fill()
      c.lineWidth = 30; c.strokeStyle = '#2f6d7a'; c.beginPath(); c.arc(540, 470, 70, -1.3, 1.5); c.stroke()
      shard([[120, 720], [210, 690], [230, 770], [150, 800]], '#3b8291')
      shard([[330, 730], [400, 700], [440, 770]], '#f2efe8')
      shard([[520, 760], [600, 720], [630, 800], [560, 830]], '#2f6d7a')
      shard([[420, 850], [470, 830], [480, 890]], '#3b8291')
      shard([[560, 250], [620, 230], [640, 300], [590, 310]], '#f2efe8')
      vignette(c, w, h)
    },
  },
  receipt: {
    width: 720, height: 960,
    draw: function (c, w, h) {
      wood(c, w, h, '#6d4a32', 'rgb(30 15 5 / 0.5)')
      c.save(); c.translate(w / 2, h / 2); c.rotate(0.05)
      shaded(c, 34, 18, () => {
        c.fillStyle = '#faf8f2'
        c.beginPath(); c.moveTo(-220, -400); c.lineTo(220, -400); c.lineTo(220, 400)
        for (let x = 220; x > -220; x -= 22) { c.lineTo(x - 11, 388); c.lineTo(x - 22, 400) }
        c.closePath(); c.fill()
      })
      c.fillStyle = '#26231f'; c.textAlign = 'center'; c.font = '700 34px sans-serif'
      c.fillText('AURORA', 0, -330)
      c.font = '20px monospace'; c.fillText('TEA & COFFEE', 0, -300)
      c.textAlign = 'start'
      const rows = [['Oolong 100 g', '7.50'], ['Oolong 100 g', '7.50'], ['Sencha 50 g', '5.20'], ['Paper filters', '3.10'], ['Delivery', '4.00']]
      rows.forEach(([what, price], i) => { c.textAlign = 'start'; c.fillText(what, -185, -220 + i * 46); c.textAlign = 'end'; c.fillText(price, 185, -220 + i * 46) })
      c.fillRect(-185, 20, 370, 3)
      c.font = '700 30px monospace'; c.textAlign = 'start'; c.fillText('TOTAL', -185, 70); c.textAlign = 'end'; c.fillText('27.30', 185, 70)
      c.strokeStyle = '#c0392b'; c.lineWidth = 5; c.beginPath(); c.ellipse(60, -195, 160, 52, -0.03, 0, 7); c.stroke()
      for (let i = 0; i < 46; i++) { c.fillStyle = '#26231f'; c.fillRect(-160 + i * 7, 190, 1 + ((i * 13) % 5), 90) }
      c.restore()
      vignette(c, w, h)
    },
  },
  shirt: {
    width: 840, height: 840,
    draw: function (c, w, h) {
      c.fillStyle = '#e8e2d6'; c.fillRect(0, 0, w, h)
      for (let i = 0; i < 60; i++) { c.strokeStyle = 'rgb(120 100 70 / 0.07)'; c.lineWidth = 2; c.beginPath(); c.moveTo(0, i * 15); c.lineTo(w, i * 15 + 6); c.stroke() }
      shaded(c, 40, 22, () => {
        c.fillStyle = '#31506b'
        c.beginPath(); c.moveTo(300, 150); c.quadraticCurveTo(420, 215, 540, 150); c.lineTo(690, 215); c.lineTo(760, 370); c.lineTo(650, 420); c.lineTo(615, 350)
        c.lineTo(620, 720); c.quadraticCurveTo(420, 745, 220, 720); c.lineTo(225, 350); c.lineTo(190, 420); c.lineTo(80, 370); c.lineTo(150, 215); c.closePath(); c.fill()
      })
      c.strokeStyle = '#223b50'; c.lineWidth = 7; c.beginPath(); c.moveTo(300, 150); c.quadraticCurveTo(420, 215, 540, 150); c.stroke()
      c.strokeStyle = 'rgb(15 30 45 / 0.35)'; c.lineWidth = 3
      for (const [a, b] of [[[225, 350], [260, 480]], [[615, 350], [580, 500]], [[330, 560], [300, 720]], [[500, 600], [530, 720]]]) { c.beginPath(); c.moveTo(...a); c.lineTo(...b); c.stroke() }
      c.fillStyle = '#f3efe4'; c.font = '700 54px sans-serif'; c.textAlign = 'center'; c.fillText('aurora', 420, 380)
      c.lineWidth = 7; c.strokeStyle = '#f3efe4'; c.beginPath(); c.arc(420, 470, 46, 0.15, Math.PI - 0.15); c.lineTo(374, 470); c.stroke()
      c.beginPath(); c.arc(474, 484, 16, -1.4, 1.6); c.stroke()
      shaded(c, 6, 3, () => { c.fillStyle = '#fff'; c.fillRect(385, 196, 70, 40) })
      c.fillStyle = '#222'; c.font = '700 26px sans-serif'; c.fillText('M', 420, 226)
      vignette(c, w, h)
    },
  },
  tins: {
    width: 960, height: 720,
    draw: function (c, w, h) {
      const wall = c.createLinearGradient(0, 0, 0, h); wall.addColorStop(0, '#e9dcc3'); wall.addColorStop(1, '#cdb991')
      c.fillStyle = wall; c.fillRect(0, 0, w, h)
      const colours = ['#2f6d5b', '#9a3d2e', '#c08a2b', '#39506e', '#5d7a3a', '#7b4468', '#2f6d5b', '#b5552f', '#44586b', '#9a7a2e']
      for (const [row, base] of [[0, 330], [1, 660]]) {
        c.fillStyle = '#6b4526'; shaded(c, 16, 12, () => c.fillRect(0, base, w, 26))
        for (let i = 0; i < 6; i++) {
          const x = 40 + i * 152, tall = 190 + ((i * 37 + row * 53) % 60), colour = colours[(i + row * 4) % 10]
          const g = c.createLinearGradient(x, 0, x + 118, 0); g.addColorStop(0, 'rgb(0 0 0 / 0.35)'); g.addColorStop(0.3, 'rgb(255 255 255 / 0.22)'); g.addColorStop(1, 'rgb(0 0 0 / 0.4)')
          c.fillStyle = colour; c.fillRect(x, base - tall, 118, tall); c.fillStyle = g; c.fillRect(x, base - tall, 118, tall)
          c.fillStyle = '#d8cdb4'; c.beginPath(); c.ellipse(x + 59, base - tall, 59, 15, 0, 0, 7); c.fill()
          c.fillStyle = '#f5efe0'; c.fillRect(x + 14, base - tall * 0.62, 90, 68)
          c.fillStyle = colour; c.font = '700 19px serif'; c.textAlign = 'center'
          c.fillText(['Oolong', 'Assam', 'Rooibos', 'Sencha', 'Mint', 'Hibiscus'][(i + row) % 6], x + 59, base - tall * 0.62 + 40)
        }
      }
      vignette(c, w, h)
    },
  },
  door: {
    width: 720, height: 960,
    draw: function (c, w, h) {
      c.fillStyle = '#b9aa98'; c.fillRect(0, 0, w, h)
      for (let y = 0; y < 760; y += 40) for (let x = (y / 40) % 2 ? -50 : 0; x < w; x += 100) { c.fillStyle = `rgb(${150 + chance() * 30} ${92 + chance() * 20} ${72 + chance() * 16})`; c.fillRect(x + 2, y + 2, 96, 36) }
      shaded(c, 30, 10, () => { c.fillStyle = '#23443f'; c.fillRect(190, 110, 340, 690) })
      c.fillStyle = '#1b3733'
      for (const [x, y, ww, hh] of [[225, 150, 120, 240], [375, 150, 120, 240], [225, 430, 120, 300], [375, 430, 120, 300]]) c.fillRect(x, y, ww, hh)
      c.fillStyle = '#d9b25a'; c.beginPath(); c.arc(500, 470, 13, 0, 7); c.fill()
      c.font = '700 44px serif'; c.textAlign = 'center'; c.fillText('28', 360, 92)
      c.fillStyle = '#8b8378'; c.fillRect(0, 800, w, h - 800); c.fillStyle = '#a39a8d'; c.fillRect(120, 790, 480, 46)
      shaded(c, 24, 12, () => { c.fillStyle = '#b98a52'; c.fillRect(280, 690, 210, 140) })
      c.fillStyle = '#e2cda0'; c.fillRect(370, 690, 30, 140); c.fillStyle = '#f5f2ea'; c.fillRect(296, 750, 60, 44)
      vignette(c, w, h)
    },
  },
}

export const stickers = {
  happy: {
    width: 512, height: 512,
    draw: function (c) {
      const outline = (draw) => { c.lineJoin = 'round'; c.lineWidth = 34; c.strokeStyle = '#fff'; draw(); c.stroke(); draw(); c.fill() }
      c.fillStyle = '#e8734a'
      c.beginPath(); c.lineWidth = 74; c.strokeStyle = '#fff'; c.arc(398, 300, 62, -1.3, 1.4); c.stroke()
      c.beginPath(); c.lineWidth = 38; c.strokeStyle = '#e8734a'; c.arc(398, 300, 62, -1.3, 1.4); c.stroke()
      outline(() => { c.beginPath(); c.moveTo(96, 196); c.lineTo(400, 196); c.bezierCurveTo(404, 380, 350, 456, 248, 456); c.bezierCurveTo(146, 456, 92, 380, 96, 196); c.closePath() })
      c.fillStyle = '#7a3a1c'; c.beginPath(); c.ellipse(248, 200, 142, 26, 0, 0, 7); c.fill()
      c.fillStyle = '#2b1a12'
      c.beginPath(); c.ellipse(190, 290, 16, 22, 0, 0, 7); c.ellipse(306, 290, 16, 22, 0, 0, 7); c.fill()
      c.lineWidth = 13; c.strokeStyle = '#2b1a12'; c.lineCap = 'round'; c.beginPath(); c.arc(248, 316, 54, 0.35, Math.PI - 0.35); c.stroke()
      c.fillStyle = 'rgb(255 255 255 / 0.35)'; c.beginPath(); c.ellipse(146, 340, 24, 14, 0, 0, 7); c.ellipse(350, 340, 24, 14, 0, 0, 7); c.fill()
      c.lineWidth = 16; c.strokeStyle = '#fff'
      for (const x of [190, 250, 310]) { c.beginPath(); c.moveTo(x, 150); c.bezierCurveTo(x - 40, 110, x + 40, 80, x, 36); c.stroke() }
    },
  },
  thanks: {
    width: 512, height: 512,
    draw: function (c) {
      const heart = () => { c.beginPath(); c.moveTo(256, 448); c.bezierCurveTo(20, 300, 50, 80, 180, 80); c.bezierCurveTo(226, 80, 250, 116, 256, 140); c.bezierCurveTo(262, 116, 286, 80, 332, 80); c.bezierCurveTo(462, 80, 492, 300, 256, 448); c.closePath() }
      c.lineJoin = 'round'; c.lineWidth = 44; c.strokeStyle = '#fff'; heart(); c.stroke()
      const g = c.createLinearGradient(0, 80, 0, 440); g.addColorStop(0, '#f0526d'); g.addColorStop(1, '#c2274b'); c.fillStyle = g; heart(); c.fill()
      c.fillStyle = 'rgb(255 255 255 / 0.4)'; c.beginPath(); c.ellipse(158, 164, 44, 26, -0.6, 0, 7); c.fill()
      c.strokeStyle = '#fff'; c.lineWidth = 26; c.lineCap = 'round'; c.beginPath(); c.moveTo(176, 262); c.lineTo(236, 322); c.lineTo(346, 206); c.stroke()
    },
  },
}

// Syllables per word; the voices differ in pitch.
export const speech = {
  voice: { seconds: 7, pitch: 190, words: [2, 1, 3, 2, 4, 1, 2, 3, 1, 2, 3, 2] },
  deep: { seconds: 4, pitch: 115, words: [1, 2, 3, 1, 2, 4, 2] },
}

export const steam = {
  width: 480, height: 640, frames: 75, perSecond: 25,
  draw: function (c, w, h, t) {
    const g = c.createLinearGradient(0, 0, 0, h); g.addColorStop(0, '#3a3230'); g.addColorStop(1, '#6b4c36'); c.fillStyle = g; c.fillRect(0, 0, w, h)
    c.fillStyle = '#7d5636'; c.fillRect(0, 500, w, 140)
    c.filter = 'blur(14px)'; c.lineWidth = 22; c.lineCap = 'round'
    for (let i = 0; i < 4; i++) {
      const rise = (t * 2 + i / 4) % 1, x = 180 + i * 40, y = 330 - rise * 240
      c.strokeStyle = `rgb(255 255 255 / ${0.42 * (1 - rise)})`
      c.beginPath(); c.moveTo(x, y + 90); c.bezierCurveTo(x - 50 * Math.sin(t * 12 + i), y + 50, x + 50 * Math.sin(t * 12 + i), y + 20, x, y - 40); c.stroke()
    }
    c.filter = 'none'
    c.strokeStyle = '#e9e2d4'; c.lineWidth = 20; c.beginPath(); c.arc(352, 430, 44, -1.3, 1.5); c.stroke()
    c.fillStyle = '#f2ecdf'; c.beginPath(); c.moveTo(130, 350); c.lineTo(350, 350); c.bezierCurveTo(350, 500, 310, 540, 240, 540); c.bezierCurveTo(170, 540, 130, 500, 130, 350); c.fill()
    c.fillStyle = '#7a4a1c'; c.beginPath(); c.ellipse(240, 352, 104, 18, 0, 0, 7); c.fill()
    c.fillStyle = `rgb(255 220 160 / ${0.3 + 0.1 * Math.sin(t * 25)})`; c.beginPath(); c.ellipse(215, 348, 40, 6, 0, 0, 7); c.fill()
  },
}
