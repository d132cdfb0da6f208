/** A text of TypeScript taken apart as far as the house rules need it. Lines stay where they were. */
export interface Scanned {
  /** The code alone: comments and what stands inside quotes are blank. */
  code: string
  /** Code and quoted texts, without comments. */
  uncommented: string
  /** What stands in quotes, each text (of a template, each part) with its line. */
  quoted: Quoted[]
}

export interface Quoted {
  line: number
  text: string
}

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const plainQuote = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const regularExpression = /\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const templatePart = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y
const word = /[\w$]+/y

/** After these a slash divides; after anything else it begins a regular expression. */
const endsValue = /[\w$)\]}'"`]$/
const keywordBeforeValue = /\b(?:return|typeof|case|in|of|delete|void|throw|await|yield|else|do)$/

export function scan(text: string): Scanned {
  const code = new Blanks(text)
  const uncommented = new Blanks(text)
  const quoted: Quoted[] = []
  /** For each template that is open: how many braces are open inside its `${`. */
  const templates: number[] = []
  let line = 1
  let at = 0

  const matched = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? null
  }
  const pass = (part: string, shown: { code: boolean; uncommented: boolean }) => {
    if (shown.code) code.show(at, part)
    if (shown.uncommented) uncommented.show(at, part)
    line += part.split('\n').length - 1
    at += part.length
  }
  const quote = (part: string) => {
    quoted.push({ line, text: part })
    pass(part, { code: false, uncommented: true })
  }
  const show = (part: string) => pass(part, { code: true, uncommented: true })
  const takeTemplate = () => {
    quote(matched(templatePart) ?? '')
    if (text.startsWith('${', at)) {
      templates.push(0)
      show('${')
    } else if (at < text.length) show('`')
  }

  while (at < text.length) {
    const char = text[at] ?? ''
    const before = code.shown.trimEnd()
    const open = templates.at(-1)
    const commented = matched(comment)
    const string = matched(plainQuote)
    if (commented !== null) pass(commented, { code: false, uncommented: false })
    else if (string !== null) {
      show(char)
      quote(string.slice(1, -1))
      show(char)
    } else if (char === '`') {
      show('`')
      takeTemplate()
    } else if (
      char === '/' &&
      (!endsValue.test(before) || keywordBeforeValue.test(before)) &&
      matched(regularExpression) !== null
    ) {
      pass(matched(regularExpression) ?? '', { code: false, uncommented: true })
    } else if (char === '}' && open === 0) {
      templates.pop()
      show('}')
      takeTemplate()
    } else {
      if (open !== undefined && (char === '{' || char === '}')) templates[templates.length - 1] = open + (char === '{' ? 1 : -1)
      show(matched(word) ?? char)
    }
  }
  return { code: code.toString(), uncommented: uncommented.toString(), quoted }
}

/** A copy of a text in which only what was shown is to be read; the rest is spaces and line ends. */
class Blanks {
  readonly #text: string
  #shown = ''

  constructor(text: string) {
    this.#text = text
  }

  /** What was shown so far, with blanks between. */
  get shown(): string {
    return this.#shown
  }

  show(at: number, part: string): void {
    this.#blankUntil(at)
    this.#shown += part
  }

  toString(): string {
    this.#blankUntil(this.#text.length)
    return this.#shown
  }

  #blankUntil(end: number): void {
    this.#shown += this.#text.slice(this.#shown.length, end).replace(/[^\n]/g, ' ')
  }
}
