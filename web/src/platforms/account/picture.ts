/** The side of a picture as it is handed over: what WhatsApp shows at most. */
export const pictureSide = 640

/** The largest square in the middle of a picture. */
export function square(width: number, height: number): { x: number; y: number; side: number } {
  const side = Math.min(width, height)
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side }
}

/**
 * Draws the middle of a picture file on a canvas, at most 640 pixels wide, on white where the picture is transparent: it goes
 * as JPEG. Gives the shorter side of the file's picture; rejects when the browser cannot read it.
 */
export async function drawSquare(file: Blob, canvas: HTMLCanvasElement): Promise<number> {
  const picture = await createImageBitmap(file)
  try {
    const { x, y, side } = square(picture.width, picture.height)
    canvas.width = canvas.height = Math.min(side, pictureSide)
    const draw = canvas.getContext('2d')!
    draw.fillStyle = '#ffffff'
    draw.fillRect(0, 0, canvas.width, canvas.height)
    draw.imageSmoothingQuality = 'high'
    draw.drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height)
    return side
  } finally {
    picture.close()
  }
}

/** What is on the canvas, as a file. */
export const fileOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas gives no file'))), 'image/jpeg', 0.9))
