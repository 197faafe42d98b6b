/**
 * Copies what a field shows. Where the browser keeps its clipboard to encrypted pages, the field is selected and copied in
 * the old way. False means that the person has to press the keys; the text is selected then.
 */
export async function copyFrom(field: HTMLInputElement | HTMLTextAreaElement, text = field.value): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Refused: the old way may still work.
    }
  }
  const shown = field.value
  field.value = text
  field.focus()
  field.select()
  const copied = document.execCommand?.('copy') ?? false
  field.value = shown
  if (!copied) field.select()
  return copied
}
