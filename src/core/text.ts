/** A text that was really given: trimmed, and null when nothing is left. */
export function given(text: string | null | undefined): string | null {
  return text?.trim() || null
}

/** A text as part of a `like` pattern: its own wildcards stand for themselves. */
export function likePart(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
