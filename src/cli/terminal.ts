/** Where a command writes: results to `out`, everything meant only for the person who watches to `note`. */
export interface Terminal {
  out(text: string): void
  note(text: string): void
  /** Overwrites the line that was drawn last; nothing where nobody watches. */
  draw(line: string): void
  /** Somebody watches `note`, and lines there can be drawn again. */
  readonly isWatched: boolean
  readonly columns: number
}

const usualColumns = 120

type Output = Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>>

export function openTerminal(stdout: Output, stderr: Output): Terminal {
  const isWatched = stderr.isTTY === true
  let isDrawn = false
  const wipe = () => {
    if (isDrawn) stderr.write('\r\x1b[K')
    isDrawn = false
  }
  return {
    isWatched,
    columns: stdout.isTTY ? (stdout.columns ?? usualColumns) : usualColumns,
    out(text) {
      wipe()
      stdout.write(`${text}\n`)
    },
    note(text) {
      wipe()
      stderr.write(`${text}\n`)
    },
    draw(line) {
      if (!isWatched) return
      wipe()
      stderr.write(line)
      isDrawn = line !== ''
    },
  }
}
