// Which characters an XML 1.0 document can hold at all; what a field of the schema takes on top of that is said where the field is.

/** The production Char of XML 1.0, turned round. */
const NEVER_IN_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** The first character that no XML document can hold, escaped or not: control characters and halves of surrogate pairs. Null: there is none. */
export function characterOutsideXml(text: string): string | null {
  return NEVER_IN_XML.exec(text)?.[0] ?? null
}

/** 'U+2013', as people look a character up. */
export function characterName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
