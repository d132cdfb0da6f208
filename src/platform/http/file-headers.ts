export interface FileToSend {
  filename: string
  /** Harmless to whoever opens it, whatever it was said to be. */
  type: string
  sizeBytes: number
}

/**
 * Of a file that somebody brought: it is kept, never opened beside us, and whatever is in it runs nowhere. The type is one that the sender
 * of these headers knows to be harmless; `nosniff` stands on every answer.
 */
export function headersOfFile({ filename, type, sizeBytes }: FileToSend): Record<string, string> {
  return {
    'content-type': type,
    'content-length': String(sizeBytes),
    'content-disposition': dispositionOf('attachment', filename),
    'content-security-policy': "default-src 'none'; sandbox",
  }
}

/** RFC 6266: the name as it is in UTF-8, and for who does not read that, what is left of it in ASCII. */
export function dispositionOf(kind: 'attachment' | 'inline', filename: string): string {
  const plain = filename
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const disposition = `${kind}; filename="${plain}"`
  if (plain === filename) return disposition
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${disposition}; filename*=UTF-8''${encoded}`
}
