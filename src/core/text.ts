/** A text that was really given: trimmed, and null when nothing is left that anybody could see. */
export function given(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? ''
  return visible.test(trimmed) ? trimmed : null
}

/** Anything but blanks, controls, and what is only there to be ignored (zero-width space, soft hyphen, fillers); U+2800 is a blank too. */
const visible = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * Characters that make a text look other than it is: controls (a tab and the ends of lines are none of them), and those that turn the
 * direction of what follows. A zero-width joiner stays: emoji are made of it.
 */
export function misleads(text: string): boolean {
  return misleading.test(text)
}

const misleading = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u

/** Dots stand between parts and not beside each other, and nothing in it is invisible. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && text.indexOf('@') <= 64 && emailShape.test(text)
}

const atom = String.raw`[^\s.@"(),:;<>[\]\\\p{C}\p{Default_Ignorable_Code_Point}]+`
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const emailShape = new RegExp(String.raw`^${atom}(?:\.${atom})*@(?:${label}\.)+[A-Za-z]{2,63}$`, 'u')

/** A text as part of a `like` pattern: its own wildcards stand for themselves. */
export function likePart(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
