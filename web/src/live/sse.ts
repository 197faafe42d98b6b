/** One event of a text/event-stream body. id is null when the event carries none. */
export interface ServerEvent {
  event: string
  data: string
  id: string | null
}

/**
 * Reads a text/event-stream body event by event, wherever the chunks are cut. Ends when the body ends and
 * throws when reading fails. Comment lines, which servers send to keep a connection alive, are reported
 * through onAlive only.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, onAlive: () => void = () => {}): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let event = ''
  let id: string | null = null
  let data: string[] = []
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      onAlive()
      rest += decoder.decode(value, { stream: true })
      // A lone CR at the end may be the first half of CR LF: it waits for the next chunk.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id }
          event = ''
          id = null
          data = []
          continue
        }
        const colon = line.indexOf(':')
        const field = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'event') event = value
        else if (field === 'data') data.push(value)
        else if (field === 'id') id = value
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
